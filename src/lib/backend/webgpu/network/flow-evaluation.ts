import { tileSide } from './feature-kernels';
import { featuresInto } from './features';
import type { FlowArrays } from './flow-arrays';
import { flowKernels } from './flow-kernels';
import { entriesOf, partOf, type Part } from './flow-parts';
import type { FlowSizes } from './flow-sizes';

/** Particles a share of the sum over particles has at least, and invocations that keep a GPU busy. */
const smallestShare = 32;
const busy = 4096;
/** Examples of one workgroup of `residual`, neurons of one of `readout`. */
const examplesTogether = 16;
const neuronsTogether = 8;

/**
 * In how many shares the sum over particles comes, however many points there are, so that each is rounded as if it were alone: one a tile of
 * the features that are summed with them; where the first layer is frozen φ is kept, and the outputs are summed on their own.
 */
export const sharesOf = ({ particles, examples }: FlowSizes, frozen: boolean): number =>
  frozen
    ? Math.max(1, Math.min(Math.ceil(busy / Math.ceil(examples / 4)), Math.ceil(particles / smallestShare)))
    : Math.ceil(particles / tileSide);

/** φ and φ′ of some particles, with their shares of the outputs where the first layer moves. */
export function evaluateFeatures(arrays: FlowArrays, evaluation: number, part: Part): void {
  const { context, problem, sizes, shares } = arrays;
  const { examples } = sizes;
  using weights = arrays.weights(evaluation, part);
  using rows = entriesOf(context, problem.inputs, part);
  using values = partOf(context, arrays.values, part);
  using slopes = partOf(context, arrays.slopes, part);
  if (arrays.frozen) {
    featuresInto(context, problem.activation, weights, rows, values, slopes);
    return;
  }
  using readout = arrays.readout(evaluation, part);
  const own = { batch: part.entries * shares, rows: examples, columns: 1 };
  using partial = context.view(arrays.partial, own, part.entry * shares * examples);
  const outputs = { readout, partial, shares, share: part.first / tileSide };
  featuresInto(context, problem.activation, weights, rows, values, slopes, outputs);
}

/** Δ of all points. */
export function evaluateResidual(arrays: FlowArrays, evaluation: number): void {
  const { context, problem, sizes, shares, partial, table, residual } = arrays;
  const { batch, examples } = sizes;
  if (arrays.frozen) sumOutputs(arrays, evaluation);
  context.dispatch(
    flowKernels.residual(),
    { partial, labels: problem.labels, table, residual },
    { examples, shares },
    [Math.ceil(examples / examplesTogether), 1, batch],
    examples * shares * batch,
  );
}

/** The shares of Σ v φ from φ, in `partial`. */
function sumOutputs(arrays: FlowArrays, evaluation: number): void {
  const { context, sizes, shares, values, partial } = arrays;
  const { batch, particles, examples } = sizes;
  using readout = arrays.readout(evaluation, { entry: 0, entries: batch, first: 0, count: particles });
  context.dispatch(
    flowKernels.output(),
    { values, readout, partial },
    { particles, examples, batch, shares, shareSize: Math.ceil(particles / shares) },
    context.grid(Math.ceil(examples / 4) * shares * batch, 64),
    2 * particles * examples * batch,
  );
}

/** A stage of the step of the weights of some particles. */
export function moveWeights(arrays: FlowArrays, evaluation: number, part: Part): void {
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
    flowKernels.weights(anchor !== undefined),
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
}

/** The same of their readouts. */
export function moveReadout(arrays: FlowArrays, evaluation: number, part: Part): void {
  const { context, sizes, places } = arrays;
  const { batch, particles, examples } = sizes;
  using values = partOf(context, arrays.values, part);
  using residual = entriesOf(context, arrays.residual, part);
  using table = entriesOf(context, arrays.table, part);
  using moving = arrays.movingReadout(part);
  using moves = partOf(context, arrays.moves, part);
  const neurons = part.count * part.entries;
  context.dispatch(
    flowKernels.readout(),
    { values, residual, table, moving, moves },
    { particles: part.count, examples, batch: part.entries, section: batch * particles, now: evaluation % 2, evaluation, places },
    context.grid(neurons, neuronsTogether),
    2 * neurons * examples,
  );
}
