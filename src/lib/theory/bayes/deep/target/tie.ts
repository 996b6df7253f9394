import { combined, lowerFactor, pseudoInverse, root, solveLower, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';

/** δ as κ = δ/(1+δ), ε = 1/(1+δ) and ρ = κ² + ε. */
export interface Tie {
  readonly kappa: number;
  readonly epsilon: number;
  readonly rho: number;
}

export const tieOf = (delta: number): Tie => {
  const [kappa, epsilon] = [delta / (1 + delta), 1 / (1 + delta)];
  return { kappa, epsilon, rho: kappa * kappa + epsilon };
};

/** Kernels of one target layer on n examples: Φ_d, the part Φ_d − Φ_o of it within one disorder sample, and Φ_c [P_s, n]. */
export interface LayerKernels {
  readonly d: Small;
  readonly apart: Small;
  readonly c: Small;
}

/** Conjugates of one target layer: A_d − A_o, A_o, and A_c [P_s, n]. */
export interface LayerConjugates {
  readonly e: Small;
  readonly o: Small;
  readonly c: Small;
}

/** The prior of a target layer given kernels of the layer below: h = m + R z, m = κKᵀz_s + V^{1/2}ξ. */
export interface Prior {
  /** R_s⁻¹Φ_c, [P_s, n]. */
  readonly pull: Small;
  /** V = κ²(Φ_o − KᵀK), the disorder that is the target's own, and its root, [n, n]. */
  readonly own: Small;
  readonly ownRoot: Small;
  /** C = κ²(Φ_d − Φ_o) + εΦ_d, and its lower factor R. */
  readonly thermal: Small;
  readonly factor: Small;
}

/** The parts of a prior that need no root; `sourceFactor` is the lower factor of Φ_s of the layer below. */
export function covariancesOf(
  { d, apart, c }: LayerKernels,
  sourceFactor: Small,
  examples: number,
  n: number,
  tie: Tie,
): Pick<Prior, 'pull' | 'own' | 'thermal'> {
  const square = tie.kappa ** 2;
  const pull = solveLower(sourceFactor, c, examples);
  const own = combined([square, d], [-square, apart], [-square, times(transposed(pull, n), pull, examples)]);
  const thermal = combined([square, apart], [tie.epsilon, d]);
  return { pull, own, thermal };
}

export function priorOf(below: LayerKernels, sourceFactor: Small, examples: number, n: number, tie: Tie): Prior {
  const parts = covariancesOf(below, sourceFactor, examples, n, tie);
  return { ...parts, ownRoot: root(parts.own, n), factor: lowerFactor(parts.thermal, n) };
}

/** How a second set of examples follows from a first: the weights of what is known of the first, and the root of what is new. */
export interface Extension {
  /** [b, n]. */
  readonly weights: Small;
  /** [b, b]. */
  readonly rest: Small;
}

/** Of a covariance with blocks on the first set [n, n], between the second and it [b, n], and on the second [b, b]. */
export function extend(first: Small, between: Small, second: Small, n: number, least: number): Extension {
  const weights = times(between, pseudoInverse(first, n, least), n);
  const b = between.length / n;
  return { weights, rest: root(combined([1, second], [-1, times(weights, transposed(between, n), n)]), b) };
}
