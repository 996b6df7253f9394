/** Γ(Δ) of the linear network (`theory.md` §2) in the eigenbasis of K. */
export interface LinearDual {
  /** Eigenvalues of K, [n], all > 0. */
  readonly values: Float64Array;
  /** Labels in the eigenbasis, [n]. */
  readonly labels: Float64Array;
  /** S = K + strength · z zᵀ: z in the eigenbasis, [n] (the source's weights have covariance I + strength · u uᵀ). */
  readonly spike: Float64Array;
  readonly strength: number;
  readonly gamma: number;
  readonly temperature: number;
  readonly delta: number;
}
