import { combined, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import { covariancesOf, extend, type Extension, type Prior, type Tie } from '$lib/theory/bayes/deep/target/tie';

/** Eigenvalues below this share of the largest are noise: what hangs on them is not carried to other examples. */
export const leastEigen = 1e-6;

/** Examples for which normals are made white: the cost grows as their square. */
export const mostWhitened = 32;

/** Φ_d and Φ_d − Φ_o of one layer. */
export interface Pair {
  readonly d: Small;
  readonly apart: Small;
}

/** Φ of one layer between other examples and the training examples, [b, n], and among the others, [b, b]; Φ_c [P_s, b]. */
export interface Below {
  readonly between: Pair;
  readonly among: Pair;
  readonly c: Small;
}

/** What is wanted of a layer: all, or only Φ_d between others and the training examples and among these, the rest being empty. */
export type Wanted = 'all' | 'weights';

/** How h of other examples follows from what is known of the training examples. */
export interface Lifting {
  readonly pull: Small;
  readonly own: Extension;
  readonly thermal: Extension;
}

export function liftingTo(below: Below, train: Prior, sourceFactor: Small, examples: number, n: number, tie: Tie): Lifting {
  const b = below.among.d.length === 0 ? 0 : Math.sqrt(below.among.d.length);
  const wide = covariancesOf({ ...below.among, c: below.c }, sourceFactor, examples, b, tie);
  const square = tie.kappa ** 2;
  const ownBetween = combined(
    [square, below.between.d],
    [-square, below.between.apart],
    [-square, times(transposed(wide.pull, b), train.pull, examples)],
  );
  const thermalBetween = combined([square, below.between.apart], [tie.epsilon, below.between.d]);
  return {
    pull: wide.pull,
    own: extend(train.own, ownBetween, wide.own, n, leastOf(train, below)),
    thermal: extend(train.thermal, thermalBetween, wide.thermal, n, leastEigen),
  };
}

/** V is what is left of Φ_o when the source's part is taken off: noise of the latter is not to be carried. */
const leastOf = ({ own }: Prior, { between }: Pick<Below, 'between'>): number => {
  const scale = Math.max(...own.map(Math.abs));
  return scale === 0 ? 1 : Math.min(1, (1e-3 * Math.max(...between.d.map(Math.abs))) / scale);
};
