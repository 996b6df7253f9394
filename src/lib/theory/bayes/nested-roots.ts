import type { LinearDual } from '$lib/theory/bayes/linear-dual';

/** The place between 0 and ∞ where `below`, true to its left, turns false: to the last digits. */
function turning(from: number, below: (x: number) => boolean): number {
  let [low, high] = [from, from];
  while (low > Number.MIN_VALUE && !below(low)) [low, high] = [low / 16, low];
  while (high < Number.MAX_VALUE && below(high)) [low, high] = [high, high * 16];
  for (let i = 0; i < 200; i++) {
    const middle = Math.sqrt(low) * Math.sqrt(high);
    if (!(low < middle && middle < high)) break;
    if (below(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The Δ that maximises Γ of the linear network, `theory.md` §2, for any γ and labels, by two scalar roots, one in the other. With g = γ²/(1+δ),
 * k = ΔᵀKΔ, o = z·Δ the stationary Δ is (T + 2pK + 2q zzᵀ)⁻¹y with r = 1 − gk,
 *
 *     q = κ² strength/2r,   p = (1/(1+δ) + κ² + κ²g (k + strength o²)/r)/2r.
 *
 * At a given ρ = 1/r − 1, which no rounding of 1 − gk spoils, q and k = ρ/((1+ρ)g) are known, k falls with p and gives it; what the second
 * equation says of that p turns over at one ρ, for Γ is concave. Some 60² evaluations of O(n).
 */
export function nestedRoots(problem: LinearDual): { readonly dual: Float64Array; readonly r: number } {
  const { values, labels, spike, strength, gamma, temperature, delta } = problem;
  const a = 1 + delta;
  const kappa2 = (delta / a) ** 2;
  const g = (gamma * gamma) / a;
  const solve = (p: number, q: number): { readonly dual: Float64Array; readonly k: number; readonly overlap: number } => {
    let zy = 0;
    let zz = 0;
    const inverse = values.map((lambda, i) => {
      const w = 1 / (temperature + 2 * p * lambda);
      zy += w * spike[i]! * labels[i]!;
      zz += w * spike[i]! * spike[i]!;
      return w;
    });
    const overlap = zy / (1 + 2 * q * zz);
    const dual = inverse.map((w, i) => w * (labels[i]! - 2 * q * overlap * spike[i]!));
    return { dual, k: dual.reduce((sum, d, i) => sum + values[i]! * d * d, 0), overlap };
  };
  const at = (rho: number) => {
    const q = 0.5 * kappa2 * strength * (1 + rho);
    const k = rho / ((1 + rho) * g);
    const least = 0.5 * (1 + rho) * (1 / a + kappa2);
    const p = solve(least, q).k > k ? turning(least, (trial) => solve(trial, q).k > k) : least;
    const { dual, overlap } = solve(p, q);
    const own = least + 0.5 * kappa2 * g * (k + strength * overlap * overlap) * (1 + rho) ** 2;
    return { dual, below: p > own };
  };
  const rho = turning(1, (trial) => at(trial).below);
  return { dual: at(rho).dual, r: 1 / (1 + rho) };
}
