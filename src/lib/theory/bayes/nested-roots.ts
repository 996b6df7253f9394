import { dot } from '$lib/theory/common/vectors';
import { bisected, geometric } from '$lib/theory/common/bisection';

/** Γ(Δ) of a linear network whose anchors have several directions of their own, in the eigenbasis of K. */
export interface SpikedDual {
  /** Eigenvalues of K, [n], all > 0. */
  readonly values: Float64Array;
  /** Labels in the eigenbasis, [n]. */
  readonly labels: Float64Array;
  /** S = scale · K + Σ strength · z zᵀ: the anchors' weights along the inputs. */
  readonly scale: number;
  readonly spikes: readonly { readonly vector: Float64Array; readonly strength: number }[];
  readonly gamma: number;
  readonly temperature: number;
  readonly delta: number;
}

/** The place between 0 and ∞ where `below`, true to its left, turns false: to the last digits. */
function turning(from: number, below: (x: number) => boolean): number {
  let [low, high] = [from, from];
  while (low > Number.MIN_VALUE && !below(low)) [low, high] = [low / 16, low];
  while (high < Number.MAX_VALUE && below(high)) [low, high] = [high, high * 16];
  return bisected(low, high, below, geometric)[0];
}

/**
 * The Δ that maximises Γ of the linear network, `theory.md` §2, for any γ and labels, by two scalar roots, one in the other. With g = γ²/(1+δ),
 * k = ΔᵀKΔ, o = z·Δ and S = σK + Σ s zzᵀ the stationary Δ is (T + 2pK + 2q Σ s zzᵀ)⁻¹y with r = 1 − gk,
 *
 *     q = κ²/2r,   p = (1/(1+δ) + κ²σ + κ²g (σk + Σ s o²)/r)/2r.
 *
 * At a given ρ = 1/r − 1, which no rounding of 1 − gk spoils, q and k = ρ/((1+ρ)g) are known, k falls with p and gives it; what the second
 * equation says of that p turns over at one ρ, for Γ is concave. Some 60² evaluations of O(n).
 */
export function nestedRoots(problem: SpikedDual): { readonly dual: Float64Array; readonly r: number } {
  const { values, labels, scale, spikes, gamma, temperature, delta } = problem;
  const a = 1 + delta;
  const kappa2 = (delta / a) ** 2;
  const g = (gamma * gamma) / a;
  const solve = (p: number, q: number): { readonly dual: Float64Array; readonly k: number; readonly energy: number } => {
    const dual = solveSpiked(
      values.map((lambda) => temperature + 2 * p * lambda),
      spikes.map(({ vector, strength }) => ({ vector, strength: 2 * q * strength })),
      labels,
    );
    const along = (vector: Float64Array): number => vector.reduce((sum, value, i) => sum + value * dual[i]!, 0);
    return {
      dual,
      k: dual.reduce((sum, d, i) => sum + values[i]! * d * d, 0),
      energy: spikes.reduce((sum, { vector, strength }) => sum + strength * along(vector) ** 2, 0),
    };
  };
  const prior = 1 / a + kappa2 * scale;
  if (g === 0) return { dual: solve(0.5 * prior, 0.5 * kappa2).dual, r: 1 };
  const at = (rho: number) => {
    const q = 0.5 * kappa2 * (1 + rho);
    const k = rho / ((1 + rho) * g);
    const least = 0.5 * (1 + rho) * prior;
    const p = solve(least, q).k > k ? turning(least, (trial) => solve(trial, q).k > k) : least;
    const { dual, energy } = solve(p, q);
    const own = least + 0.5 * kappa2 * g * (scale * k + energy) * (1 + rho) ** 2;
    return { dual, below: p > own };
  };
  const rho = turning(1, (trial) => at(trial).below);
  return { dual: at(rho).dual, r: 1 / (1 + rho) };
}

/** (diag + Σ strength zzᵀ)⁻¹y, one spike after another by Sherman and Morrison: every term is positive. */
function solveSpiked(
  diagonal: Float64Array,
  spikes: readonly { readonly vector: Float64Array; readonly strength: number }[],
  y: Float64Array,
): Float64Array {
  const done: { readonly image: Float64Array; readonly share: number }[] = [];
  const apply = (v: Float64Array): Float64Array => {
    let out = v.map((value, i) => value / diagonal[i]!);
    for (const { image, share } of done) {
      const factor = share * dot(image, v);
      out = out.map((value, i) => value - factor * image[i]!);
    }
    return out;
  };
  for (const { vector, strength } of spikes) {
    const image = apply(vector);
    done.push({ image, share: strength / (1 + strength * dot(vector, image)) });
  }
  return apply(y);
}
