import { archivedOf, isKept, recordOf, type Block, type PointRecord } from '$lib/cells/records';
import { isValue } from '$lib/cells/values';
import type { Archive, Archived, Made } from '$lib/graph/archive';
import type { Inputs, Kind } from '$lib/graph/kind';
import { kernelBlock } from './kernel-block';

/** Computed points that came from elsewhere, and the ear of whoever keeps those that are computed here. */
export class KeptPoints implements Archive {
  readonly #records = new Map<string, PointRecord>();
  readonly #blocks = new Map<string, Block>();
  readonly #reading = new Set<Promise<void>>();
  /** Hears of every point that is computed and worth keeping; of the block of a kernel by a record of its own. */
  listener: ((record: PointRecord) => void) | undefined;
  /** At most so many points are computed together. */
  together: number | undefined;
  /** Nodes that are not computed. */
  leftOut: readonly string[] = [];

  /** How many of the points that came from elsewhere are among these, whether they were used or had been computed here before. */
  countMatching(keys: ReadonlySet<string>): number {
    return [...this.#records.keys()].filter((key) => keys.has(key)).length;
  }

  /** From now on these points need not be computed. */
  recall(records: Iterable<PointRecord>): void {
    for (const record of records) {
      if (record.block) this.#blocks.set(record.key, record.block);
      if (record.value !== undefined || record.problem) this.#records.set(record.key, record);
    }
  }

  /** What came from elsewhere is not used any more. */
  clear(): void {
    this.#records.clear();
    this.#blocks.clear();
  }

  /** The training block of a kernel that came from elsewhere. */
  block(key: string): Block | undefined {
    return this.#blocks.get(key);
  }

  /** Settles when all that is to be told was told. */
  async settled(): Promise<void> {
    await Promise.all(this.#reading);
  }

  find(kind: Kind, key: string): Archived | undefined {
    const record = this.#records.get(key);
    if (record?.kind !== kind.name) return undefined;
    return archivedOf(record);
  }

  most({ name }: Kind, { coupling }: Inputs): number | undefined {
    // Follows its branch from point to point: apart the last digits would be others.
    const follows = name === 'target_kernel' && isValue(coupling, 'coupling') && coupling.source.kernel.theory === 'proportional';
    return follows ? undefined : this.together;
  }

  keep(made: Made, archived: Archived): void {
    if (!this.listener || !isKept(made.kind.name)) return;
    const record = recordOf(made, archived);
    if (record) this.listener(record);
    // Of kernels inside a formula no block is ever asked for.
    if ('problem' in archived || made.node.includes('/')) return;
    const reading = kernelBlock(archived.value)
      ?.then((block) => {
        this.listener?.({ key: made.key, node: made.node, kind: made.kind.name, block });
      })
      // It was given back meanwhile: then nobody can ask for it either.
      .catch(() => undefined)
      .finally(() => this.#reading.delete(reading as Promise<void>));
    if (reading) this.#reading.add(reading);
  }
}
