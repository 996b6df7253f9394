import { Problem } from '$lib/base/problem';
import { aligned, FreeList } from './free-list';

const page = 65536;
/** Pages of the memory at first, 4 MiB; it never grows by fewer. */
const firstPages = 64;
/** 4 GiB, the most that 32 bits address; less where the platform refuses so much. */
const mostPages = [65536, 49152, 32768, 16384, 8192];

const shared = (): { memory: WebAssembly.Memory; most: number } => {
  for (const maximum of mostPages)
    try {
      return { memory: new WebAssembly.Memory({ initial: firstPages, maximum, shared: true }), most: maximum };
    } catch {
      // Try with less.
    }
  throw new Problem('this machine gives WebAssembly no memory of half a gigabyte that threads may share');
};

/** A block of the memory; freed exactly once. */
export interface Block {
  readonly address: number;
  readonly bytes: number;
  [Symbol.dispose](): void;
}

/**
 * The memory of the kernels and which blocks of it are in use. It is shared memory even with one thread: when shared memory grows, arrays on it
 * stay valid, while arrays on other memory are detached.
 */
export class CpuMemory {
  readonly memory: WebAssembly.Memory;
  readonly #most: number;
  readonly #free = new FreeList();
  /** Bytes that the engine has allocated so far. */
  #end: number;

  constructor() {
    const { memory, most } = shared();
    this.memory = memory;
    this.#most = most * page;
    this.#end = memory.buffer.byteLength;
  }

  /** Starts the heap at `heapBase`: below it are the constants of the kernels. */
  open(heapBase: number): void {
    const start = aligned(heapBase);
    this.#free.give(start, this.#end - start);
  }

  /** A block of at least `bytes`, not initialised. @throws Problem where the memory does not suffice. */
  take(bytes: number): Block {
    const size = Math.max(aligned(bytes), aligned(1));
    let address = this.#free.take(size);
    if (address === undefined) {
      this.#grow(size);
      address = this.#free.take(size);
    }
    if (address === undefined) throw new Error('memory that has grown does not suffice');
    const start = address;
    let taken = true;
    return {
      address: start,
      bytes: size,
      [Symbol.dispose]: () => {
        if (!taken) return;
        taken = false;
        this.#free.give(start, size);
      },
    };
  }

  /** A view of the numbers from `address` on. Make a new one for each use: an old view does not cover memory that was added since. */
  numbers(address: number, count: number): Float64Array<SharedArrayBuffer> {
    return new Float64Array(this.memory.buffer as ArrayBufferLike as SharedArrayBuffer, address, count);
  }

  integers(address: number, count: number): Int32Array<SharedArrayBuffer> {
    return new Int32Array(this.memory.buffer as ArrayBufferLike as SharedArrayBuffer, address, count);
  }

  /** Grows the memory by a quarter, but at least enough for `bytes`; where that is refused, by just enough. */
  #grow(bytes: number): void {
    const needed = Math.ceil((bytes - this.#free.endingAt(this.#end)) / page);
    const left = (this.#most - this.#end) / page;
    const wished = Math.min(left, Math.max(needed, firstPages, Math.ceil(this.#end / page / 4)));
    for (const pages of new Set([wished, needed])) {
      if (needed > left) break;
      try {
        this.memory.grow(pages);
      } catch (error) {
        if (error instanceof RangeError) continue;
        throw error;
      }
      this.#free.give(this.#end, pages * page);
      this.#end += pages * page;
      return;
    }
    const mebibytes = (count: number): string => (count / 2 ** 20).toFixed(0);
    throw new Problem(
      `out of memory: ${mebibytes(bytes)} MiB in one piece could not be had; ${mebibytes(this.#end - this.#free.bytes)} MiB are in use, ` +
        `${mebibytes(this.#most)} MiB are the most`,
    );
  }
}
