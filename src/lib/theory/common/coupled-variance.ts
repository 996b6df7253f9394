/**
 * ρ = 1/(1+δ) + κ², κ = δ/(1+δ): the variance of a target's weights before data, w̄ drawn from the unit prior and the conditional
 * prior N(κw̄, I/(1+δ)) (`theory.md` §2, last limit). 1 for δ = 0 and δ = ∞. In a chain of tasks w̄ has the variance of the task before, `anchors`.
 */
export const coupledVariance = (delta: number, anchors = 1): number => {
  if (delta === Infinity) return anchors;
  const kappa = delta / (1 + delta);
  return 1 / (1 + delta) + kappa * kappa * anchors;
};

/** κ = δ/(1 + δ) for δ ∈ [0, ∞]: the mean of a target's weights is κ times those of its source (`theory.md` §2). */
export const couplingMean = (delta: number): number => (delta === Infinity ? 1 : delta / (1 + delta));
