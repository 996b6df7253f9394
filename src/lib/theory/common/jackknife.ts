import { squaredDeviations } from '$lib/theory/common/vectors';
import type { Errors } from '$lib/theory/theory';

/** Groups of particles of the delete-one-group jackknife. */
export const groups = 16;

type Square = 'train' | 'bias' | 'variance';
export type Field = Square | 'test' | 'classification';

/**
 * Errors with their mean squares corrected for a finite number of particles, and with standard errors. A mean square is never negative; where
 * noise would make it so the plain figure is the better one.
 */
export function estimate(whole: Errors, corrected: (field: Square) => number, stderr: (field: Field) => number): Errors {
  const unbiased = (field: Square): number => {
    const value = corrected(field);
    return value >= 0 ? value : whole[field];
  };
  const bias = unbiased('bias');
  const variance = unbiased('variance');
  return {
    ...whole,
    train: unbiased('train'),
    bias,
    variance,
    test: bias + variance,
    stderr: {
      train: stderr('train'),
      test: stderr('test'),
      bias: stderr('bias'),
      variance: stderr('variance'),
      classification: stderr('classification'),
    },
  };
}

/**
 * Errors of infinitely many particles, and their Monte-Carlo standard error, by the delete-one-group jackknife (Quenouille 1956,
 * Tukey 1958), from the errors θ of the whole sample and those with each of the G groups left out:
 * SE² = (G−1)/(G−3) · (G−1)/G Σ(θ_{−g} − mean)², and Gθ − (G−1)·mean for θ. The first factor (JCGM 101:2008, 6.4.9) is there because a spread
 * over few groups is itself uncertain: what is known of θ is then a t-distribution of G − 1 degrees, of which this is the standard deviation, and
 * two of them hold 95 % for 16 groups, as they do of a Gaussian. A mean square of predictions from M particles is too large by their
 * variance, of order 1/M (5 % for 512 particles on the digits at large δ); this takes it off. The share of wrong signs is not smooth and stays.
 */
export function jackknife(whole: Errors, without: readonly Errors[]): Errors {
  const count = without.length;
  const mean = (field: Field): number => without.reduce((sum, errors) => sum + errors[field], 0) / count;
  const spread = (field: Field): number => {
    const values = without.map((errors) => errors[field]);
    // The mean of equal numbers may differ from them by rounding.
    if (values.every((value) => value === values[0])) return 0;
    return Math.sqrt(((count - 1) ** 2 / (count * (count - 3))) * squaredDeviations(values));
  };
  return estimate(whole, (field) => count * whole[field] - (count - 1) * mean(field), spread);
}

/**
 * The group of each of the samples that follow one another run after run of `each` particles (the same particles at other times), `copies` of
 * them side by side in a run: particles of one group stand one after the other.
 */
export const groupsOfRuns =
  (each: number, copies = 1) =>
  (sample: number): number =>
    Math.floor((((sample % (each * copies)) % each) * groups) / each);

/**
 * Standard error of a mean over samples from its means over independent groups: SE² = Σ(θ_g − mean)²/(G(G − 3)), which is what `jackknife` makes of a
 * mean.
 */
export const errorOfMean = (means: readonly number[]): number => Math.sqrt(squaredDeviations(means) / (means.length * (means.length - 3)));

/**
 * Standard error of a figure from its values with one of G networks left out: SE² = (G−1)/G Σ(θ_{−g} − mean)². Unlike `jackknife` it leaves out the
 * factor for few groups: the number of networks is told beside the figure.
 */
export const leaveOneOutError = (without: readonly number[]): number =>
  Math.sqrt(((without.length - 1) / without.length) * squaredDeviations(without));
