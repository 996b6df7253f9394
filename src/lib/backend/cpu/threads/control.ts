/**
 * What the calling thread tells its helpers, 32-bit integers at the beginning of a block of the shared memory. A kernel's tasks are cut into
 * chunks, and every thread has a queue of them: of `chunks` chunks and `threads` queues, queue q ends before chunk ⌊chunks (q + 1)/threads⌋. So a
 * thread does the same part of the rows in one kernel after another, and finds in its own cache what it wrote there. A thread whose queue is
 * empty goes on with the others'.
 *
 * Whoever lowers the tickets of a queue from t to t − 1 does the chunk that is t before its end, and only then reads the rest: a job cannot end,
 * and so no other can begin, before all chunks of which the tickets were taken are completed.
 */
export const field = {
  kernel: 0,
  tasks: 1,
  /** Tasks of a chunk. */
  chunk: 2,
  /** Arguments of the kernel beside its tasks. */
  given: 3,
  /** Address of the scratch of thread 0, and bytes of each thread's. */
  scratch: 4,
  scratchBytes: 5,
  /** Pages of the memory, so that helpers learn that it has grown. */
  pages: 6,
  /** Not 0 where a chunk has thrown. */
  failed: 7,
  /** Not 0 when helpers are to end. */
  stop: 8,
  /** Jobs so far, each of which wakes helpers that sleep. In a cache line of its own, as all that follows. */
  jobs: 16,
  completed: 32,
  /** Tickets of queue 0, and how many integers lie from one queue's to the next. */
  tickets: 48,
  ticketStep: 16,
} as const;

/** How many arguments there may be. They begin after the integers of all queues. */
export const mostGiven = 40;

/** Integers of a block for so many threads. */
export const integersFor = (threads: number): number => field.tickets + field.ticketStep * threads;

/** What a helper is told when it starts. */
export interface Start {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the control block, and its integers. */
  readonly control: number;
  readonly integers: number;
  /** Which thread it is, from 1 on, of how many. */
  readonly index: number;
  readonly threads: number;
  /** Kernels by number. */
  readonly kernels: readonly string[];
  readonly field: typeof field;
}
