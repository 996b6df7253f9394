import type { Activation } from '$lib/base/activation';
import type { Matrix, RandomKey } from '$lib/backend/matrix';

/** What acts on neurons of a layer: h = m + R z under N(0, I) exp g of z, g = ½ φᵀAφ + b·φ. All but m and b in batches of 1. */
export interface WalkerField {
  readonly activation: Activation;
  /** R, lower, and A, symmetric, [n, n]. */
  readonly factor: Matrix;
  readonly conjugate: Matrix;
  /** m and b, [M, n], the same for all copies; none are zeros. */
  readonly means?: Matrix | undefined;
  readonly tilts?: Matrix | undefined;
}

/** Where `B` copies of M neurons are, whitened, and what they are there: z, h, φ, φ′, each [B, M, n]. */
export interface WalkerState {
  readonly z: Matrix;
  readonly h: Matrix;
  readonly values: Matrix;
  readonly slopes: Matrix;
}

/** A Metropolis step: `leaps` leapfrogs of angle `dt`. */
export interface WalkerStride {
  readonly dt: number;
  readonly leaps: number;
}

/** Rows of a matrix [B, M, p], or of the difference of its two entries. */
export type OuterRows = Matrix | { readonly apart: Matrix };

/**
 * Particles that are followed by Metropolis steps, for deep targets and for deep sources whose dynamics run away. Only engines of double precision have these: at large δ differences of copies
 * that are nearly alike are averaged.
 */
export interface WalkerSteps {
  /** h, φ and φ′ where z is. */
  placeWalkers(field: WalkerField, state: WalkerState): void;
  /** ∂g = φ′ ∘ (Aφ + b), [B, M, n], where h, φ and φ′ are. */
  pullWalkers(field: WalkerField, state: WalkerState): Matrix;
  /**
   * One Metropolis step of all neurons in a field that stands still, in place: leapfrogs turn (z, p) and kick p by Rᵀ∂g. No bias by the step.
   * Normals of walker k = bM + i are elements k(n + 2) … of the key's stream: p, and two that make the exponential variable of the test.
   * With `flips`, which needs m and an odd φ, h → −h, that is z → −z − 2R⁻¹m, is tried before (along zero columns of R: z → −z); elements 2k and 2k + 1
   * of that key's stream make its test. With `placed`, h, φ and φ′ are right already for the field. Answers how many moves were accepted.
   * `yieldToDevice` is awaited between parts; what it throws leaves some of the neurons moved.
   */
  moveWalkers(
    field: WalkerField,
    state: WalkerState,
    stride: WalkerStride,
    key: RandomKey,
    options?: { readonly flips?: RandomKey | undefined; readonly placed?: boolean },
    yieldToDevice?: () => Promise<void>,
  ): Promise<number>;
  /** (1/BM) Σ x yᵀ over all rows, [p, q] row-major, of each pair X [B, M, p] and Y [B, M, q]; a batch of 1 goes with every copy. M is the same in all pairs. `yieldToDevice` as of a move. */
  outerMeans(pairs: readonly (readonly [x: OuterRows, y: OuterRows])[], yieldToDevice?: () => Promise<void>): Promise<Float64Array[]>;
}
