import type { DescentProblem, DescentState, Matrix } from '../../backend';
import type { Context } from '../context';
import type { GpuMatrix } from '../matrix';
import { numbersIn } from '../rows';
import { descentKernels } from './descent-kernels';
import { descendByTiles } from './descent-tiles';
import { DescentPoint, descentSizes, pointValues, type DescentSizes } from './descent-sizes';

/** Steps of one dispatch of networks in workgroup memory: milliseconds on any GPU. */
const stepsTogether = 256;
/** Its invocations. */
const sharedLanes = 128;

/** Floats of workgroup memory it needs, rounded up to a power of two from 1024 on so that few pipelines are made. */
const sharedNumbers = ({ width, dimension, examples }: DescentSizes): number => {
  const needed = width * (dimension + 2) + examples * (dimension + 1) + 2 * width * examples;
  return 2 ** Math.max(10, Math.ceil(Math.log2(needed)));
};

/** Many steps a dispatch, each network by one workgroup. */
const descendShared = (
  context: Context,
  { activation, inputs, labels, base, anchor }: DescentProblem,
  { weights, readout }: DescentState,
  sizes: DescentSizes,
  points: GpuMatrix,
  status: GpuMatrix,
  first: number,
  last: number,
): void => {
  const { batch, width, examples, dimension } = sizes;
  const kernel = descentKernels.shared(activation, anchor !== undefined, sharedLanes, sharedNumbers(sizes));
  for (let from = first; from < last; from += stepsTogether) {
    const until = Math.min(last, from + stepsTogether);
    context.dispatch(
      kernel,
      { inputs, labels, base, anchor: anchor ?? points, points, weights, readout, status },
      { batch, width, examples, dimension, first: from, last: until, scale: 1 / Math.sqrt(dimension) },
      context.grid(batch, 1),
      (4 * dimension + 60) * width * examples * batch * (until - from),
    );
  }
};

/**
 * Steps of the gradient descent of two-layer networks, see `Backend.descend`: small networks hundreds of steps a dispatch, larger ones by
 * tiles. Nothing is read back.
 */
export function descend(context: Context, problem: DescentProblem, state: DescentState, first: number, count: number): Matrix {
  const sizes = descentSizes(problem, state);
  const { batch, width, examples } = sizes;
  const status = context.upload({ batch, rows: 1, columns: 1 }, new Float32Array(batch).fill(-1));
  const last = Math.min(first + count, Math.max(0, ...problem.points.map((point) => point.count)));
  if (batch === 0 || width === 0 || examples === 0 || last <= first) return status;
  using points = context.upload({ batch, rows: 1, columns: numbersIn(DescentPoint) }, pointValues(problem, sizes));
  // Besides the numbers one word says what was lost.
  const together = 4 * sharedNumbers(sizes) < context.tuning.networkBytes ? descendShared : descendByTiles;
  together(context, problem, state, sizes, points, status, first, last);
  return status;
}
