import { Problem } from '$lib/base/problem';
import type { Axis, AxisValue } from '$lib/graph/kind';

/** A part of the points of some axes: some values of each. */
export interface Chunk {
  /** From 0 on. */
  readonly task: number;
  /** In the order in which the axes were named. */
  readonly axes: readonly { readonly name: string; readonly values: readonly AxisValue[] }[];
}

/**
 * Into how many pieces each axis is cut so that there are as nearly `wanted` parts as can be, and not more: of several ways the one whose
 * largest part is smallest, and of these the one that cuts the first axes most.
 */
const cuts = (lengths: readonly number[], wanted: number): number[] => {
  let best = { cut: lengths.map(() => 1), parts: 1, largest: Infinity };
  const largestOf = (cut: readonly number[]): number => lengths.reduce((size, length, i) => size * Math.ceil(length / (cut[i] ?? 1)), 1);
  const search = (cut: readonly number[], parts: number): void => {
    const length = lengths[cut.length];
    if (length === undefined) {
      const largest = largestOf(cut);
      if (parts > best.parts || (parts === best.parts && largest < best.largest)) best = { cut: [...cut], parts, largest };
      return;
    }
    for (let pieces = Math.min(length, Math.floor(wanted / parts)); pieces >= 1; pieces--) search([...cut, pieces], parts * pieces);
  };
  search([], 1);
  return best.cut;
};

/** A list in pieces whose lengths differ by at most one. */
const pieces = <T>(list: readonly T[], count: number): T[][] =>
  Array.from({ length: count }, (_, i) => list.slice(Math.floor((i * list.length) / count), Math.floor(((i + 1) * list.length) / count)));

/**
 * Cuts the points of some axes into parts, each of which has some values of every axis, so that it is itself a grid.
 *
 * @param wanted the most parts; where the axes cannot be cut into that many there are fewer
 * @throws Problem when `wanted` is no whole number ≥ 1.
 */
export const cutIntoChunks = (axes: readonly Axis[], wanted: number): Chunk[] => {
  if (!Number.isInteger(wanted) || wanted < 1) throw new Problem(`--chunks: must be a whole number ≥ 1, got ${wanted}`);
  const cut = cuts(
    axes.map(({ values }) => values.length),
    wanted,
  );
  let parts: Chunk['axes'][] = [[]];
  for (const [i, { name, values }] of axes.entries())
    parts = parts.flatMap((part) => pieces(values, cut[i] ?? 1).map((some) => [...part, { name, values: some }]));
  return parts.map((each, task) => ({ task, axes: each }));
};
