import type { Backend } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import { stoppable } from '$lib/theory/stopping';

/** Milliseconds aimed at: short enough to stop soon and never to trip a driver's watchdog, long enough not to idle (numerics.md). */
const aim = 100;

/**
 * Hands long work to the device in slices of about a tenth of a second. The size of a slice follows the measured speed; how the
 * work is cut never changes its result. Between slices the run may be cancelled (its reason is thrown) and progress is told.
 */
export class Slices {
  /** Waits on it end when the run is stopped. */
  readonly backend: Backend;
  readonly #run: Run;
  readonly #speeds = new Map<string, number>();
  #done = 0;
  #told = 0;
  #total: number;

  /** `total`: units of progress expected altogether (corrected with `expect`). */
  constructor(backend: Backend, run: Run, total: number) {
    this.backend = stoppable(backend, run);
    this.#run = run;
    this.#total = total;
  }

  /** More units have turned out to be necessary. */
  expect(more: number): void {
    this.#total += more;
  }

  /**
   * Calls `work(first, count)` until all of 0 … steps−1 have been handed over and done. Work of the same `kind` has steps of
   * about equal cost; each step counts `weight` units of progress. Steps so long that they rest in between may be awaited.
   */
  async run(kind: string, steps: number, weight: number, work: (first: number, count: number) => void | Promise<void>): Promise<void> {
    for (let first = 0; first < steps;) {
      this.#run.signal.throwIfAborted();
      const speed = this.#speeds.get(kind);
      const count = Math.min(steps - first, speed === undefined ? 1 : Math.max(1, Math.round(speed * aim)));
      const start = performance.now();
      await work(first, count);
      await this.backend.settle();
      const elapsed = Math.max(performance.now() - start, 0.05);
      // At most four times as many as last time: one lucky measurement must not make a slice of seconds.
      this.#speeds.set(kind, Math.min(count / elapsed, (4 * count) / aim));
      first += count;
      this.#done += count * weight;
      this.#tell();
    }
    this.#run.signal.throwIfAborted();
  }

  /** Waits for a moment between pieces of work; throws when the run has been stopped. Bound: handed on as a function. */
  readonly yieldToDevice = async (): Promise<void> => {
    await this.backend.yieldToDevice();
    this.check();
  };

  /** Throws when the run has been stopped. */
  check(): void {
    this.#run.signal.throwIfAborted();
  }

  /** The share that is done; never less than was told before, whatever work has turned out to be necessary since. */
  #tell(): void {
    this.#told = Math.max(this.#told, Math.min(1, this.#done / this.#total));
    this.#run.progress(this.#told);
  }

  /** Progress by work that was not sliced here. */
  tick(weight: number): void {
    this.#done += weight;
    this.#tell();
    this.#run.signal.throwIfAborted();
  }
}
