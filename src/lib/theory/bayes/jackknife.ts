import type { Errors } from '$lib/theory/theory';

/**
 * Errors with their Monte-Carlo standard error by the delete-one-group jackknife, SE² = (G−1)/G Σ(θ_{−g} − mean)²
 * (Quenouille 1956, Tukey 1958), from the errors of the whole sample and those with each of the G groups left out.
 */
export function jackknife(whole: Errors, without: readonly Errors[]): Errors {
  const count = without.length;
  const spread = (field: 'train' | 'test' | 'bias' | 'variance' | 'classification'): number => {
    const mean = without.reduce((sum, errors) => sum + errors[field], 0) / count;
    return Math.sqrt(((count - 1) / count) * without.reduce((sum, errors) => sum + (errors[field] - mean) ** 2, 0));
  };
  return {
    ...whole,
    stderr: {
      train: spread('train'),
      test: spread('test'),
      bias: spread('bias'),
      variance: spread('variance'),
      classification: spread('classification'),
    },
  };
}
