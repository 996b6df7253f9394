import { aligned } from './free-list';
import type { Block, CpuMemory } from './memory';
import type { Counters, Store } from './matrix';
import type { StartHelper } from './threads/helpers';
import { Division } from './threads/division';
import { Pool } from './threads/pool';

/** Kernels that are divided: they do tasks `first … end − 1`, each of which writes what no other does. */
const kernelNames = [
  'cholesky',
  'choleskyDiagonal',
  'choleskyPanel',
  'choleskyRest',
  'combine',
  'descend',
  'dot',
  'evaluate',
  'features',
  'flowMove',
  'flowResidual',
  'flowRows',
  'gramOfLower',
  'hadamard',
  'lowerOf',
  'matrixVector',
  'normals',
  'outerSums',
  'packInputs',
  'particleMove',
  'particlePush',
  'particleSolve',
  'particleSystem',
  'product',
  'reorder',
  'rowExtremes',
  'rowSums',
  'symmetricProduct',
  'transpose',
  'transposedVector',
  'triangularInverse',
  'triangularSolve',
  'walkerMove',
  'walkerPlace',
  'walkerPull',
] as const;

export type KernelName = (typeof kernelNames)[number];

interface Kernels extends Record<KernelName, (first: number, end: number, ...given: number[]) => void> {
  useScratch(address: number): void;
  heapBase(): number;
}

/** What a kernel is to do. */
export interface Work {
  /** Tasks numbered from 0, in any order and at the same time. The result may not depend on how they are shared out. */
  readonly tasks: number;
  /** Arithmetic operations of one task, roughly. */
  readonly each: number;
  /** Bytes of scratch that each thread needs, found by the kernel at `scratch`; 0 when not given. */
  readonly scratch?: number;
}

/** Operations below which a kernel is not divided: about what it takes to wake a thread. */
const divided = 1e6;
/** Fewest operations of a chunk. */
const leastChunk = 2e5;
/** Chunks that each thread gets, so that one that is kept from its work does not keep the others. */
const chunksEach = 8;

/** How the kernels are run. */
export interface EngineOptions {
  readonly module: WebAssembly.Module;
  readonly memory: CpuMemory;
  /** Threads, the calling one among them, and how to start the others. */
  readonly threads: number;
  readonly start?: StartHelper;
  /** Milliseconds, beside what a chunk may take, after which a thread counts as dead. */
  readonly patience?: number;
}

/** Runs kernels, in order. */
export class Engine implements Store {
  /** How many threads share the tasks of a kernel. */
  readonly threads: number;
  readonly counters: Counters = { liveBytes: 0, dispatches: 0 };
  readonly memory: CpuMemory;
  readonly #kernels: Kernels;
  readonly #pool: Pool | undefined;
  readonly #division = new Division();
  readonly #patience: number;
  #scratch: Block | undefined;
  /** Bytes of it that each thread has. */
  #scratchEach = 0;

  constructor({ module, memory, threads, start, patience = 5000 }: EngineOptions) {
    this.memory = memory;
    this.#patience = patience;
    const instance = new WebAssembly.Instance(module, { env: { memory: memory.memory, abort } });
    this.#kernels = instance.exports as unknown as Kernels;
    memory.open(this.#kernels.heapBase());
    this.threads = start ? threads : 1;
    if (start && threads > 1) this.#pool = new Pool(memory, start, module, kernelNames, threads);
  }

  /** Resolves when all threads are there. */
  async ready(): Promise<void> {
    await this.#pool?.ready();
  }

  /** Does the tasks of a kernel; they are done when it returns. Addresses are numbers of bytes. */
  run(kernel: KernelName, { tasks, each, scratch = 0 }: Work, ...given: readonly number[]): void {
    if (!Number.isSafeInteger(tasks) || !(each >= 0)) throw new Error(`${kernel}: ${tasks} tasks of ${each} operations cannot be`);
    if (tasks === 0) return;
    this.#provide(scratch);
    const own = (first: number, end: number): void => {
      this.#kernels[kernel](first, end, ...given);
    };
    if (!this.#pool || tasks === 1 || tasks * each < divided) {
      own(0, tasks);
      return;
    }
    const kind = `${kernel} ${tasks} ${each}`;
    const isShared = this.#division.isShared(kind);
    const start = performance.now();
    const alone = isShared ? this.#share(this.#pool, kernel, tasks, each, given, own) : undefined;
    if (!isShared) own(0, tasks);
    this.#division.tell(kind, performance.now() - start, alone);
  }

  /** Milliseconds that one thread might have taken, as `Pool.run` has it. */
  #share(
    pool: Pool,
    kernel: KernelName,
    tasks: number,
    each: number,
    given: readonly number[],
    own: (first: number, end: number) => void,
  ): number | undefined {
    const chunk = Math.max(
      1,
      Math.ceil(tasks / (chunksEach * this.threads)),
      Math.min(Math.ceil(leastChunk / Math.max(1, each)), Math.ceil(tasks / this.threads)),
    );
    return pool.run({
      kernel: kernelNames.indexOf(kernel),
      tasks,
      chunk,
      given,
      scratch: this.#scratch?.address ?? 0,
      scratchBytes: this.#scratchEach,
      // A thread that gets a hundredth of a core is slow, not dead.
      patience: this.#patience + (chunk * each) / 1e5,
      own,
    });
  }

  /** Numbers for a kernel to read: a block that is disposed of once the kernel was run. */
  numbers(values: readonly number[]): Block {
    const block = this.memory.take(8 * values.length);
    this.memory.numbers(block.address, values.length).set(values);
    return block;
  }

  /** A block of `count` numbers that a kernel writes and another reads. */
  room(count: number): Block {
    return this.memory.take(8 * count);
  }

  dispose(): void {
    this.#pool?.dispose();
  }

  #provide(bytes: number): void {
    const size = aligned(bytes);
    if (size <= this.#scratchEach) return;
    this.#scratch?.[Symbol.dispose]();
    this.#scratch = undefined;
    this.#scratchEach = 0;
    this.#scratch = this.memory.take(size * this.threads);
    this.#scratchEach = size;
    this.#kernels.useScratch(this.#scratch.address);
  }
}

const abort = (): never => {
  throw new Error('a kernel has aborted');
};
