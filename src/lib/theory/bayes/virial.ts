import type { Backend, Matrix, ParticleProblem } from '$lib/backend/backend';

/**
 * Σ over particles w [B, M, D] of (w − κw̄)·∇U(w) under the Δ [B, P, 1] that drives them, [B, 1, 1] (of each particle, [B, M, 1], when asked). Divided by M D it is 1 for the
 * right law: the virial identity of `theory.md` §2, which holds about any fixed point. About the conditional prior's mean κw̄
 * (the origin for a source) its noise does not grow with δ, about the origin it grows like √δ.
 * (w − κw̄)·∇U = (1+δ)|w − κw̄|² − γ² (Δ·φ) Σ_μ Δ_μ φ′_μ (h_μ − κh̄_μ). Rests between its parts.
 */
export async function virialSums(backend: Backend, problem: ParticleProblem, weights: Matrix, dual: Matrix, each = false): Promise<Matrix> {
  await backend.rest();
  using centred = backend.combine([[1, weights], ...shift(problem)]);
  const { values, slopes } = backend.features(problem.activation, weights, problem.inputs, true);
  if (!slopes) throw new Error('features without slopes');
  using phi = values;
  using prime = slopes;
  await backend.rest();
  using h = backend.product(centred, problem.inputs, { transposeB: true, alpha: 1 / Math.sqrt(weights.columns) });
  using tilted = backend.hadamard(prime, h);
  await backend.rest();
  using s = backend.product(phi, dual);
  using t = backend.product(tilted, dual);
  if (each) {
    using squares = backend.hadamard(centred, centred);
    using lengths = backend.rowSums(squares);
    using forces = backend.hadamard(s, t);
    return combined(backend, problem, lengths, forces);
  }
  using force = backend.dot(s, t);
  using square = backend.dot(centred, centred);
  return combined(backend, problem, square, force);
}

const combined = (backend: Backend, { points }: ParticleProblem, squares: Matrix, forces: Matrix): Matrix =>
  backend.combine([
    [points.map(({ delta }) => 1 + delta), squares],
    [points.map(({ gamma }) => -gamma * gamma), forces],
  ]);

/**
 * Points with a particle that is driven away from the origin, (w − κw̄)·∇U < −D. For the quadratic activation the energy falls like
 * −|w|⁴ whatever Δ is not orthogonal to all x xᵀ: no normalisable law exists, only the metastable one around the prior, and a
 * particle beyond its barrier carries ever more of the fit as M grows (its Δ then adjusts, and no average tells).
 */
export async function escapes(backend: Backend, problem: ParticleProblem, weights: Matrix, dual: Matrix): Promise<boolean[]> {
  using each = await virialSums(backend, problem, weights, dual, true);
  const read = await backend.read(each);
  return Array.from({ length: weights.batch }, (_, b) =>
    read.subarray(b * weights.rows, (b + 1) * weights.rows).some((value) => !(value > -weights.columns)),
  );
}

const shift = ({ anchor, points }: ParticleProblem): (readonly [number[], Matrix])[] =>
  anchor ? [[points.map(({ delta }) => -delta / (1 + delta)), anchor]] : [];
