import type { DescentProblem, DescentState, Matrix, Shape } from '../../backend';
import type { Context } from '../context';
import type { GpuMatrix } from '../matrix';
import { descentKernels } from './descent-kernels';
import { descentPlan, type Place } from './descent-plan';
import { descendByTiles } from './descent-tiles';
import { descentSizes, pointFields, pointValues, type DescentSizes } from './descent-sizes';

const extents = ({ rows, columns }: Matrix, transposed: boolean) =>
  transposed
    ? { count: columns, columns: rows, rowStride: 1, columnStride: columns }
    : { count: rows, columns, rowStride: columns, columnStride: 1 };

/** `rows` in blocks of eight. */
const pack = (context: Context, rows: Matrix, packed: GpuMatrix, { blocks, span, first = 0, transposed = false }: Place): void => {
  context.dispatch(
    descentKernels.pack(),
    { rows, packed },
    { blocks, width: packed.columns / 8, first, span, ...extents(rows, transposed) },
    [...context.grid(blocks * span, 64), rows.batch],
    8 * blocks * span * rows.batch,
  );
};

const unpack = (
  context: Context,
  packed: GpuMatrix,
  rows: Matrix,
  { first = 0, transposed = false }: Omit<Place, 'blocks' | 'span'>,
): void => {
  const entries = rows.rows * rows.columns;
  context.dispatch(
    descentKernels.unpack(),
    { packed, rows },
    { width: packed.columns / 8, first, ...extents(rows, transposed) },
    [...context.grid(entries, 64), rows.batch],
    entries * rows.batch,
  );
};

/** A matrix whose buffer has at least `room` vec4. */
const roomy = (context: Context, shape: Shape, room: number | undefined): GpuMatrix => {
  if (room === undefined) return context.empty(shape);
  using storage = context.empty({ rows: room, columns: 4 });
  return context.view(storage, shape);
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
  const plan = descentPlan(context, problem, sizes);
  const { examples8, dimension8, parts, kernel, layout } = plan;
  using rows = context.empty({ batch: problem.inputs.batch, rows: examples8 / 8, columns: 8 * dimension8 });
  using directions = context.empty({ batch: problem.inputs.batch, rows: dimension8 / 8, columns: 8 * examples8 });
  using weights = roomy(context, layout.weights, layout.room);
  using signals = roomy(context, layout.signals, layout.room);
  using shares = context.empty({ batch, rows: parts, columns: examples8 });
  using residual = context.zeros({ batch, rows: 1, columns: examples8 });
  using anchor = problem.anchor && context.empty(layout.anchor);
  pack(context, problem.inputs, rows, { blocks: examples8 / 8, span: dimension8 });
  pack(context, problem.inputs, directions, { blocks: dimension8 / 8, span: examples8, transposed: true });
  pack(context, state.weights, weights, layout.hidden);
  pack(context, state.readout, weights, layout.readout);
  if (problem.anchor && anchor) pack(context, problem.anchor, anchor, layout.hidden);

  const matrices = { examples: rows, directions, residual, points, anchor: anchor ?? points, weights, signals, shares };
  const work = (4 * dimension8 + 60) * width * examples8 * batch;
  const turn = (step: number, update: 0 | 1): void => {
    context.dispatch(
      kernel,
      matrices,
      { blocks: parts, examples8, dimension8, batch, width, step, update, scale: 1 / Math.sqrt(dimension) },
      plan.groups,
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
  unpack(context, weights, state.weights, layout.hidden);
  unpack(context, weights, state.readout, layout.readout);
  return status;
}
