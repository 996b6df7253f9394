import { estimate, type Field } from '$lib/theory/common/jackknife';
import type { Errors } from '$lib/theory/theory';

/** Parts of the particles that are run each by itself. */
export const parts = 8;

/**
 * Errors of infinitely many particles, and their standard error, from θ of all M particles, from θ_g of each of G parts of M/G of them run
 * by itself, and from θ̄ of the mean of the predictors of the parts. A mean square is too large by a term of order 1/M, which is G times as
 * large in the parts: θ − (mean − θ)/(G − 1).
 *
 * Where predictors are linear in the law of the particles θ is θ̄, and scatters as the mean of the parts does:
 * SE² = Σ(θ_g − mean)²/(G(G − 3)), as in `errorOfMean`. Rich networks of relu are not linear in it: 2048 of them scatter as much as 64 do. That
 * shows as a θ far from θ̄, and this distance counts, up to the scatter of one part. Errors of less than half of those of the parts scatter less,
 * in proportion. Over 40 seeds of 16 problems (γ 1 and 3, time 4–200, λ 0–0.1, erf and relu) it is 0.6 to 2 times the scatter, but for two
 * targets of relu that fit their examples almost exactly (up to 5 times).
 */
export function extrapolate(whole: Errors, each: readonly Errors[], together: Errors): Errors {
  const count = each.length;
  const mean = (field: Field): number => each.reduce((sum, errors) => sum + errors[field], 0) / count;
  const spread = (field: Field): number => {
    const centre = mean(field);
    const squares = each.reduce((sum, errors) => sum + (errors[field] - centre) ** 2, 0);
    const distance = Math.min(Math.abs(whole[field] - together[field]), Math.sqrt(squares / (count - 1)));
    const size = centre > 2 * whole[field] ? (2 * whole[field]) / centre : 1;
    return size * Math.hypot(Math.sqrt(squares / (count * (count - 3))), distance);
  };
  return estimate(whole, (field) => whole[field] - (mean(field) - whole[field]) / (count - 1), spread);
}
