import type { Ledger } from './account';
import { bufferUsage, mapModeRead, querySetResolve } from './flags';

/** A pass of one kernel, between two timestamps. */
interface Lap {
  readonly kernel: string;
  readonly ledgers: readonly Ledger[];
  dispatches: number;
}

/** So many submissions may be measured at a time; a further one goes unmeasured rather than wait. */
const inFlight = 32;

/**
 * Times passes by the device's own clock. A pass that is timed is of one kernel, so a submission that is measured is cut
 * into passes wherever the kernel changes. Browsers round timestamps (Chrome to 100 µs): single laps are rough, sums are not.
 */
export class Stopwatch {
  readonly #device: GPUDevice;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #free: GPUBuffer[] = [];
  readonly #made: GPUBuffer[] = [];
  readonly #pending = new Set<Promise<void>>();
  readonly #most: number;
  #laps: Lap[] = [];

  /** @param most passes of one submission */
  constructor(device: GPUDevice, most: number) {
    this.#device = device;
    this.#most = most;
    this.#queries = device.createQuerySet({ label: 'laps', type: 'timestamp', count: 2 * most });
    this.#resolved = device.createBuffer({
      label: 'laps',
      size: 16 * most,
      usage: querySetResolve | bufferUsage.copySource,
    });
  }

  /** Whether a further submission can be measured now. */
  get ready(): boolean {
    return this.#pending.size < inFlight;
  }

  /** Whether the next dispatch goes on with the last lap. */
  continues(kernel: string): boolean {
    return this.#laps.at(-1)?.kernel === kernel;
  }

  /** Begins a lap; undefined when this submission has no room for another. */
  begin(kernel: string, ledgers: readonly Ledger[]): GPUComputePassTimestampWrites | undefined {
    const index = this.#laps.length;
    if (index === this.#most) return undefined;
    this.#laps.push({ kernel, ledgers, dispatches: 0 });
    return { querySet: this.#queries, beginningOfPassWriteIndex: 2 * index, endOfPassWriteIndex: 2 * index + 1 };
  }

  /** One more dispatch of the lap. */
  count(): void {
    const lap = this.#laps.at(-1);
    if (lap) lap.dispatches += 1;
  }

  /** Ends the submission that `encoder` records; to be called before it is finished. What is returned is called when it is handed over. */
  end(encoder: GPUCommandEncoder): () => void {
    const laps = this.#laps;
    this.#laps = [];
    if (laps.length === 0) return () => undefined;
    const size = 16 * laps.length;
    const staging = this.#free.pop() ?? this.#makeStaging();
    encoder.resolveQuerySet(this.#queries, 0, 2 * laps.length, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, staging, 0, size);
    return () => {
      const told = this.#collect(staging, size, laps);
      this.#pending.add(told);
      void told.then(() => this.#pending.delete(told));
    };
  }

  /** Resolves when every lap handed over has been told to its ledgers. */
  async told(): Promise<void> {
    await Promise.all(this.#pending);
  }

  dispose(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    for (const buffer of this.#made) buffer.destroy();
  }

  async #collect(staging: GPUBuffer, size: number, laps: readonly Lap[]): Promise<void> {
    try {
      await staging.mapAsync(mapModeRead, 0, size);
    } catch {
      // The device is gone, and what is lost with it is told elsewhere.
      return;
    }
    const times = new BigUint64Array(staging.getMappedRange(0, size).slice(0));
    staging.unmap();
    this.#free.push(staging);
    for (const [i, { kernel, ledgers, dispatches }] of laps.entries()) {
      const nanoseconds = Number((times[2 * i + 1] ?? 0n) - (times[2 * i] ?? 0n));
      // Clocks may be set anew while a device works.
      if (nanoseconds < 0) continue;
      for (const ledger of ledgers) ledger.add(kernel, dispatches, nanoseconds / 1e6);
    }
  }

  #makeStaging(): GPUBuffer {
    const buffer = this.#device.createBuffer({
      label: 'laps, read back',
      size: 16 * this.#most,
      usage: bufferUsage.mapRead | bufferUsage.copyTarget,
    });
    this.#made.push(buffer);
    return buffer;
  }
}
