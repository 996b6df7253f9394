import { Problem } from '$lib/base/problem';
import type { Matrix, Shape } from '$lib/backend/backend';
import { fullShape, sizeOf } from '$lib/backend/shapes';
import type { Block, CpuMemory } from './memory';

/** Counts what is alive and what was done. */
export interface Counters {
  liveBytes: number;
  dispatches: number;
}

/** Where the matrices of one backend are. */
export interface Store {
  readonly memory: CpuMemory;
  readonly counters: Counters;
}

interface Storage {
  readonly block: Block;
  readonly bytes: number;
  handles: number;
}

/** A batch of row-major matrices in the memory of the kernels; a handle on storage that other handles may share. */
export class CpuMatrix implements Matrix {
  #released = false;
  readonly #address: number;
  readonly #store: Store;
  readonly #storage: Storage;
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly bytes: number;

  private constructor(store: Store, storage: Storage, shape: Required<Shape>, address: number) {
    this.#store = store;
    this.#storage = storage;
    this.#address = address;
    this.batch = shape.batch;
    this.rows = shape.rows;
    this.columns = shape.columns;
    this.bytes = 8 * sizeOf(shape);
    storage.handles += 1;
  }

  /** New storage that holds anything: for what is written whole. @throws Problem where the memory does not suffice. */
  static make(store: Store, wanted: Shape): CpuMatrix {
    const shape = fullShape(wanted);
    const bytes = 8 * sizeOf(shape);
    if (bytes >= 2 ** 32)
      throw new Problem(
        `a matrix of ${shape.batch} × ${shape.rows} × ${shape.columns} numbers needs ${(bytes / 2 ** 30).toFixed(1)} GiB; less than 4 GiB are possible`,
      );
    const block = store.memory.take(bytes);
    store.counters.liveBytes += bytes;
    return new CpuMatrix(store, { block, bytes, handles: 0 }, shape, block.address);
  }

  /** New storage of zeros. */
  static zeros(store: Store, shape: Shape): CpuMatrix {
    const made = CpuMatrix.make(store, shape);
    made.values.fill(0);
    return made;
  }

  /** Another handle on the same storage, from its number `start` on, under a shape whose size fits. */
  view(shape: Required<Shape>, start: number): CpuMatrix {
    return new CpuMatrix(this.#store, this.#storage, shape, this.address + 8 * start);
  }

  /** Where its numbers begin; throws once disposed. */
  get address(): number {
    if (this.#released) throw new Error('a matrix was used after it was disposed');
    return this.#address;
  }

  /** Bytes from one batch entry to the next; 0 where one stands for all. */
  get stride(): number {
    return this.batch === 1 ? 0 : 8 * this.rows * this.columns;
  }

  /** All numbers, [batch, rows, columns]; throws once disposed. */
  get values(): Float64Array<SharedArrayBuffer> {
    return this.#store.memory.numbers(this.address, this.bytes / 8);
  }

  sharesStorage(other: CpuMatrix): boolean {
    return this.#storage === other.#storage;
  }

  [Symbol.dispose](): void {
    if (this.#released) return;
    this.#released = true;
    this.#storage.handles -= 1;
    if (this.#storage.handles > 0) return;
    this.#store.counters.liveBytes -= this.#storage.bytes;
    this.#storage.block[Symbol.dispose]();
  }
}

/** The matrix as one of this backend's; one made by another backend is a bug of the caller. */
export const own = (matrix: Matrix): CpuMatrix => {
  if (matrix instanceof CpuMatrix) return matrix;
  throw new Error('this matrix belongs to another backend');
};
