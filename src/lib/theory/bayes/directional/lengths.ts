import { erf } from '$lib/base/special';

/** From here on J is taken from the recurrence upwards, which for less loses too many digits. */
const least = -2;

/** Terms of the continued fraction beyond those wanted: it converges like exp(−4 |β| √n). */
const beyond = 60;

/** Moments of a length along one direction. */
export interface Lengths {
  /** log I_{r−1}. */
  log: number;
  /** ⟨ρ²⟩ and ⟨ρ⁴⟩. */
  second: number;
  fourth: number;
}

/**
 * The length ρ of a vector of r dimensions along one direction, of density ρ^{r−1} exp(−½cρ² + bρ): I_n(c, b) = ∫₀^∞ ρⁿ exp(−½cρ² + bρ) dρ and its
 * moments, for c > 0. With β = b/√c, I_n = c^{−(n+1)/2} J_n(β), and integration by parts gives J_{n+1} = βJ_n + nJ_{n−1}, J_1 = βJ_0 + 1,
 * J_0 = √(2π) e^{β²/2} Φ(β). Upwards that is stable for β > 0; for β far below 0 J is the recurrence's minimal solution, and the ratios
 * J_n/J_{n−1} = n/(J_{n+1}/J_n − β) are a continued fraction (Gautschi 1967). `theory.md` §2.4.
 */
export function lengthsAlong(dimensions: number, stiffness: number, pull: number, out: Lengths): void {
  const beta = pull / Math.sqrt(stiffness);
  const n = dimensions - 1;
  if (beta > least) {
    // Times exp(−β²/2) where that is small, so that nothing overflows.
    const scale = beta > 0 ? Math.exp(-0.5 * beta * beta) : 1;
    let before = Math.sqrt(Math.PI / 2) * (1 + erf(beta * Math.SQRT1_2)) * (beta > 0 ? 1 : Math.exp(0.5 * beta * beta));
    let at = beta * before + scale;
    // `at` is J_{k}, `before` J_{k−1}.
    let [own, second] = [n === 0 ? before : at, 0];
    for (let k = 1; k < n + 4; k++) {
      if (k === n) own = at;
      if (k === n + 2) second = at;
      [before, at] = [at, beta * at + k * before];
    }
    out.log = Math.log(own) + (beta > 0 ? 0.5 * beta * beta : 0);
    out.second = second / own;
    out.fourth = at / own;
  } else {
    const last = n + 4 + beyond;
    let ratio = 0.5 * (beta + Math.sqrt(beta * beta + 4 * last));
    let [second, fourth] = [1, 1];
    let log = 0;
    for (let k = last - 1; k >= 1; k--) {
      ratio = k / (ratio - beta);
      if (k <= n) log += Math.log(ratio);
      else if (k <= n + 2) second *= ratio;
      else if (k <= n + 4) fourth *= ratio;
    }
    out.log = log - Math.log(ratio - beta);
    out.second = second;
    out.fourth = second * fourth;
  }
  out.log -= 0.5 * dimensions * Math.log(stiffness);
  out.second /= stiffness;
  out.fourth /= stiffness * stiffness;
}
