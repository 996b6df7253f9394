import { normals } from '$lib/base/philox';
import { turn } from '$lib/base/turn';
import type { Backend, Matrix, RandomKey, Shape } from '$lib/backend/backend';
import { cholesky, inverse, logDeterminant, solve, solveLower } from './cholesky';
import { rowExtremes, reorder } from './views';
import { addDiagonal, combine, diagonal, dot, hadamard, rowSums, transpose } from './elementwise';
import { descend } from './network/descent';
import { expectShape, type Counters, own, ReferenceMatrix } from './matrix';
import { angles, kernelGram, nngp, reluAngles } from './kernels';
import { paint } from './paint';
import { flow } from './flow';
import { features, shiftedFeatures } from './features';
import { runParticles } from './particles';
import { product } from './product';

const full = (shape: Shape): Required<Shape> => ({ batch: shape.batch ?? 1, rows: shape.rows, columns: shape.columns });

const sizeOf = (shape: Shape): number => (shape.batch ?? 1) * shape.rows * shape.columns;

/** Done at once, but what it throws becomes a rejection, as with any other backend. */
const promised = <Result>(work: () => Result): Promise<Result> =>
  new Promise((resolve) => {
    resolve(work());
  });

const upload = (counters: Counters, shape: Shape, data: ArrayLike<number>): Matrix => {
  if (data.length !== sizeOf(shape)) throw new Error(`upload: ${data.length} numbers for a shape of ${sizeOf(shape)}`);
  const made = ReferenceMatrix.zeros(counters, shape);
  made.values.set(data);
  return made;
};

const reshape = (matrix: Matrix, shape: Shape): Matrix => {
  if (sizeOf(matrix) !== sizeOf(shape)) throw new Error(`reshape: ${sizeOf(matrix)} numbers to a shape of ${sizeOf(shape)}`);
  return own(matrix).view(full(shape), 0);
};

const slice = (matrix: Matrix, first: number, count: number): Matrix => {
  if (!(first >= 0 && count >= 0 && first + count <= matrix.batch))
    throw new Error(`slice: no entries ${first} … ${first + count - 1} in a batch of ${matrix.batch}`);
  return own(matrix).view({ batch: count, rows: matrix.rows, columns: matrix.columns }, first * matrix.rows * matrix.columns);
};

const copy = (from: Matrix, into: Matrix, first: number): void => {
  expectShape(from, into.rows, into.columns, 'copy');
  if (!(first >= 0 && first + from.batch <= into.batch))
    throw new Error(`copy: no entries ${first} … ${first + from.batch - 1} in a batch of ${into.batch}`);
  own(into).values.set(own(from).values, first * into.rows * into.columns);
};

const normal = (counters: Counters, shape: Shape, key: RandomKey): Matrix => {
  const made = ReferenceMatrix.zeros(counters, shape);
  const numbers = normals(shape.rows * shape.columns, key);
  for (let index = 0; index < made.batch; index++) made.entry(index).set(numbers);
  return made;
};

/** Milliseconds of work after which `rest` lets others in. */
const between = 40;

/**
 * The backend in double precision on the processor: the yardstick for every other, and what runs where there is no WebGPU.
 * Its work is done when a method returns; nothing it makes is shared with another backend.
 */
export const createReferenceBackend = (): Backend => {
  const counters: Counters & { breath: number } = { liveBytes: 0, dispatches: 0, breath: performance.now() };
  // The work is done already; whoever waits lets timers and messages in, so that a long run can be stopped.
  const settle = async (): Promise<void> => {
    await turn();
    counters.breath = performance.now();
  };
  const counted = <Result>(result: Result): Result => {
    counters.dispatches += 1;
    return result;
  };
  return {
    name: 'reference',
    adapter: 'double precision',
    threads: 1,
    roundoff: 2 ** -53,
    get liveBytes() {
      return counters.liveBytes;
    },
    get dispatches() {
      return counters.dispatches;
    },
    upload: (shape, data) => upload(counters, shape, data),
    zeros: (shape) => ReferenceMatrix.zeros(counters, shape),
    read: (matrix) => promised(() => own(matrix).values.slice()),
    reshape,
    slice: (matrix, first, count = 1) => slice(matrix, first, count),
    copy: (from, into, first = 0) => {
      copy(from, into, first);
      counters.dispatches += 1;
    },
    normal: (shape, key) => counted(normal(counters, shape, key)),
    product: (a, b, options) => counted(product(counters, a, b, options)),
    gram: (x, z = x) => counted(product(counters, x, z, { transposeB: true, alpha: 1 / x.columns })),
    combine: (terms, into) => counted(combine(counters, terms, into)),
    hadamard: (a, b) => counted(hadamard(counters, a, b)),
    transpose: (a) => counted(transpose(counters, a)),
    addDiagonal: (a, value) => counted(addDiagonal(counters, a, value)),
    diagonal: (a) => counted(diagonal(counters, a)),
    rowSums: (a) => counted(rowSums(counters, a)),
    rowExtremes: (a) => counted(rowExtremes(counters, a)),
    reorder: (a, order) => counted(reorder(counters, a, order)),
    dot: (a, b) => counted(dot(counters, a, b)),
    nngp: (activation, c, a, b, angle) => counted(nngp(counters, activation, c, a, b, angle)),
    angles: (x, z = x) => counted(angles(counters, x, z)),
    reluAngles: (from) => counted(reluAngles(counters, from)),
    kernelGram: (activation, x, z = x, scales = { covariance: 1, rows: 1, columns: 1 }) =>
      counted(kernelGram(counters, activation, x, z, scales)),
    cholesky: (a) => counted(cholesky(counters, a)),
    solve: (factor, b) => counted(solve(counters, factor, b)),
    solveLower: (factor, b, transposed = false) => counted(solveLower(counters, factor, b, transposed)),
    inverse: (factor) => counted(inverse(counters, factor)),
    logDeterminant: (factor) => counted(logDeterminant(counters, factor)),
    features: (activation, w, x, slopes = false) => counted(features(counters, activation, w, x, slopes)),
    shiftedFeatures: (activation, w, x, shift) => counted(shiftedFeatures(counters, activation, w, x, shift)),
    particleSteps: async (problem, state, dt, count, key, average, rest) => {
      if (average && average.batch !== problem.points.length) throw new Error('average needs one entry a sweep point');
      if (average) expectShape(average, problem.inputs.rows, 1, 'average of the dual');
      counters.dispatches += count;
      const parts = runParticles(problem, state, dt, count, key, average && own(average).values);
      while (!parts.next().done) if (rest) await rest();
    },
    flow: (problem, state, steps, path) =>
      flow(problem, state, steps, path, (evaluations) => {
        counters.dispatches += evaluations;
      }),
    descend: (problem, state, first, count) => {
      counters.dispatches += count;
      return descend(counters, problem, state, first, count);
    },
    workLimit: 1e8,
    settle,
    rest: () => (performance.now() - counters.breath < between ? Promise.resolve() : settle()),
    paint: (matrix, index, range, palette) => promised(() => paint(own(matrix), index, range, palette)),
    dispose: () => undefined,
  };
};
