import type { Backend, Matrix } from '$lib/backend/backend';
import type { Systems } from './factor';

const iterations = 5;

/**
 * Estimates of the 2-norm condition numbers ‖A‖ ‖A⁻¹‖ of A [B, n, n], positive definite, by a few steps of power iteration on A and on
 * A⁻¹: lower bounds, good to tens of per cent (Golub and Van Loan, Matrix Computations, §7.3.1). `inverted` applies A⁻¹ to [B, n, 1];
 * `smallest` is a lower bound or guess of the smallest eigenvalue of each entry, 0 where there is none. One read-back.
 * Not-a-number where an entry has no inverse.
 */
export async function conditionNumbers(
  backend: Backend,
  matrix: Matrix,
  inverted: (vector: Matrix) => Matrix,
  smallest: readonly number[],
): Promise<number[]> {
  const { batch, rows: n } = matrix;
  // Any start will do that is not orthogonal to the wanted vectors: one smooth (kernels have a smooth first vector), one rough.
  const start = (rough: boolean): Matrix =>
    backend.upload(
      { batch, rows: n, columns: 1 },
      Float64Array.from({ length: batch * n }, (_, i) => (rough ? Math.cos(2.4 * (i % n) * (i % n)) + 0.3 : 1 + 0.5 * Math.sin(i % n))),
    );
  // So scaled, the steps neither grow nor fade much: the norm of a kernel matrix is of the order of n.
  const [norms, inverseNorms] = await Promise.all([
    powerNorm(
      backend,
      (vector) => backend.product(matrix, vector),
      start(false),
      smallest.map(() => 1 / n),
    ),
    powerNorm(
      backend,
      inverted,
      start(true),
      smallest.map((value) => value || 1),
    ),
  ]);
  return norms.map((norm, b) => Math.max(1, norm * (inverseNorms[b] ?? NaN)));
}

/** The same for factored systems, by solves with their factors. */
export const systemConditions = (backend: Backend, { matrix, factor, ridges }: Systems): Promise<number[]> =>
  conditionNumbers(backend, matrix, (vector) => backend.solve(factor, vector), ridges);

/**
 * |A v|/|v| after a few steps v ← scale·A v, read back once; disposes the start. Where the unnormalised steps leave the range of the
 * backend's numbers the figure is taken again with a normalisation, and a read, at every step.
 */
async function powerNorm(
  backend: Backend,
  applied: (vector: Matrix) => Matrix,
  start: Matrix,
  scales: readonly number[],
): Promise<number[]> {
  using first = start;
  let v = backend.combine([[1, first]]);
  let before = backend.dot(v, v);
  for (let i = 0; i <= iterations; i++) {
    before[Symbol.dispose]();
    before = backend.dot(v, v);
    using moved = applied(v);
    v[Symbol.dispose]();
    v = backend.combine([[scales, moved]]);
  }
  using after = backend.dot(v, v);
  const [above, below] = await Promise.all([backend.read(after), backend.read(before)]);
  v[Symbol.dispose]();
  before[Symbol.dispose]();
  const norms = Array.from(above, (square, b) => Math.sqrt(square / (below[b] ?? NaN)) / (scales[b] ?? NaN));
  return norms.every((norm) => Number.isFinite(norm) && norm > 0) ? norms : await normalisedPowerNorm(backend, applied, first);
}

async function normalisedPowerNorm(backend: Backend, applied: (vector: Matrix) => Matrix, start: Matrix): Promise<number[]> {
  let v = backend.combine([[1, start]]);
  for (let i = 0; i < iterations; i++) {
    using square = backend.dot(v, v);
    const lengths = Array.from(await backend.read(square), Math.sqrt);
    using unit = backend.combine([[lengths.map((length) => (length > 0 ? 1 / length : 0)), v]]);
    v[Symbol.dispose]();
    v = applied(unit);
  }
  using square = backend.dot(v, v);
  const norms = Array.from(await backend.read(square), Math.sqrt);
  v[Symbol.dispose]();
  return norms;
}
