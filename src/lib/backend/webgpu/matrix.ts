import type { Matrix, Shape } from '$lib/backend/backend';
import type { Lease } from './memory';

/** Storage shared by a matrix and its views; given back to the pool with the last handle. */
export class Storage {
  #handles = 0;
  readonly lease: Lease;
  readonly #release: (lease: Lease) => void;

  constructor(lease: Lease, release: (lease: Lease) => void) {
    this.lease = lease;
    this.#release = release;
  }

  hold(): void {
    this.#handles++;
  }

  drop(): void {
    if (--this.#handles === 0) this.#release(this.lease);
  }
}

/**
 * f32 entries, [batch, rows, columns] row-major and dense, from element `offset` of its storage. Kernels bind the whole
 * buffer and add the offset, since a binding offset would have to be a multiple of 256 bytes.
 */
export class GpuMatrix implements Matrix {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly storage: Storage;
  readonly offset: number;
  #disposed = false;

  constructor(shape: Shape, storage: Storage, offset = 0) {
    this.batch = shape.batch ?? 1;
    this.rows = shape.rows;
    this.columns = shape.columns;
    this.storage = storage;
    this.offset = offset;
    storage.hold();
  }

  get bytes(): number {
    return 4 * this.elements;
  }

  /** Entries altogether. */
  get elements(): number {
    return this.batch * this.rows * this.columns;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.storage.drop();
  }
}

/** The matrix as this backend's own; throws (a bug) for another backend's or a disposed one. */
export function own(matrix: Matrix): GpuMatrix {
  if (!(matrix instanceof GpuMatrix)) throw new Error('a matrix of another backend was given to webgpu');
  if (matrix.disposed) throw new Error('a disposed matrix was used');
  return matrix;
}

/** Batch of the result when entries of batch 1 are broadcast; throws when two batches differ and neither is 1. */
export function commonBatch(...matrices: readonly Matrix[]): number {
  let batch = 1;
  for (const matrix of matrices) {
    if (matrix.batch === 1) continue;
    if (batch !== 1 && batch !== matrix.batch) throw new Error(`batches ${batch} and ${matrix.batch} do not fit`);
    batch = matrix.batch;
  }
  return batch;
}

export const shapeText = (shape: Shape): string => `[${shape.batch ?? 1}, ${shape.rows}, ${shape.columns}]`;
