import type { Backend, Matrix } from '$lib/backend/backend';
import { conditionNumbers } from '$lib/backend/systems/condition';
import type { Systems } from '$lib/backend/systems/factor';

/** Figures of Φ + T I for one point of a batch. */
export interface Conditioning {
  /** Estimate of the 2-norm condition number. */
  readonly condition: number;
  /** tr Φ(Φ+T)⁻¹. */
  readonly effectiveDimension: number;
}

/**
 * Condition number and effective dimension of systems Φ + T I for one temperature a batch entry; nothing is told of an entry without a
 * factor. With jitter the effective dimension is that of what was solved, tr Φ(Φ + T + jitter)⁻¹.
 */
export async function conditioning(backend: Backend, systems: Systems): Promise<readonly Partial<Conditioning>[]> {
  using inverse = backend.inverse(systems.factor);
  const figures = await conditioningOf(backend, systems.matrix, inverse, systems.ridges);
  return figures.map((figure, b) => (systems.failures[b] ? {} : figure));
}

/** The same where Φ + T I and its inverse, [B, P, P], are at hand. */
export async function conditioningOf(
  backend: Backend,
  system: Matrix,
  inverse: Matrix,
  temperatures: readonly number[],
): Promise<readonly Conditioning[]> {
  const [conditions, dimensions] = await Promise.all([
    conditionNumbers(backend, system, (vector) => backend.product(inverse, vector), temperatures),
    effectiveDimensions(backend, inverse, temperatures),
  ]);
  return conditions.map((condition, b) => ({ condition, effectiveDimension: dimensions[b] ?? NaN }));
}

/** tr Φ(Φ+T)⁻¹ = P − T tr (Φ+T)⁻¹ from the inverses, [B, P, P]. */
export async function effectiveDimensions(backend: Backend, inverse: Matrix, temperatures: readonly number[]): Promise<number[]> {
  const size = inverse.rows;
  using diagonal = backend.diagonal(inverse);
  const entries = await backend.read(diagonal);
  return temperatures.map(
    (temperature, b) => size - temperature * entries.subarray(b * size, (b + 1) * size).reduce((sum, value) => sum + value, 0),
  );
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
