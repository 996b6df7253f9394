import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';

/** Points that are solved together, and where each of them stands in the list they came from. */
export interface Batch<Point> {
  readonly indices: readonly number[];
  readonly points: readonly Point[];
}

/** Points with equal keys, in the order in which the keys first come; problems are left out. */
export const batchesOf = <Point>(points: readonly (Point | Problem)[], batchKey: (point: Point) => string): readonly Batch<Point>[] => {
  const batches = new Map<string, { readonly indices: number[]; readonly points: Point[] }>();
  points.forEach((point, index) => {
    if (point instanceof Problem) return;
    const key = batchKey(point);
    const batch = batches.get(key) ?? { indices: [], points: [] };
    batch.indices.push(index);
    batch.points.push(point);
    batches.set(key, batch);
  });
  return [...batches.values()];
};

/** The run as a part of it sees it: its progress is `share` of `total` steps, after those that are done. */
export const partOfRun = (run: Run, done: () => number, share: number, total: number): Run => ({
  signal: run.signal,
  quality: run.quality,
  progress: (fraction) => {
    run.progress((done() + share * fraction) / total);
  },
});

/** The results when `work` has filled them in; where it throws, what is there is disposed of first. */
export const resultsOf = async <Result extends Disposable | Problem | undefined>(
  results: Result[],
  work: () => Promise<void>,
): Promise<readonly Result[]> => {
  try {
    await work();
    return results;
  } catch (error) {
    for (const result of results) if (result && !(result instanceof Problem)) result[Symbol.dispose]();
    throw error;
  }
};

/** What stands for a result until it is there. */
export const notComputed = new Problem('not computed');

/** Puts the results of a batch, or the one problem of all of them, at the places of its points. */
export const place = <Result>(
  results: (Result | Problem)[],
  { indices }: Batch<unknown>,
  found: readonly (Result | Problem)[] | Problem,
): void => {
  indices.forEach((index, at) => {
    results[index] = found instanceof Problem ? found : (found[at] ?? notComputed);
  });
};
