import type { Backend, Matrix, ParticleProblem } from '$lib/backend/backend';

/**
 * Σ over particles w [B, M, D] of (w − κw̄)·∇U(w) under the Δ [B, P, 1] that drives them, [B, 1, 1]. Divided by M D it is 1 for the
 * right law: the virial identity of `theory.md` §2, which holds about any fixed point. About the conditional prior's mean κw̄
 * (the origin for a source) its noise does not grow with δ, about the origin it grows like √δ.
 * (w − κw̄)·∇U = (1+δ)|w − κw̄|² − γ² (Δ·φ) Σ_μ Δ_μ φ′_μ (h_μ − κh̄_μ).
 */
export function virialSums(backend: Backend, problem: ParticleProblem, weights: Matrix, dual: Matrix): Matrix {
  using centred = backend.combine([[1, weights], ...shift(problem)]);
  const { values, slopes } = backend.features(problem.activation, weights, problem.inputs, true);
  if (!slopes) throw new Error('features without slopes');
  const { values: preactivations } = backend.features('linear', centred, problem.inputs);
  using phi = values;
  using prime = slopes;
  using h = preactivations;
  using tilted = backend.hadamard(prime, h);
  using s = backend.product(phi, dual);
  using t = backend.product(tilted, dual);
  using force = backend.dot(s, t);
  using square = backend.dot(centred, centred);
  return backend.combine([
    [problem.points.map(({ delta }) => 1 + delta), square],
    [problem.points.map(({ gamma }) => -gamma * gamma), force],
  ]);
}

const shift = ({ anchor, points }: ParticleProblem): (readonly [number[], Matrix])[] =>
  anchor ? [[points.map(({ delta }) => -delta / (1 + delta)), anchor]] : [];
