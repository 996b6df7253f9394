/**
 * Transfer between two linear teachers in high dimension, P_t and D large with ν = P_t/D fixed: `theory.md` §5. Isotropic Gaussian
 * inputs, teachers of squared norm D, no label noise, ridgeless readout on the features a two-layer linear network took from the source
 * task. Errors are in units of the label variance.
 */

/**
 * χ = √(1 + γ²D) − 1: by how much the features of one hidden layer, trained on infinitely many source examples at richness γ, stand out
 * along the source's teacher. γ is the sheet's, for pre-activations h = w·x/√D (`theory.md` §0); formulas written for h = w·x have γ² in
 * place of γ²D.
 */
export const spikeOf = (gamma: number, dimension: number): number => {
  const square = gamma * gamma * dimension;
  // √(1+s) − 1 without the difference of nearly equal numbers at small s.
  return square / (Math.sqrt(1 + square) + 1);
};

/** Ridgeless regression on raw inputs: 1 − ν, and nothing is left to learn from ν = 1 on. */
export const scratchError = (nu: number): number => Math.max(0, 1 - nu);

/**
 * L = (1−ν)[1 − 2χα²ν/(1+χν) + χ²α²ν²/(1+χν)²] on features X(I + (χ/D) β_sβ_sᵀ)Xᵀ, written (1−ν)[1 − α² + α²/(1+χν)²]: the target's
 * part along the source's teacher is learned 1/(1+χν) times as well, the rest as from scratch. 0 from ν = 1 on.
 *
 * @param chi ≥ 0
 * @param alignment α = β_s·β_t/D, −1…1
 * @param nu P_t/D, ≥ 0
 */
export const transferError = (chi: number, alignment: number, nu: number): number =>
  scratchError(nu) * (1 - alignment ** 2 + (alignment / (1 + chi * nu)) ** 2);

/**
 * L = 1 − (√ν₁ α + √(1−ν₁) α_g)² after infinitely rich pre-training on ν₁ = P_s/D ≤ 1: one feature is left, along the ridgeless source
 * predictor, √ν₁ β_s + √(1−ν₁) g with g ⟂ β_s of squared norm D the error of the source task's finite sample. Independent of ν.
 *
 * @param nuSource ν₁, 0…1
 * @param alignment α = β_s·β_t/D
 * @param chance α_g = g·β_t/D, 0 on average; α² + α_g² ≤ 1
 */
export const richTransferError = (nuSource: number, alignment: number, chance: number): number =>
  1 - (Math.sqrt(nuSource) * alignment + Math.sqrt(1 - nuSource) * chance) ** 2;
