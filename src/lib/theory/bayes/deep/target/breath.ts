import type { Backend, WalkerBackend } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import { stoppable } from '$lib/theory/stopping';

/** Milliseconds of work between two looks at timers, messages and the wish to stop. */
const most = 30;

/** Lets others in during loops that run here and not on a device, and knows the engine on which particles are followed, in double precision. */
export class Breath {
  readonly #yielding: Backend;
  readonly engine: WalkerBackend;
  readonly #run: Run;
  #last = performance.now();
  #done = 0;
  #total: number;

  /** `total`: units of progress expected. */
  constructor(backend: Backend, run: Run, total: number) {
    this.#run = run;
    this.#total = total;
    this.#yielding = stoppable(backend, run);
    if (!backend.walking) throw new Error('walkers want an engine of double precision');
    this.engine = backend.walking;
  }

  get quality(): Run['quality'] {
    return this.#run.quality;
  }

  /** Waits for a moment where the last was some time ago. @throws the reason where the run was stopped. */
  async pause(): Promise<void> {
    if (performance.now() - this.#last < most) return;
    this.#run.signal.throwIfAborted();
    await this.#yielding.settle();
    this.#run.signal.throwIfAborted();
    this.#last = performance.now();
  }

  /** More units have turned out to be necessary. */
  expect(more: number): void {
    this.#total += more;
  }

  tick(units = 1): void {
    this.#done += units;
    this.#run.progress(Math.min(1, this.#done / this.#total));
  }

  /** Standard normals of a stream. */
  async normals(count: number, seed: number, stream: number, step: number): Promise<Float64Array> {
    using drawn = this.engine.normal({ rows: 1, columns: count }, { seed, stream, step });
    return await this.engine.read(drawn);
  }
}
