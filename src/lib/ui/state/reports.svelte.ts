import type { CellReport } from '$lib/worker/protocol';

class Signal {
  #version = $state(0);

  /** Called in what is worked out: that is worked out anew after `tell`. */
  hear(): number {
    return this.#version;
  }

  tell(): void {
    this.#version += 1;
  }
}

/**
 * So many signals tell of reports, however many cells there are: with one a cell, a sheet of 10,000 cells would make and mark as many at
 * once, and each cell that has none yet would hear of all of them.
 */
const SIGNALS = 256;

const signalOf = (key: string): number => {
  let hash = 0;
  for (let index = 0; index < key.length; index++) hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  return (hash >>> 0) % SIGNALS;
};

/** What the worker last said of each cell. A report is heard of by its own cell, and by few others, for which nothing has changed. */
export class Reports {
  // Read only beside a signal.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #byKey = new Map<string, CellReport>();
  readonly #signals = Array.from({ length: SIGNALS }, () => new Signal());
  readonly #any = new Signal();

  of(key: string): CellReport | undefined {
    this.#signals[signalOf(key)]!.hear();
    return this.#byKey.get(key);
  }

  /** Of all cells; heard of as one. */
  get all(): ReadonlyMap<string, CellReport> {
    this.#any.hear();
    return this.#byKey;
  }

  take(reports: readonly CellReport[]): void {
    for (const report of reports) this.#byKey.set(report.key, report);
    this.#tell(reports.map(({ key }) => key));
  }

  /** Forgets cells that are no longer in the sheet. */
  keep(wanted: (key: string) => boolean): void {
    const gone = [...this.#byKey.keys()].filter((key) => !wanted(key));
    for (const key of gone) this.#byKey.delete(key);
    this.#tell(gone);
  }

  #tell(keys: readonly string[]): void {
    if (keys.length === 0) return;
    const told = this.#signals.map(() => false);
    for (const key of keys) told[signalOf(key)] = true;
    this.#signals.forEach((signal, index) => {
      if (told[index]) signal.tell();
    });
    this.#any.tell();
  }
}
