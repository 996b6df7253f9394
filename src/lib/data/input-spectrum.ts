import { Problem } from '$lib/base/problem';

/**
 * Variances λ_k ∝ k^−α of the input coordinates k = 1…D, normalised to Σ λ_k = D so that the mean of |x|²/D stays 1; nothing for
 * α = 0, where all are 1. The coordinates are the eigenbasis of the inputs.
 *
 * @throws Problem unless α is a number ≥ 0.
 */
export const inputVariances = (dimension: number, alpha: number): Float64Array | undefined => {
  if (!(alpha >= 0 && alpha < Infinity)) throw new Problem(`spectrum: must be a number ≥ 0, got ${alpha}`, { path: ['spectrum'] });
  if (alpha === 0) return undefined;
  const powers = Float64Array.from({ length: dimension }, (_, index) => (index + 1) ** -alpha);
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => (power * dimension) / total);
};
