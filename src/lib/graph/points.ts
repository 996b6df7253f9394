import type { Problem } from '$lib/base/problem';
import { describePoint } from './axes';
import { located } from './compute';
import { gapOf, isGap, type Gap } from './gap';
import type { Gathered } from './gather';
import type { Entry } from './memory';

/**
 * What became of each point of a node: its remembered value, or a gap where an input has one or computing it met a problem.
 *
 * @param title whose problem it is, as reasons of gaps say it
 * @param keys of each point, under which `entries` and `problems` are
 * @throws Problem when there are points and none of them has a value: the node is then in error as a whole.
 */
export function pointsOf(
  title: string,
  gathered: Gathered,
  keys: readonly string[],
  entries: ReadonlyMap<string, Entry>,
  problems: ReadonlyMap<string, Problem>,
): (Entry | Gap)[] {
  let first: Problem | undefined;
  const points = keys.map((key, point): Entry | Gap => {
    const carried = gathered.gap(point);
    if (carried) return carried;
    const entry = entries.get(key);
    if (entry) return entry;
    const problem = problems.get(key);
    if (!problem) throw new Error(`${title} has neither a value nor a problem at point ${point}`);
    first ??= located(problem, gathered, point);
    return gapOf(title, describePoint(gathered.axes, point), problem);
  });
  const [one] = points;
  if (points.length > 0 && points.every(isGap)) throw first ?? (one as Gap).problem;
  return points;
}
