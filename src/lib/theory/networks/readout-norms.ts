import type { Backend, Matrix } from '$lib/backend/backend';
import type { Evaluation, Posterior } from '$lib/theory/networks/posterior';
import type { Stopped } from '$lib/theory/networks/stopped';

/** |v|²/N of readouts [B, N, 1], network by network; 1 on average before training. */
export const readoutNorms = async (backend: Backend, readout: Matrix): Promise<number[]> => {
  using squares = backend.dot(readout, readout);
  return Array.from(await backend.read(squares), (value) => value / readout.rows);
};

/**
 * ⟨|v|²⟩/N over the posterior of v given w, network by network: v is Gaussian of mean Fᵀa and covariance 1 − FᵀA⁻¹F (`posterior.ts`), so that with
 * FFᵀ = A − T it is 1 + (Yᵀa − T|a|² − P + T tr A⁻¹)/N. Undefined where `stopped`, asked before they are waited for, says so.
 */
export const conditionalNormsUnless = async (
  stopped: Stopped,
  backend: Backend,
  { labels, temperatures }: Pick<Posterior, 'labels' | 'temperatures'>,
  { values, inverse, dual }: Pick<Evaluation, 'values' | 'inverse' | 'dual'>,
): Promise<number[] | undefined> => {
  using fit = backend.dot(labels, dual);
  using square = backend.dot(dual, dual);
  using diagonals = backend.diagonal(inverse);
  if (await stopped()) return undefined;
  const [fits, squares, entries] = [await backend.read(fit), await backend.read(square), await backend.read(diagonals)];
  const examples = dual.rows;
  return temperatures.map((temperature, b) => {
    const trace = entries.subarray(b * examples, (b + 1) * examples).reduce((sum, value) => sum + value, 0);
    return 1 + (fits[b]! - temperature * squares[b]! - examples + temperature * trace) / values.rows;
  });
};
