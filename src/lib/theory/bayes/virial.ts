import type { Backend, Matrix, ParticleProblem } from '$lib/backend/backend';

/** Sums over the particles of both sides of the virial identity, [B, 1, 1] each. */
export interface Balance {
  /** (1+δ)(|w − κw̄|² − |w₀ − κw̄₀|²), w₀ the control variate: what the force adds to the spread of a particle. */
  readonly excess: Matrix;
  /** γ² s t, s = Δ·φ, t = Σ_μ Δ_μ φ′_μ (h_μ − κh̄_μ). */
  readonly force: Matrix;
}

/**
 * Both sides of the virial identity of `theory.md` §2 for particles w [B, M, D] under the Δ [B, P, 1] that drives them, about the conditional
 * prior's mean κw̄ (the origin for a source), where its noise does not grow with δ. Orthogonal to the training inputs no force acts:
 * particles and their control variates (the same noise, γ = 0) move alike there, and drop out of the difference. What is left is the identity over
 * the span of the training inputs, ⟨|z|²⟩ − rank = γ²⟨s t⟩, the same number for a task padded with zeros or rotated into more
 * dimensions, and without the noise of the Gaussian that both share. Rests between its parts.
 */
export async function balance(
  backend: Backend,
  problem: ParticleProblem,
  weights: Matrix,
  dual: Matrix,
  controlVariate: { readonly weights: Matrix; readonly anchor: Matrix | undefined },
): Promise<Balance> {
  const { points } = problem;
  await backend.yieldToDevice();
  using own = centred(backend, problem, weights, problem.anchor);
  using twin = centred(backend, problem, controlVariate.weights, controlVariate.anchor);
  using square = backend.dot(own, own);
  using twinSquare = backend.dot(twin, twin);
  await backend.yieldToDevice();
  const stretch = points.map(({ delta }) => 1 + delta);
  const excess = backend.combine([
    [stretch, square],
    [stretch.map((a) => -a), twinSquare],
  ]);
  const { s, t } = await pulls(backend, problem, weights, own, dual);
  using along = s;
  using across = t;
  using force = backend.dot(along, across);
  return { excess, force: backend.combine([[points.map(({ gamma }) => gamma * gamma), force]]) };
}

/** w − κw̄, [B, M, D]. */
function centred(backend: Backend, { points }: ParticleProblem, weights: Matrix, anchor: Matrix | undefined): Matrix {
  return backend.combine([[1, weights], ...(anchor ? ([[points.map(({ delta }) => -delta / (1 + delta)), anchor]] as const) : [])]);
}

/** s and t of every particle, [B, M, 1]. */
async function pulls(
  backend: Backend,
  problem: ParticleProblem,
  weights: Matrix,
  own: Matrix,
  dual: Matrix,
): Promise<{ s: Matrix; t: Matrix }> {
  const { values, slopes } = backend.features(problem.activation, weights, problem.inputs, true);
  if (!slopes) throw new Error('features without slopes');
  using phi = values;
  using prime = slopes;
  await backend.yieldToDevice();
  using h = backend.product(own, problem.inputs, { transposeB: true, alpha: 1 / Math.sqrt(weights.columns) });
  using tilted = backend.hadamard(prime, h);
  await backend.yieldToDevice();
  return { s: backend.product(phi, dual), t: backend.product(tilted, dual) };
}

/**
 * How well both sides agree, 1 for the right law: what they differ by as a share of the spread along the direction that the features form in,
 * 1 + force (the prior's and what the force adds to it). Means over particles.
 */
export const virialFigure = (excess: number, force: number): number => 1 + (excess - force) / (1 + Math.abs(force));

/**
 * What both sides differ by as a share of the smaller of that spread and the prior's over the span of the training inputs, its rank. Of a strong
 * force over few directions it is far more than the figure above tells: classes in two dimensions (erf, γ = 2, δ = 10) whose particles have not
 * yet come from well to well pass with 0.99, with an error of 10 %. More noisy, so that it asks for more steps, and warns of nothing.
 */
export const strainFigure = (excess: number, force: number, rank: number): number =>
  Math.abs(excess - force) / Math.min(1 + Math.abs(force), rank);

/**
 * Points with a particle that is driven away from the origin, (w − κw̄)·∇U < −D. For the quadratic activation the energy falls like
 * −|w|⁴ whatever Δ is not orthogonal to all x xᵀ: no normalisable law exists, only the metastable one around the prior, and a
 * particle beyond its barrier carries ever more of the fit as M grows (its Δ then adjusts, and no average tells).
 */
export async function escapes(backend: Backend, problem: ParticleProblem, weights: Matrix, dual: Matrix): Promise<boolean[]> {
  using own = centred(backend, problem, weights, problem.anchor);
  const { s, t } = await pulls(backend, problem, weights, own, dual);
  using along = s;
  using across = t;
  using squares = backend.hadamard(own, own);
  using lengths = backend.rowSums(squares);
  using forces = backend.hadamard(along, across);
  using each = backend.combine([
    [problem.points.map(({ delta }) => 1 + delta), lengths],
    [problem.points.map(({ gamma }) => -gamma * gamma), forces],
  ]);
  const read = await backend.read(each);
  return Array.from({ length: weights.batch }, (_, b) =>
    read.subarray(b * weights.rows, (b + 1) * weights.rows).some((value) => !(value > -weights.columns)),
  );
}
