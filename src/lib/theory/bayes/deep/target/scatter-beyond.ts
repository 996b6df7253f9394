import { averageOver, partsOf } from '$lib/theory/bayes/deep/target/block';
import type { ForwardInParts, TargetLaw } from '$lib/theory/bayes/deep/target/forward-target';
import { combined, ridgeSolve, size, times, type Small } from '$lib/theory/bayes/deep/target/small';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** Of the root mean square label, the least size that an error of f is measured by: an f near 0 has no relative error to speak of. */
const floor = 0.2;

/** Standard error of f on some other examples, carried forward in parts, relative to its size there, by the jackknife over parts of the run. */
export function scatterBeyond(
  law: TargetLaw,
  { trainLabels }: Task,
  { depth, temperature }: SourceParameters,
  { layers, without }: ForwardInParts,
): number {
  const last = layers.at(-1);
  if (!last) throw new Error('a network without layers');
  const fits = [last.weights, ...without].map((weights, e) => {
    const { d } = averageOver(law.snapshots, depth - 1, e === 0 ? -1 : partsOf(law.snapshots)[e - 1]);
    const dual = ridgeSolve(d, temperature, trainLabels);
    return times(weights, times(d, dual, dual.length), dual.length);
  });
  const [whole, ...others] = fits as [Small, ...Small[]];
  return relativeScatter(whole, others, trainLabels);
}

/**
 * Standard error of a fit by the jackknife, `without` each part of the run, relative to the size of the fit or, where it is larger, to a share
 * of the labels'; 0 where both vanish.
 */
export function relativeScatter(whole: Small, without: readonly Small[], labels: ArrayLike<number>): number {
  const typical = Math.sqrt(Array.from(labels).reduce((sum, y) => sum + y * y, 0) / Math.max(1, labels.length));
  const scale = Math.max(size(whole), floor * typical * Math.sqrt(whole.length));
  if (scale === 0) return 0;
  const squares = without.map((fit) => size(combined([1, fit], [-1, whole])) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) * (1 - 1 / without.length)) / scale;
}
