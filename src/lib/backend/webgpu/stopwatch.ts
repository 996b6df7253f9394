import type { Profiler } from './account';
import { bufferUsage, mapModeRead, querySetResolve } from './flags';

/** A pass of one kernel, between two timestamps. */
interface TimedPass {
  readonly kernel: string;
  readonly profilers: readonly Profiler[];
  dispatches: number;
}

/** So many submissions may be measured at a time; a further one goes unmeasured rather than wait. */
const inFlight = 32;

/**
 * Times passes by the device's own clock. A pass that is timed is of one kernel, so a submission that is measured is cut
 * into passes wherever the kernel changes. Browsers round timestamps (Chrome to 100 µs): single passes are rough, sums are not.
 */
export class Stopwatch {
  readonly #device: GPUDevice;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #free: GPUBuffer[] = [];
  readonly #made: GPUBuffer[] = [];
  readonly #pending = new Set<Promise<void>>();
  readonly #most: number;
  #timedPasses: TimedPass[] = [];

  /** @param most passes of one submission */
  constructor(device: GPUDevice, most: number) {
    this.#device = device;
    this.#most = most;
    this.#queries = device.createQuerySet({ label: 'timed passes', type: 'timestamp', count: 2 * most });
    this.#resolved = device.createBuffer({
      label: 'timed passes',
      size: 16 * most,
      usage: querySetResolve | bufferUsage.copySource,
    });
  }

  /** Whether a further submission can be measured now. */
  get ready(): boolean {
    return this.#pending.size < inFlight;
  }

  /** Whether the next dispatch goes on with the last timedPass. */
  continues(kernel: string): boolean {
    return this.#timedPasses.at(-1)?.kernel === kernel;
  }

  /** Begins a timedPass; undefined when this submission has no room for another. */
  begin(kernel: string, profilers: readonly Profiler[]): GPUComputePassTimestampWrites | undefined {
    const index = this.#timedPasses.length;
    if (index === this.#most) return undefined;
    this.#timedPasses.push({ kernel, profilers, dispatches: 0 });
    return { querySet: this.#queries, beginningOfPassWriteIndex: 2 * index, endOfPassWriteIndex: 2 * index + 1 };
  }

  /** One more dispatch of the timedPass. */
  count(): void {
    const timedPass = this.#timedPasses.at(-1);
    if (timedPass) timedPass.dispatches += 1;
  }

  /** Ends the submission that `encoder` records; to be called before it is finished. What is returned is called when it is handed over. */
  end(encoder: GPUCommandEncoder): () => void {
    const timedPasses = this.#timedPasses;
    this.#timedPasses = [];
    if (timedPasses.length === 0) return () => undefined;
    const size = 16 * timedPasses.length;
    const staging = this.#free.pop() ?? this.#makeStaging();
    encoder.resolveQuerySet(this.#queries, 0, 2 * timedPasses.length, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, staging, 0, size);
    return () => {
      const told = this.#collect(staging, size, timedPasses);
      this.#pending.add(told);
      void told.then(() => this.#pending.delete(told));
    };
  }

  /** Resolves when every timedPass handed over has been told to its profilers. */
  async told(): Promise<void> {
    await Promise.all(this.#pending);
  }

  dispose(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    for (const buffer of this.#made) buffer.destroy();
  }

  async #collect(staging: GPUBuffer, size: number, timedPasses: readonly TimedPass[]): Promise<void> {
    try {
      await staging.mapAsync(mapModeRead, 0, size);
    } catch {
      // The device is gone, and what is lost with it is told elsewhere.
      return;
    }
    const times = new BigUint64Array(staging.getMappedRange(0, size).slice(0));
    staging.unmap();
    this.#free.push(staging);
    for (const [i, { kernel, profilers, dispatches }] of timedPasses.entries()) {
      const nanoseconds = Number((times[2 * i + 1] ?? 0n) - (times[2 * i] ?? 0n));
      // Clocks may be set anew while a device works.
      if (nanoseconds < 0) continue;
      for (const profiler of profilers) profiler.add(kernel, dispatches, nanoseconds / 1e6);
    }
  }

  #makeStaging(): GPUBuffer {
    const buffer = this.#device.createBuffer({
      label: 'timed passes, read back',
      size: 16 * this.#most,
      usage: bufferUsage.mapRead | bufferUsage.copyTarget,
    });
    this.#made.push(buffer);
    return buffer;
  }
}
