import { Problem } from '$lib/base/problem';

/**
 * A result at the place of each point, computed in batches of points that are `alike`. A batch returns its results in the order of its points.
 * A Problem thrown by a batch is the result of each of its points; the other batches go on.
 */
export const inBatches = async <Point, Result>(
  points: readonly Point[],
  alike: (a: Point, b: Point) => boolean,
  compute: (first: Point, batch: readonly Point[]) => Promise<readonly Result[]>,
): Promise<(Result | Problem)[]> => {
  const results = new Array<Result | Problem>(points.length);
  const left = new Set(points.keys());
  for (const index of left) {
    const first = points[index] as Point;
    const mine = [...left].filter((other) => alike(first, points[other] as Point));
    const made = await compute(
      first,
      mine.map((other) => points[other] as Point),
    ).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      return mine.map(() => error);
    });
    mine.forEach((other, i) => {
      left.delete(other);
      results[other] = made[i] as Result | Problem;
    });
  }
  return results;
};
