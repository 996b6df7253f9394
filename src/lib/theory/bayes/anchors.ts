import type { Backend } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import type { GaussianLaw } from '$lib/theory/bayes/closed';
import type { Anchor } from '$lib/theory/bayes/ensemble';

/** M particles of a closed-form source, w ~ N(0, I + strength·u uᵀ), as anchors [1, M, D], with the white ones they are made of. */
export function gaussianAnchors(backend: Backend, { direction, strength }: GaussianLaw, particles: number, seed: number): Anchor {
  const dimension = direction.length;
  const controlVariate = backend.normal({ rows: particles, columns: dimension }, { seed, stream: streams.sourceStart, step: 0 });
  const weights = backend.combine([[1, controlVariate]]);
  const square = direction.reduce((sum, value) => sum + value * value, 0);
  if (square === 0) return { weights, controlVariate, variance: 1, stage: 0 };
  // (I + c u uᵀ)² = I + strength·u uᵀ
  const c = (Math.sqrt(1 + strength * square) - 1) / square;
  using u = backend.upload({ rows: dimension, columns: 1 }, direction);
  using along = backend.product(controlVariate, u);
  backend.product(along, u, { transposeB: true, alpha: c, beta: 1, into: weights });
  return { weights, controlVariate, variance: 1, stage: 0 };
}
