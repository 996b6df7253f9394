/**
 * What the calling thread tells its helpers, 32-bit integers at the beginning of a block of the shared memory. A kernel's tasks are cut into
 * chunks; whoever lowers `tickets` from t to t − 1 does chunk t − 1, and only then reads the rest: a job cannot end, and so no other can
 * begin, before all chunks of which the tickets were taken are completed.
 */
export const field = {
  tickets: 0,
  completed: 1,
  /** Not 0 where a chunk has thrown. */
  failed: 2,
  kernel: 3,
  tasks: 4,
  /** Tasks of a chunk. */
  chunk: 5,
  /** Arguments of the kernel beside its tasks. */
  given: 6,
  /** Address of the scratch of thread 0, and bytes of each thread's. */
  scratch: 7,
  scratchBytes: 8,
  /** Pages of the memory, so that helpers learn that it has grown. */
  pages: 9,
  /** Not 0 when helpers are to end. */
  stop: 10,
} as const;

/** Where the arguments begin, in bytes from the beginning of the block, and how many there may be. */
export const givenOffset = 64;
export const mostGiven = 40;
export const controlBytes = givenOffset + 8 * mostGiven;

/** What a helper is told when it starts. */
export interface Start {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the control block. */
  readonly control: number;
  /** Which thread it is, from 1 on. */
  readonly index: number;
  /** Kernels by number. */
  readonly kernels: readonly string[];
  readonly field: typeof field;
  readonly givenOffset: number;
}
