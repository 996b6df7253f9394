import { aligned } from './free-list';
import type { Block, Memory } from './memory';
import type { Ledger, Store } from './matrix';

/** Kernels that are divided: they do tasks `first … end − 1`, each of which writes what no other does. */
export type KernelName =
  | 'cholesky'
  | 'choleskyDiagonal'
  | 'choleskyPanel'
  | 'choleskyRest'
  | 'combine'
  | 'descend'
  | 'dot'
  | 'evaluate'
  | 'features'
  | 'flowMove'
  | 'flowResidual'
  | 'flowRows'
  | 'gramOfLower'
  | 'hadamard'
  | 'lowerOf'
  | 'matrixVector'
  | 'normals'
  | 'packInputs'
  | 'particleMove'
  | 'particlePush'
  | 'particleSolve'
  | 'particleSystem'
  | 'product'
  | 'reorder'
  | 'rowExtremes'
  | 'rowSums'
  | 'symmetricProduct'
  | 'transpose'
  | 'transposedVector'
  | 'triangularInverse'
  | 'triangularSolve';

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

/** Runs kernels, in order. */
export class Engine implements Store {
  /** How many threads share the tasks of a kernel. */
  readonly threads: number = 1;
  readonly ledger: Ledger = { liveBytes: 0, dispatches: 0 };
  readonly #kernels: Kernels;
  #scratch: Block | undefined;

  constructor(
    module: WebAssembly.Module,
    readonly memory: Memory,
  ) {
    const instance = new WebAssembly.Instance(module, { env: { memory: memory.memory, abort } });
    this.#kernels = instance.exports as unknown as Kernels;
    memory.open(this.#kernels.heapBase());
  }

  /** Does the tasks of a kernel. Addresses are numbers of bytes. */
  run(kernel: KernelName, work: Work, ...given: readonly number[]): void {
    if (work.tasks === 0) return;
    this.#provide(work.scratch ?? 0);
    this.#kernels[kernel](0, work.tasks, ...given);
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

  #provide(bytes: number): void {
    const size = aligned(bytes);
    if (size <= (this.#scratch?.bytes ?? 0)) return;
    this.#scratch?.[Symbol.dispose]();
    this.#scratch = undefined;
    this.#scratch = this.memory.take(size);
    this.#kernels.useScratch(this.#scratch.address);
  }
}

const abort = (): never => {
  throw new Error('a kernel has aborted');
};
