import type { Matrix, Shape } from '$lib/backend/backend';
import { expectShape, fullShape, sizeOf } from '$lib/backend/shapes';
import { CpuMatrix, own, type Store } from './matrix';

/** See `Backend.upload`. */
export const upload = (store: Store, shape: Shape, data: ArrayLike<number>): CpuMatrix => {
  if (data.length !== sizeOf(shape)) throw new Error(`upload: ${data.length} numbers for a shape of ${sizeOf(shape)}`);
  const made = CpuMatrix.make(store, shape);
  made.values.set(data);
  return made;
};

/** See `Backend.reshape`. */
export const reshape = (matrix: Matrix, shape: Shape): CpuMatrix => {
  if (sizeOf(matrix) !== sizeOf(shape)) throw new Error(`reshape: ${sizeOf(matrix)} numbers to a shape of ${sizeOf(shape)}`);
  return own(matrix).view(fullShape(shape), 0);
};

/** See `Backend.slice`. */
export const slice = (matrix: Matrix, first: number, count: number): CpuMatrix => {
  if (!(first >= 0 && count >= 0 && first + count <= matrix.batch))
    throw new Error(`slice: no entries ${first} … ${first + count - 1} in a batch of ${matrix.batch}`);
  return own(matrix).view({ batch: count, rows: matrix.rows, columns: matrix.columns }, first * matrix.rows * matrix.columns);
};

/** See `Backend.copy`. */
export const copy = (from: Matrix, into: Matrix, first: number): void => {
  expectShape(from, into.rows, into.columns, 'copy');
  if (!(first >= 0 && first + from.batch <= into.batch))
    throw new Error(`copy: no entries ${first} … ${first + from.batch - 1} in a batch of ${into.batch}`);
  own(into).values.set(own(from).values, first * into.rows * into.columns);
};
