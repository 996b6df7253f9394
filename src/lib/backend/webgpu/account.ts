import type { ShaderAccount, ShaderUse } from '$lib/backend/backend';

interface Tally {
  dispatches: number;
  timed: number;
  milliseconds: number;
}

/** Counts what was dispatched while it was open; times come later, as the device tells them. */
export class Profiler implements ShaderAccount {
  readonly #tallies = new Map<string, Tally>();
  readonly #told: () => Promise<void>;
  readonly #onClose: (profiler: Profiler) => void;
  /** Submissions since it was opened. */
  submissions = 0;

  /** @param told resolves when all times of work handed over have been added */
  constructor(told: () => Promise<void>, onClose: (profiler: Profiler) => void) {
    this.#told = told;
    this.#onClose = onClose;
  }

  count(name: string): void {
    this.#of(name).dispatches += 1;
  }

  add(name: string, dispatches: number, milliseconds: number): void {
    const tally = this.#of(name);
    tally.timed += dispatches;
    tally.milliseconds += milliseconds;
  }

  close(): void {
    this.#onClose(this);
  }

  async uses(): Promise<readonly ShaderUse[]> {
    if (this.#tallies.size > 0) await this.#told();
    return Array.from(this.#tallies, ([name, tally]) => ({ name, ...tally }));
  }

  #of(name: string): Tally {
    let tally = this.#tallies.get(name);
    if (!tally) this.#tallies.set(name, (tally = { dispatches: 0, timed: 0, milliseconds: 0 }));
    return tally;
  }
}
