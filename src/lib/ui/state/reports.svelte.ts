import { SvelteMap } from 'svelte/reactivity';
import type { CellReport } from '$lib/worker/protocol';

/** What the worker last said of each cell. One signal a cell, so that a report redraws its own cell only. */
export class Reports {
  readonly #byKey = new SvelteMap<string, CellReport>();

  of(key: string): CellReport | undefined {
    return this.#byKey.get(key);
  }

  take(reports: readonly CellReport[]): void {
    for (const report of reports) this.#byKey.set(report.key, report);
  }

  /** Forgets cells that are no longer in the sheet. */
  keep(wanted: (key: string) => boolean): void {
    for (const key of [...this.#byKey.keys()]) if (!wanted(key)) this.#byKey.delete(key);
  }
}
