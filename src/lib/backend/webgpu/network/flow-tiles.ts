import { featuresByTiles } from './feature-tiles';
import { outputShares, sumOutputs } from './flow-outputs';
import { entriesOf, partOf } from './flow-parts';
import { moveReadout } from './flow-readout';
import type { FlowVariant } from './flow-variant';
import { examplesTogether, neuronsTogether, tileKernels, tileSide } from './tile-kernels';

/** Where the first layer is frozen φ is kept, and the outputs are summed by themselves: by so many invocations. */
const busy = 4096;

/** For real GPUs: tiles in workgroup memory, and the shares of the outputs summed with the features; four dispatches an evaluation. */
export const byTiles: FlowVariant = {
  tile: tileSide,
  sharesOf: (sizes, frozen) => (frozen ? outputShares(sizes, busy) : Math.ceil(sizes.particles / tileSide)),

  look: (arrays, evaluation, part) => {
    const { context, problem, sizes, shares } = arrays;
    const { examples } = sizes;
    using weights = arrays.weights(evaluation, part);
    using rows = entriesOf(context, problem.inputs, part);
    using values = partOf(context, arrays.values, part);
    using slopes = partOf(context, arrays.slopes, part);
    if (arrays.frozen) {
      featuresByTiles(context, problem.activation, weights, rows, values, slopes);
      return;
    }
    using readout = arrays.readout(evaluation, part);
    const own = { batch: part.entries * shares, rows: examples, columns: 1 };
    using partial = context.view(arrays.partial, own, part.entry * shares * examples);
    const outputs = { readout, partial, shares, share: part.first / tileSide };
    featuresByTiles(context, problem.activation, weights, rows, values, slopes, outputs);
  },

  sum: (arrays, evaluation) => {
    const { context, problem, sizes, shares, partial, table, residual } = arrays;
    const { batch, examples } = sizes;
    if (arrays.frozen) sumOutputs(arrays, evaluation, 64);
    context.dispatch(
      tileKernels.flowResidual(),
      { partial, labels: problem.labels, table, residual },
      { examples, shares },
      [Math.ceil(examples / examplesTogether), 1, batch],
      examples * shares * batch,
    );
  },

  moveWeights: (arrays, evaluation, part) => {
    const { context, problem, sizes, places } = arrays;
    const { batch, particles, dimension, examples } = sizes;
    using slopes = partOf(context, arrays.slopes, part);
    using residual = entriesOf(context, arrays.residual, part);
    using across = entriesOf(context, arrays.across, part);
    using readout = arrays.readout(evaluation, part);
    using anchor = problem.anchor && partOf(context, problem.anchor, part);
    using table = entriesOf(context, arrays.table, part);
    using moving = arrays.movingWeights(part);
    using moves = partOf(context, arrays.moves, part);
    context.dispatch(
      tileKernels.flowWeights(anchor !== undefined),
      { slopes, residual, across, readout, anchor: anchor ?? table, table, moving, moves },
      {
        particles: part.count,
        examples,
        dimension,
        section: batch * particles * dimension,
        now: evaluation % 2,
        evaluation,
        places,
        scale: 1 / Math.sqrt(dimension),
      },
      [Math.ceil(dimension / tileSide), Math.ceil(part.count / tileSide), part.entries],
      (2 * examples + 20) * part.count * dimension * part.entries,
    );
  },

  moveReadout: (arrays, evaluation, part) => {
    moveReadout(arrays, evaluation, part, tileKernels.flowReadout(), neuronsTogether);
  },
};
