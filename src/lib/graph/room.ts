import { bytesText } from '$lib/base/bytes';
import { Problem } from '$lib/base/problem';
import { present } from './evaluated';
import type { Gathered } from './gather';
import type { Kind } from './kind';
import type { Entry, ResultMemory } from './memory';
import type { Node } from './node';

/** What a node lacks of memory. */
export interface Lack {
  /** Bytes that it would add to those in use. */
  readonly bytes: number;
  readonly problem: Problem;
}

/**
 * Whether the values that a node misses would go beyond the limit of those that tell what they need (`Kind.needs`), over the whole sweep
 * and with all that is in use; what the node shows now counts no more, for it is replaced.
 *
 * @param missing key → point of what must be computed
 * @param found what is remembered of the node
 */
export const lackOf = (
  node: Node,
  kind: Kind,
  gathered: Gathered,
  missing: ReadonlyMap<string, number>,
  found: ReadonlyMap<string, Entry>,
  { memory, limit }: { readonly memory: ResultMemory; readonly limit: number },
): Lack | undefined => {
  if (!kind.needs) return undefined;
  let needed = 0;
  for (const point of missing.values()) needed += kind.needs(gathered.inputs(point));
  const kept = new Set(found.values());
  const replaced = present(node.shown?.entries ?? []).reduce((sum, entry) => sum + (kept.has(entry) ? 0 : entry.bytes), 0);
  const others = Math.max(0, memory.limited - replaced);
  if (needed + others <= limit) return undefined;
  const points = missing.size === 1 ? '' : ` at ${missing.size} points`;
  const used = others > 0 ? `, and ${bytesText(others)} are in use` : '';
  const problem = new Problem(`needs ${bytesText(needed)} of memory${points}; the data of a sheet may hold ${bytesText(limit)}${used}`);
  return { bytes: needed - replaced, problem };
};
