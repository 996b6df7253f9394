import { Problem } from '$lib/base/problem';
import { bufferUsage } from './flags';

/** One GPU buffer, owned by the pool, lent to a matrix until its last handle is disposed. */
export interface Lease {
  readonly id: number;
  readonly buffer: GPUBuffer;
  /** Size class: bytes of the buffer, at least what was asked for. */
  readonly capacity: number;
  /** Bytes asked for: what `liveBytes` counts. */
  bytes: number;
  /** Number of the last submission whose commands use it; a `writeBuffer` must not overtake those. */
  usedIn: number;
}

const smallestClass = 256;

/** Rounds up to quarter steps between powers of two, so that at most a fifth of a buffer is idle. */
export const sizeClass = (bytes: number): number => {
  if (bytes <= smallestClass) return smallestClass;
  const step = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2);
  return Math.max(smallestClass, Math.ceil(bytes / step) * step);
};

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 24 ? 2 : 0)} MiB`;

/**
 * Buffers by size class. A released buffer is kept for the next matrix of its class, up to `keep` bytes altogether;
 * beyond that the largest are destroyed.
 */
export class GpuMemory {
  readonly #device: GPUDevice;
  readonly #largest: number;
  readonly #keep: number;
  readonly #beforeDestroy: (lease: Lease) => void;
  readonly #free = new Map<number, Lease[]>();
  readonly #live = new Set<Lease>();
  #nextId = 1;
  #liveBytes = 0;
  #pooledBytes = 0;

  /**
   * @param largest bytes of the largest storage binding
   * @param keep bytes of released buffers kept for reuse
   * @param beforeDestroy called before a buffer is destroyed: pending commands that use it must be submitted first
   */
  constructor(device: GPUDevice, largest: number, keep: number, beforeDestroy: (lease: Lease) => void) {
    this.#device = device;
    this.#largest = largest;
    this.#keep = keep;
    this.#beforeDestroy = beforeDestroy;
  }

  get liveBytes(): number {
    return this.#liveBytes;
  }

  get pooledBytes(): number {
    return this.#pooledBytes;
  }

  /** Throws a `Problem` naming need and limit when `bytes` cannot be had in one piece. */
  check(bytes: number, what: string): void {
    if (bytes > this.#largest) {
      throw new Problem(`${what} needs ${mebibytes(bytes)}, but this GPU holds at most ${mebibytes(this.#largest)} in one piece`);
    }
  }

  /** A buffer of at least `bytes`; `what` names the matrix in the message should it not fit. `pooled` buffers hold old numbers. */
  take(bytes: number, what: string): { lease: Lease; pooled: boolean } {
    this.check(bytes, what);
    const capacity = Math.min(sizeClass(bytes), this.#largest - (this.#largest % 4));
    const waiting = this.#free.get(capacity)?.pop();
    if (waiting) {
      this.#pooledBytes -= capacity;
      waiting.bytes = bytes;
      this.#lend(waiting);
      return { lease: waiting, pooled: true };
    }
    const buffer = this.#device.createBuffer({
      label: what,
      size: capacity,
      usage: bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget,
    });
    const lease: Lease = { id: this.#nextId++, buffer, capacity, bytes, usedIn: 0 };
    this.#lend(lease);
    return { lease, pooled: false };
  }

  release(lease: Lease): void {
    if (!this.#live.delete(lease)) return;
    this.#liveBytes -= lease.bytes;
    const waiting = this.#free.get(lease.capacity);
    if (waiting) waiting.push(lease);
    else this.#free.set(lease.capacity, [lease]);
    this.#pooledBytes += lease.capacity;
    if (this.#pooledBytes > this.#keep) this.#shrink(this.#keep / 2);
  }

  dispose(): void {
    this.#shrink(0);
    for (const lease of this.#live) lease.buffer.destroy();
    this.#live.clear();
    this.#liveBytes = 0;
  }

  #lend(lease: Lease): void {
    this.#live.add(lease);
    this.#liveBytes += lease.bytes;
  }

  /** Destroys released buffers, largest class first, until at most `target` bytes of them are left. */
  #shrink(target: number): void {
    for (const capacity of [...this.#free.keys()].sort((a, b) => b - a)) {
      const waiting = this.#free.get(capacity) ?? [];
      while (waiting.length > 0 && this.#pooledBytes > target) {
        const lease = waiting.shift();
        if (!lease) break;
        this.#beforeDestroy(lease);
        lease.buffer.destroy();
        this.#pooledBytes -= capacity;
      }
      if (waiting.length === 0) this.#free.delete(capacity);
    }
  }
}
