import type { DescentProblem, DescentState, Matrix } from '../../backend';
import type { Context } from '../context';
import type { GpuMatrix } from '../matrix';
import { descentKernels } from './descent-kernels';
import { descentPlan } from './descent-plan';
import { descendByTiles } from './descent-tiles';
import { descentSizes, pointFields, pointValues, type DescentSizes } from './descent-sizes';

/** `rows` in blocks of eight at column `first` of `packed`, see pack.wgsl; with `transposed` its columns are taken for rows. */
const pack = (context: Context, rows: Matrix, packed: GpuMatrix, span: number, first = 0, transposed = false): void => {
  const [count, columns] = transposed ? [rows.columns, rows.rows] : [rows.rows, rows.columns];
  const blocks = packed.rows;
  const strides = transposed ? { rowStride: 1, columnStride: rows.columns } : { rowStride: rows.columns, columnStride: 1 };
  context.dispatch(
    descentKernels.pack(),
    { rows, packed },
    { blocks, width: packed.columns / 8, first, span, count, columns, ...strides },
    [...context.grid(blocks * span, 64), rows.batch],
    8 * blocks * span * rows.batch,
  );
};

const unpack = (context: Context, packed: GpuMatrix, rows: Matrix, first: number): void => {
  const { rows: count, columns, batch } = rows;
  context.dispatch(
    descentKernels.unpack(),
    { packed, rows },
    { width: packed.columns / 8, first, count, columns },
    [...context.grid(count * columns, 64), batch],
    count * columns * batch,
  );
};

/** Steps of one dispatch of the variant in workgroup memory: milliseconds on any GPU. */
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
  const kernel = descentKernels.descendShared(activation, anchor !== undefined, sharedLanes, sharedNumbers(sizes));
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
 * Steps of the gradient descent of two-layer networks, see `Backend.descend`. Two dispatches a step, and eight to bring weights and
 * examples into blocks of eight and back; small networks on real GPUs hundreds of steps a dispatch. Nothing is read back.
 */
export function descend(context: Context, problem: DescentProblem, state: DescentState, first: number, count: number): Matrix {
  const sizes = descentSizes(problem, state);
  const { batch, width, dimension, examples } = sizes;
  const status = context.upload({ batch, rows: 1, columns: 1 }, new Float32Array(batch).fill(-1));
  const last = Math.min(first + count, Math.max(0, ...problem.points.map((point) => point.count)));
  if (batch === 0 || width === 0 || examples === 0 || last <= first) return status;
  using points = context.upload({ batch, rows: 1, columns: pointFields }, pointValues(problem, sizes));
  // Besides the numbers one word says what was lost.
  const { lanes, networkBytes } = context.tuning;
  if (lanes === 'many') {
    const together = 4 * sharedNumbers(sizes) < networkBytes ? descendShared : descendByTiles;
    together(context, problem, state, sizes, points, status, first, last);
    return status;
  }
  const { examples8, dimension8, blocks, shares: parts, kernel, groups } = descentPlan(context, problem, sizes);
  using rows = context.empty({ batch: problem.inputs.batch, rows: examples8 / 8, columns: 8 * dimension8 });
  using directions = context.empty({ batch: problem.inputs.batch, rows: dimension8 / 8, columns: 8 * examples8 });
  using weights = context.empty({ batch, rows: blocks, columns: 8 * (dimension8 + 1) });
  using signals = context.empty({ batch, rows: blocks, columns: 16 * examples8 });
  using shares = context.empty({ batch, rows: parts, columns: examples8 });
  using residual = context.zeros({ batch, rows: 1, columns: examples8 });
  using anchor = problem.anchor && context.empty({ batch, rows: blocks, columns: 8 * dimension8 });
  pack(context, problem.inputs, rows, dimension8);
  pack(context, problem.inputs, directions, examples8, 0, true);
  pack(context, state.weights, weights, dimension8);
  pack(context, state.readout, weights, 1, dimension8);
  if (problem.anchor && anchor) pack(context, problem.anchor, anchor, dimension8);

  const matrices = { examples: rows, directions, residual, points, anchor: anchor ?? points, weights, signals, shares };
  const work = (4 * dimension8 + 60) * 8 * blocks * examples8 * batch;
  const turn = (step: number, update: 0 | 1): void => {
    context.dispatch(
      kernel,
      matrices,
      { blocks: parts, examples8, dimension8, batch, width, step, update, scale: 1 / Math.sqrt(dimension) },
      groups,
      work,
    );
    context.dispatch(
      descentKernels.residual(16),
      { shares, labels: problem.labels, base: problem.base, points, residual, status },
      { examples8, examples, blocks: parts, batch, step: step + update },
      context.grid(examples8 * batch, 16),
      examples8 * parts * batch,
    );
  };
  turn(first, 0);
  for (let step = first; step < last; step++) turn(step, 1);
  unpack(context, weights, state.weights, 0);
  unpack(context, weights, state.readout, dimension8);
  return status;
}
