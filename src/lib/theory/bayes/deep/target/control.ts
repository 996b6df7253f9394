import { blendFrozen, frozenOf, type Frozen } from '$lib/theory/bayes/deep/target/frozen';
import type { Part } from '$lib/theory/bayes/deep/target/lift';
import type { Lifting, Wanted } from '$lib/theory/bayes/deep/target/lifting';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { combined, times, type Small } from '$lib/theory/bayes/deep/target/small';
import type { SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import { dot } from '$lib/theory/common/vectors';
import type { Prior, Tie } from '$lib/theory/bayes/deep/target/tie';

/**
 * The control variate of what draws make of a layer on other examples. At large δ their noise is that of the few samples of the source that they were made
 * with, and the same neurons at h = m have it too. Over all samples of the source those have little of it, and nothing has to be moved for that.
 */
export interface Control {
  /** How much of what draws have beside all samples is taken off: that of least noise, 0 … 1. */
  readonly share: number;
  /** What neurons at h = m make of the layer, over all samples of the source, or of those that are not of one part of the run. */
  readonly expected: (left?: number) => Frozen;
}

/** One layer as seen by draws, and what it was lifted with. */
interface Layer {
  readonly l: number;
  readonly n: number;
  readonly b: number;
  readonly train: Prior;
  readonly lifting: Lifting;
}

/** Of the square of what draws scatter by, the least part that a control variate must take off to be worth its time. */
const worthwhile = 0.25;

/** The control variate of a layer; none where neurons at h = m say nothing of what draws scatter by. `partOf`: the part of the run that a sample is of. */
export async function controlOf(
  source: SourceLaw,
  parts: readonly Part[],
  weights: Small,
  { l, n, b, train, lifting }: Layer,
  tie: Tie,
  partOf: (sample: number) => number,
  way: { readonly seed: number; readonly first: number; readonly wanted: Wanted; readonly breath: Breath },
): Promise<Control | undefined> {
  const share = shareOf(parts, weights, n);
  if (!(share > 0)) return undefined;
  const { examples, bend, snapshots } = source;
  const all: { readonly part: number; readonly frozen: Frozen }[] = [];
  for (const [s, snapshot] of snapshots.entries()) {
    const step = 128 * way.first + s;
    const sizes = { examples, n, b, l };
    all.push({ part: partOf(s), frozen: await frozenOf(bend.activation, snapshot[l]!, train, lifting, sizes, tie, { ...way, step }) });
  }
  const expected = (left?: number): Frozen => {
    const kept = all.filter(({ part }) => part !== left);
    return blendFrozen(kept.map(({ frozen }) => [1 / kept.length, frozen] as const));
  };
  return { share, expected };
}

/** The regression, over draws and through all entries, of what draws scatter by in B, as far as it is linear, on what they do at h = m; 0 where it explains too little. */
function shareOf(parts: readonly Part[], weights: Small, n: number): number {
  const pairs = parts.flatMap(({ between, own, frozen }) =>
    frozen
      ? [
          [
            combined([1, between.d], [-1, times(weights, own.d, n)]),
            combined([1, frozen.between], [-1, times(weights, frozen.own, n)]),
          ] as const,
        ]
      : [],
  );
  if (pairs.length === 0) return 0;
  const mean = (which: 0 | 1): Small => combined(...pairs.map((pair) => [1 / pairs.length, pair[which]] as const));
  const [seen, still] = [mean(0), mean(1)];
  let [along, square, all] = [0, 0, 0];
  for (const pair of pairs) {
    const own = combined([1, pair[1]], [-1, still]);
    const drawn = combined([1, pair[0]], [-1, seen]);
    along += dot(drawn, own);
    square += dot(own, own);
    all += dot(drawn, drawn);
  }
  return along > 0 && along ** 2 > worthwhile * square * all ? Math.min(1, along / square) : 0;
}
