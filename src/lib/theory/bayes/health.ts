import type { Backend, Matrix } from '$lib/backend/backend';

/** Figures of Φ + T I for one point of a batch. */
export interface Conditioning {
  /** Estimate of the 2-norm condition number. */
  readonly condition: number;
  /** tr Φ(Φ+T)⁻¹. */
  readonly effectiveDimension: number;
}

const iterations = 5;

/**
 * Condition number and effective dimension of Φ + T I for Φ [B, P, P] and one temperature a batch entry. The extreme
 * eigenvalues come from a few steps of power and inverse iteration (a lower bound of the condition, good to tens of per cent).
 */
export async function conditioning(backend: Backend, kernel: Matrix, temperatures: readonly number[]): Promise<readonly Conditioning[]> {
  using system = backend.addDiagonal(kernel, temperatures);
  using factor = backend.cholesky(system);
  using inverse = backend.inverse(factor);
  return await conditioningOf(backend, system, inverse, temperatures);
}

/** The same where Φ + T I and its inverse, [B, P, P], are at hand. */
export async function conditioningOf(
  backend: Backend,
  system: Matrix,
  inverse: Matrix,
  temperatures: readonly number[],
): Promise<readonly Conditioning[]> {
  const { batch, rows: size } = system;
  using diagonal = backend.diagonal(inverse);
  // Any start will do that is not orthogonal to the wanted vectors: one smooth (kernels have a smooth first vector), one rough.
  const start = (rough: boolean): Matrix =>
    backend.upload(
      { batch, rows: size, columns: 1 },
      Float64Array.from({ length: batch * size }, (_, i) =>
        rough ? Math.cos(2.4 * (i % size) * (i % size)) + 0.3 : 1 + 0.5 * Math.sin(i % size),
      ),
    );
  // |(Φ + T)⁻¹| ≤ 1/T and |Φ + T| is of the order of P: so scaled, the steps neither grow nor fade much.
  const [largest, smallest, entries] = await Promise.all([
    powerNorm(
      backend,
      system,
      start(false),
      temperatures.map(() => 1 / size),
    ),
    powerNorm(
      backend,
      inverse,
      start(true),
      temperatures.map((temperature) => temperature || 1),
    ),
    backend.read(diagonal),
  ]);
  return temperatures.map((temperature, b) => ({
    condition: Math.max(1, (largest[b] ?? NaN) * (smallest[b] ?? NaN)),
    effectiveDimension: size - temperature * entries.slice(b * size, (b + 1) * size).reduce((sum, value) => sum + value, 0),
  }));
}

/**
 * |A v|/|v| after a few steps v ← scale·A v, read back once; disposes the start. Where the unnormalised steps leave the range of the
 * backend's numbers the figure is taken again with a normalisation, and a read, at every step.
 */
async function powerNorm(backend: Backend, matrix: Matrix, start: Matrix, scales: readonly number[]): Promise<number[]> {
  using first = start;
  let v = backend.combine([[1, first]]);
  let before = backend.dot(v, v);
  for (let i = 0; i <= iterations; i++) {
    before[Symbol.dispose]();
    before = backend.dot(v, v);
    using moved = backend.product(matrix, v);
    v[Symbol.dispose]();
    v = backend.combine([[scales, moved]]);
  }
  using after = backend.dot(v, v);
  const [above, below] = await Promise.all([backend.read(after), backend.read(before)]);
  v[Symbol.dispose]();
  before[Symbol.dispose]();
  const norms = Array.from(above, (square, b) => Math.sqrt(square / (below[b] ?? NaN)) / (scales[b] ?? NaN));
  return norms.every((norm) => Number.isFinite(norm) && norm > 0) ? norms : await normalisedPowerNorm(backend, matrix, first);
}

async function normalisedPowerNorm(backend: Backend, matrix: Matrix, start: Matrix): Promise<number[]> {
  let v = backend.combine([[1, start]]);
  for (let i = 0; i < iterations; i++) {
    using square = backend.dot(v, v);
    const lengths = Array.from(await backend.read(square), Math.sqrt);
    using unit = backend.combine([[lengths.map((length) => (length > 0 ? 1 / length : 0)), v]]);
    v[Symbol.dispose]();
    v = backend.product(matrix, unit);
  }
  using square = backend.dot(v, v);
  const norms = Array.from(await backend.read(square), Math.sqrt);
  v[Symbol.dispose]();
  return norms;
}

/** |y − TΔ − ΦΔ| / |y| of each batch entry, for Φ [B, P, P], Δ and y [B, P, 1]. */
export async function residuals(
  backend: Backend,
  kernel: Matrix,
  dual: Matrix,
  labels: Matrix,
  temperatures: readonly number[],
): Promise<number[]> {
  using predicted = backend.product(kernel, dual);
  using residual = backend.combine([
    [1, labels],
    [temperatures.map((temperature) => -temperature), dual],
    [-1, predicted],
  ]);
  using missing = backend.dot(residual, residual);
  using whole = backend.dot(labels, labels);
  const [left, right] = await Promise.all([backend.read(missing), backend.read(whole)]);
  return Array.from(left, (square, b) => (square === 0 ? 0 : Math.sqrt(square / (right[right.length === 1 ? 0 : b] ?? NaN))));
}
