import type { Program } from '$lib/cells/compile/program';
import { isKept } from '$lib/cells/records';
import type { Axis } from '$lib/graph/kind';
import type { Chunk } from './chunks';
import { dependences } from './dependence';

/** How many points of a node are computed, by the whole sheet and by all its chunks together. */
export interface NodeWork {
  readonly node: string;
  readonly kind: string;
  readonly whole: number;
  readonly chunks: number;
}

const sizeOf = (axes: Iterable<string>, lengths: ReadonlyMap<string, number>): number => {
  let size = 1;
  for (const axis of axes) size *= lengths.get(axis) ?? 1;
  return size;
};

/**
 * The points that are computed of what takes long: what does not depend on the axes that are cut is computed by every chunk.
 * Counted from the sheet alone.
 *
 * @param axes all axes of the sheet, with their values
 */
export const countWork = (program: Program, axes: readonly Axis[], chunks: readonly Chunk[]): NodeWork[] => {
  const cut = new Set(chunks[0]?.axes.map(({ name }) => name));
  const all = new Map(axes.map(({ name, values }) => [name, values.length]));
  const found = dependences(program, cut);
  return program.nodes.flatMap(({ id, kind }) => {
    const { axes: over, whole } = found.get(id) ?? { axes: [], whole: true };
    // A coupling only names what it couples.
    if (whole || !isKept(kind) || kind === 'coupling') return [];
    const sum = chunks.reduce((points, chunk) => {
      const lengths = new Map([...all, ...chunk.axes.map(({ name, values }) => [name, values.length] as const)]);
      return points + sizeOf(over, lengths);
    }, 0);
    return [{ node: id, kind, whole: sizeOf(over, all), chunks: sum }];
  });
};

/** What is said before, of work that several chunks do each for itself; empty when there is none. */
export const describeRepeated = (work: readonly NodeWork[]): string[] => {
  const whole = work.reduce((sum, one) => sum + one.whole, 0);
  const chunks = work.reduce((sum, one) => sum + one.chunks, 0);
  const repeated = work.filter((one) => one.chunks > one.whole);
  if (repeated.length === 0) return [`No work is repeated: ${whole} points of theory and networks, each computed by one task.`];
  return [
    `The tasks compute ${chunks} points of theory and networks together; the whole sheet has ${whole}.`,
    ...repeated.map(({ node, kind, whole: once, chunks: times }) => `  ${node} (${kind}): ${once} of the sheet, ${times} by all tasks`),
    'These do not depend on the axes that are cut. Fewer tasks, or tasks of one process (--all --jobs), repeat less.',
  ];
};
