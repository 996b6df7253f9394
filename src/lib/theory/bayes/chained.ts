import { preactivations, pullBack, type LinearSolution } from '$lib/theory/bayes/closed';
import { nestedRoots } from '$lib/theory/bayes/nested-roots';
import { gramSpectrum, lift, project } from '$lib/theory/bayes/spectrum';
import { dot } from '$lib/theory/common/vectors';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** The law of weights that a chain of tasks has left: covariance scale · I + Σ strength · d dᵀ. */
export type ChainLaw = Pick<LinearSolution, 'scale' | 'spikes'>;

/**
 * One more task of a chain of two-layer linear networks (`theory.md` §2): C_{k+1} = M + δ²M C_k M with M = ((1+δ)I − γ²uuᵀ)⁻¹, and Δ the maximum of Γ
 * with S = X C_k Xᵀ/D. Double precision, and no difference of large numbers for any δ. Cost: the spectrum of K once, then some 60² times
 * O(P) for each task before.
 */
export function solveChained(task: Task, { gamma, temperature }: SourceParameters, delta: number, law: ChainLaw): LinearSolution {
  const { dimension, trainInputs, trainLabels } = task;
  const spectrum = gramSpectrum(task);
  const labels = project(spectrum, trainLabels);
  const { dual: coefficients, r } = nestedRoots({
    values: spectrum.values,
    labels,
    scale: law.scale,
    spikes: law.spikes.map(({ direction, strength }) => ({ vector: project(spectrum, preactivations(trainInputs, direction)), strength })),
    gamma,
    temperature,
    delta,
  });
  // Outside the range of K the network can do nothing: there Δ = y/T.
  const inside = lift(spectrum, coefficients);
  const inRange = lift(spectrum, labels);
  const dual = inside.map((value, p) => value + (trainLabels[p]! - inRange[p]!) / temperature);
  const u = pullBack(trainInputs, inside, dimension);

  // M = (I + ρuuᵀ)/(1+δ), δM = κ(I + ρuuᵀ).
  const a = 1 + delta;
  const kappa2 = (delta / a) ** 2;
  const rho = (gamma * gamma) / (a * r);
  const square = dot(u, u);
  const scale = 1 / a + kappa2 * law.scale;
  const own = { direction: u, strength: rho / a + kappa2 * law.scale * rho * (2 + rho * square) };
  const inherited = law.spikes.map(({ direction, strength }) => {
    const along = rho * dot(u, direction);
    return { direction: direction.map((value, k) => value + along * u[k]!), strength: kappa2 * strength };
  });
  const spikes = [own, ...inherited];
  const slope = u.map((value) => scale * value);
  for (const { direction, strength } of spikes) {
    const along = strength * dot(direction, u);
    for (let k = 0; k < dimension; k++) slope[k]! += along * direction[k]!;
  }
  return { dual, scale, spikes, slope, law: own };
}
