import type { Backend, Matrix } from '$lib/backend/backend';
import { conditional, type Evaluation, type Posterior } from '$lib/theory/networks/posterior';
import { Owned } from '$lib/theory/owned';
import type { Prediction } from '$lib/theory/networks/statistics';
import type { Stopped } from '$lib/theory/networks/stopped';

/** w of every hidden layer, [B, N, ·], and what the posterior says there. */
interface State {
  readonly weights: readonly Matrix[];
  readonly evaluation: Evaluation;
}

/**
 * Mean of f and of f² over v given w on rows of inputs, network by network; undefined where it was stopped. Some networks at a time, no more than
 * a submission holds, so that a stop is heard between them.
 */
export const predictionsUnless = async (
  stopped: Stopped,
  backend: Backend,
  posterior: Posterior,
  { weights, evaluation }: State,
  inputs: Matrix,
): Promise<Prediction[] | undefined> => {
  const { batch } = weights[0]!;
  const examples = evaluation.dual.rows;
  // φ on these inputs, its product with φ on the training ones, and that with A⁻¹.
  const layers = weights.reduce((sum, { rows, columns }) => sum + 2 * rows * (columns + 15), 0);
  const each = inputs.rows * (layers + 2 * evaluation.values.rows * examples + 2 * examples ** 2);
  const most = Math.max(1, Math.floor(backend.workLimit / each));
  const predictions: Prediction[] = [];
  for (let first = 0; first < batch; first += most) {
    if (await stopped()) return undefined;
    const count = Math.min(most, batch - first);
    using owned = new Owned();
    const some = (matrix: Matrix): Matrix =>
      owned.keep(matrix.batch === 1 ? backend.slice(matrix, 0) : backend.slice(matrix, first, count));
    const { values, inverse, dual } = evaluation;
    const { mean, variance } = conditional(
      backend,
      { ...posterior, scales: posterior.scales.slice(first, first + count) },
      weights.map(some),
      { values: some(values), inverse: some(inverse), dual: some(dual) },
      some(inputs),
    );
    for (const matrix of [mean, variance]) owned.keep(matrix);
    if (await stopped()) return undefined;
    const [f, spread] = [await backend.read(mean), await backend.read(variance)];
    for (let b = 0; b < count; b++) {
      const of = (numbers: Float64Array): Float64Array => numbers.subarray(b * mean.rows, (b + 1) * mean.rows);
      predictions.push({ mean: of(f), square: of(f).map((value, i) => value * value + Math.max(0, of(spread)[i]!)) });
    }
  }
  return predictions;
};
