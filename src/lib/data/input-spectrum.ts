import { Problem } from '$lib/base/problem';
import { numbers, sum, type Steps } from '$lib/base/steps';

/**
 * Variances λ_k ∝ k^−α of the input coordinates k = 1…D, normalised to Σ λ_k = D so that the mean of |x|²/D stays 1; nothing for
 * α = 0, where all are 1. The coordinates are the eigenbasis of the inputs.
 *
 * @throws Problem unless α is a number ≥ 0.
 */
export function* inputVariances(dimension: number, alpha: number): Steps<Float64Array | undefined> {
  if (!(alpha >= 0 && alpha < Infinity)) throw new Problem(`spectrum: must be a number ≥ 0, got ${alpha}`, { path: ['spectrum'] });
  if (alpha === 0) return undefined;
  const powers = yield* numbers(dimension, (index) => (index + 1) ** -alpha);
  const total = yield* sum(dimension, (index) => powers[index]!);
  return yield* numbers(dimension, (index) => (powers[index]! * dimension) / total);
}
