import type { Matrix, Shape } from '$lib/backend/backend';
import type { Context } from '../context';
import { own, shapeText } from '../matrix';

/** The same numbers under another shape, sharing storage. */
export function reshape(context: Context, matrix: Matrix, shape: Shape): Matrix {
  const from = own(matrix);
  if ((shape.batch ?? 1) * shape.rows * shape.columns !== from.elements) {
    throw new Error(`reshape: ${shapeText(matrix)} has not as many entries as ${shapeText(shape)}`);
  }
  return context.view(from, shape);
}

/** Entries `first … first + count − 1` of the batch, sharing storage. */
export function slice(context: Context, matrix: Matrix, first: number, count = 1): Matrix {
  if (first < 0 || count < 1 || first + count > matrix.batch)
    throw new Error(`slice: entries ${first}…${first + count - 1} of ${shapeText(matrix)}`);
  const { rows, columns } = matrix;
  return context.view(own(matrix), { batch: count, rows, columns }, first * rows * columns);
}

/** Copies `from` into `into` from batch entry `first` on; a `from` of batch 1 fills one entry. */
export function copyInto(context: Context, from: Matrix, into: Matrix, first = 0): void {
  if (from.rows !== into.rows || from.columns !== into.columns || first < 0 || first + from.batch > into.batch) {
    throw new Error(`copy: ${shapeText(from)} does not go into ${shapeText(into)} at entry ${first}`);
  }
  context.copy(own(from), own(into), first * into.rows * into.columns);
}
