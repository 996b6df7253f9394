import type { Matrix } from '$lib/backend/backend';
import type { GaussianLaw } from '$lib/theory/bayes/closed';
import type { Anchors } from '$lib/theory/bayes/coupled/anchors';

/** A law known by weighted points over the span of training inputs; in all other directions it is Gaussian, and independent of those. */
export interface PointLaw {
  readonly rank: number;
  /** Orthonormal directions, [rank, D]. */
  readonly basis: Float64Array;
  readonly points: Anchors;
  /** Variance in each of the other directions: 1 in a source. */
  readonly rest: number;
}

/** What is known of the law of a source's weights: it is exact in its span, Gaussian, or there are samples of it, each [1, M, D]. */
export type Marginal =
  | { readonly kind: 'points'; readonly law: PointLaw }
  | { readonly kind: 'gaussian'; readonly law: GaussianLaw }
  | { readonly kind: 'samples'; readonly samples: readonly Matrix[] };

/** Particles of a source that a target's are held to, and the same without feature learning, each [1, M, D]. */
export interface Held {
  readonly weights: Matrix;
  readonly controlVariate: Matrix;
}

/** What a target is coupled to: what is known of the law of w̄, and samples of it; borrowed. */
export interface Origin {
  readonly marginal: Marginal;
  readonly held: readonly Held[];
}

/** How a target is tied to what was before: δ, and how many targets there are before. */
export interface Tie {
  readonly delta: number;
  readonly stage: number;
}
