import { Problem } from '$lib/base/problem';
import { aligned, FreeList } from './free-list';

const page = 65536;
/** Pages it begins with, 4 MiB, and the fewest it grows by. */
const firstPages = 64;
/** 4 GiB is what 32 bits address; where so much cannot be set apart, less. */
const mostPages = [65536, 49152, 32768, 16384, 8192];

const shared = (): { memory: WebAssembly.Memory; most: number } => {
  for (const maximum of mostPages)
    try {
      return { memory: new WebAssembly.Memory({ initial: firstPages, maximum, shared: true }), most: maximum };
    } catch {
      // Less may be had.
    }
  throw new Problem('this machine gives WebAssembly no memory of half a gigabyte that threads may share');
};

/** A block of the memory, given back once. */
export interface Block {
  readonly address: number;
  readonly bytes: number;
  [Symbol.dispose](): void;
}

/**
 * The memory of the kernels and what in it is taken. It is shared memory also where there is one thread: when that grows, arrays on it
 * stay what they were, while those on other memory lose their numbers.
 */
export class CpuMemory {
  readonly memory: WebAssembly.Memory;
  readonly #most: number;
  readonly #free = new FreeList();
  /** Bytes that the engine has given so far. */
  #end: number;

  constructor() {
    const { memory, most } = shared();
    this.memory = memory;
    this.#most = most * page;
    this.#end = memory.buffer.byteLength;
  }

  /** Lets what is from `heapBase` on be taken: below are the constants of the kernels. */
  open(heapBase: number): void {
    const start = aligned(heapBase);
    this.#free.give(start, this.#end - start);
  }

  /** A block of at least `bytes`, holding anything. @throws Problem where the memory does not suffice. */
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

  /** The numbers from `address` on. To be looked at and let go: made anew for each use, it sees all of the memory. */
  numbers(address: number, count: number): Float64Array<SharedArrayBuffer> {
    return new Float64Array(this.memory.buffer as ArrayBufferLike as SharedArrayBuffer, address, count);
  }

  integers(address: number, count: number): Int32Array<SharedArrayBuffer> {
    return new Int32Array(this.memory.buffer as ArrayBufferLike as SharedArrayBuffer, address, count);
  }

  /** More at the end: a quarter of what there is, but at least enough for `bytes`; where that is refused, just enough. */
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
