import { featuresInto } from './features';
import { flowKernels } from './flow-kernels';
import { outputShares, sumOutputs } from './flow-outputs';
import { entriesOf, partOf } from './flow-parts';
import { moveReadout } from './flow-readout';
import type { FlowVariant } from './flow-variant';

const lanes = 16;
const tile = 8;
/** Invocations that keep a software adapter busy. */
const busy = 32;

/** For software adapters: tiles in the registers of an invocation, five dispatches an evaluation. */
export const byRegisters: FlowVariant = {
  tile,
  sharesOf: (sizes) => outputShares(sizes, busy),

  look: (arrays, evaluation, part) => {
    const { context, problem } = arrays;
    using weights = arrays.weights(evaluation, part);
    using rows = entriesOf(context, problem.inputs, part);
    using values = partOf(context, arrays.values, part);
    using slopes = partOf(context, arrays.slopes, part);
    featuresInto(context, problem.activation, weights, rows, values, slopes);
  },

  sum: (arrays, evaluation) => {
    const { context, problem, sizes, shares, partial, table, residual } = arrays;
    const { batch, examples } = sizes;
    sumOutputs(arrays, evaluation, lanes);
    context.dispatch(
      flowKernels.residual(),
      { partial, labels: problem.labels, table, residual },
      { examples, shares, batch },
      context.grid(examples * batch, 64),
      examples * shares * batch,
    );
  },

  moveWeights: (arrays, evaluation, part) => {
    const { context, problem, sizes } = arrays;
    const { batch, particles, dimension, examples } = sizes;
    using slopes = partOf(context, arrays.slopes, part);
    using residual = entriesOf(context, arrays.residual, part);
    using inputs = entriesOf(context, problem.inputs, part);
    using readout = arrays.readout(evaluation, part);
    using anchor = problem.anchor && partOf(context, problem.anchor, part);
    using table = entriesOf(context, arrays.table, part);
    using moving = arrays.movingWeights(part);
    using moves = partOf(context, arrays.moves, part);
    context.dispatch(
      flowKernels.weights(anchor !== undefined, lanes),
      { slopes, residual, inputs, readout, anchor: anchor ?? table, table, moving, moves },
      {
        particles: part.count,
        examples,
        dimension,
        section: batch * particles * dimension,
        now: evaluation % 2,
        evaluation,
        scale: 1 / Math.sqrt(dimension),
      },
      [...context.grid(Math.ceil(dimension / tile) * Math.ceil(part.count / tile), lanes), part.entries],
      (2 * examples + 20) * part.count * dimension * part.entries,
    );
  },

  moveReadout: (arrays, evaluation, part) => {
    moveReadout(arrays, evaluation, part, flowKernels.readout(lanes), lanes);
  },
};
