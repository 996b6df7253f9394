import { Problem } from '$lib/base/problem';
import type { Matrix, Shape } from '$lib/backend/backend';

export { commonBatch, expectShape } from '$lib/backend/shapes';

/** Most bytes one matrix may have: what a JavaScript engine gives an array without complaint. */
export const mostBytes = 2 ** 31;

/** Counts what is alive and what was done, for one backend. */
export interface Counters {
  liveBytes: number;
  dispatches: number;
}

interface Storage {
  readonly bytes: number;
  readonly counters: Counters;
  handles: number;
}

/** A batch of row-major matrices in double precision; a handle on storage that other handles may share. */
export class ReferenceMatrix implements Matrix {
  private released = false;
  readonly bytes: number;

  private constructor(
    readonly batch: number,
    readonly rows: number,
    readonly columns: number,
    private readonly numbers: Float64Array,
    private readonly storage: Storage,
  ) {
    this.bytes = numbers.byteLength;
    storage.handles += 1;
  }

  /** New storage of zeros; a `Problem` when it would exceed `mostBytes` or the machine refuses. */
  static zeros(counters: Counters, shape: Shape): ReferenceMatrix {
    const batch = shape.batch ?? 1;
    for (const size of [batch, shape.rows, shape.columns])
      if (!Number.isInteger(size) || size < 0) throw new Error(`a matrix of shape [${batch}, ${shape.rows}, ${shape.columns}] cannot be`);
    const bytes = batch * shape.rows * shape.columns * 8;
    if (bytes > mostBytes)
      throw new Problem(
        `a matrix of ${batch} × ${shape.rows} × ${shape.columns} numbers needs ${(bytes / 2 ** 30).toFixed(1)} GiB; at most ${mostBytes / 2 ** 30} GiB are possible`,
      );
    const numbers = allocate(bytes / 8);
    counters.liveBytes += bytes;
    return new ReferenceMatrix(batch, shape.rows, shape.columns, numbers, { bytes, counters, handles: 0 });
  }

  /** A handle on numbers that are kept by someone else, [batch, rows, columns]; nothing is counted. */
  static over(shape: Required<Shape>, numbers: Float64Array): ReferenceMatrix {
    const counters = { liveBytes: numbers.byteLength, dispatches: 0 };
    return new ReferenceMatrix(shape.batch, shape.rows, shape.columns, numbers, { bytes: numbers.byteLength, counters, handles: 0 });
  }

  /** Another handle on entries `first … first+batch−1` of the same storage, under a shape whose size fits. */
  view(shape: Required<Shape>, start: number): ReferenceMatrix {
    const size = shape.batch * shape.rows * shape.columns;
    return new ReferenceMatrix(shape.batch, shape.rows, shape.columns, this.values.subarray(start, start + size), this.storage);
  }

  /** All numbers, [batch, rows, columns]; throws once disposed. */
  get values(): Float64Array {
    if (this.released) throw new Error('a matrix was used after it was disposed');
    return this.numbers;
  }

  /** The numbers of one batch entry; a batch of 1 stands for every entry. */
  entry(index: number): Float64Array {
    const size = this.rows * this.columns;
    const start = this.batch === 1 ? 0 : index * size;
    return this.values.subarray(start, start + size);
  }

  [Symbol.dispose](): void {
    if (this.released) return;
    this.released = true;
    this.storage.handles -= 1;
    if (this.storage.handles === 0) this.storage.counters.liveBytes -= this.storage.bytes;
  }
}

const allocate = (count: number): Float64Array => {
  try {
    return new Float64Array(count);
  } catch (error) {
    if (error instanceof RangeError) throw new Problem(`out of memory: ${(count * 8) / 2 ** 20} MiB could not be had`);
    throw error;
  }
};

/** The matrix as one of this backend's; one made by another backend is a bug of the caller. */
export const own = (matrix: Matrix): ReferenceMatrix => {
  if (matrix instanceof ReferenceMatrix) return matrix;
  throw new Error('this matrix belongs to another backend');
};
