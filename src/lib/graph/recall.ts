import type { Problem } from '$lib/base/problem';
import type { Archive } from './archive';
import { present } from './evaluated';
import type { Gathered } from './gather';
import type { Kind } from './kind';
import type { Entry, Pins, ResultMemory } from './memory';
import type { Failed, Node, Nodes } from './node';
import type { Plan } from './plan';
import { hasStandIn, pointKey, recalledKey } from './stand-in';

/** Bytes that a recalled value is taken to cost: it is a table of a few numbers. */
const BYTES = 256;

/** What the graph remembers and, behind that, what its archive has. */
export class Recall {
  /** Keys of points whose values are wanted themselves: a stand-in does not do. */
  readonly #wanted = new Set<string>();

  constructor(
    readonly memory: ResultMemory,
    readonly archive: Archive | undefined,
  ) {}

  /** The value under a key, pinned by `pins` where it comes from the archive. */
  entry(kind: Kind, key: string, pins: Pins): Entry | undefined {
    const remembered = this.memory.get(key);
    if (remembered || !this.archive) return remembered;
    const allowed = (value: unknown): boolean => !this.#wanted.has(key) || !hasStandIn(value);
    const before = this.memory.get(recalledKey(key));
    if (before) return allowed(before.value) ? before : undefined;
    const found = this.archive.find(kind, key);
    if (!found || 'problem' in found || !allowed(found.value)) return undefined;
    const { value, hash, milliseconds } = found;
    return pins.put(recalledKey(key), { value, hash, milliseconds, bytes: BYTES, keeps: [] });
  }

  /** What is known to have failed of what is missing; of a problem of all points together it is not said where it was. */
  failed(kind: Kind, { missing, signature, found }: Plan): Failed | undefined {
    if (!this.archive) return undefined;
    const problems = new Map<string, Problem>();
    const common: Problem[] = [];
    for (const key of missing.keys()) {
      const one = this.archive.find(kind, key);
      if (!one || !('problem' in one)) continue;
      problems.set(key, one.problem);
      if (one.common) common.push(one.problem);
    }
    const [first] = common;
    const all = found.size === 0 && common.length === missing.size && common.every(({ message }) => message === first?.message);
    if (first && all) return { signature, problems: new Map(), thrown: first };
    return problems.size > 0 ? { signature, problems, thrown: undefined } : undefined;
  }

  /** The keys of the values that these points are computed from and that only stand-ins are here of. They are wanted from now on. */
  lacking(kind: Kind, gathered: Gathered, missing: ReadonlyMap<string, number>): Set<string> {
    const keys = new Set<string>();
    if (!this.archive) return keys;
    // All points of an axis come from one entry, which is looked through once.
    const seen = new Set<Entry>();
    for (const [key, point] of missing) {
      if (kind.standIns && !this.#wanted.has(key)) continue;
      for (const entry of gathered.entriesAt(point)) {
        if (seen.has(entry)) continue;
        seen.add(entry);
        if (hasStandIn(entry.value)) keys.add(pointKey(entry.key));
      }
    }
    for (const key of keys) this.#wanted.add(key);
    return keys;
  }
}

/** The inputs of a node that hold values under these keys, by their ids. */
export const holdersOf = (keys: ReadonlySet<string>, node: Node, nodes: Nodes): string[] =>
  node.diagnosed.inputs.filter((id) => present(nodes.get(id).shown?.entries ?? []).some(({ key }) => keys.has(pointKey(key))));
