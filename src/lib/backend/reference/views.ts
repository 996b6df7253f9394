import type { Matrix } from '../backend';
import { expectShape, own, ReferenceMatrix, type Counters } from './matrix';

/** The least and the greatest entry of each row, [batch, rows, 2]. */
export const rowExtremes = (counters: Counters, a: Matrix): ReferenceMatrix => {
  const out = ReferenceMatrix.zeros(counters, { batch: a.batch, rows: a.rows, columns: 2 });
  for (let index = 0; index < a.batch; index++) {
    const [source, target] = [own(a).entry(index), out.entry(index)];
    for (let row = 0; row < a.rows; row++) {
      const entries = source.subarray(row * a.columns, (row + 1) * a.columns);
      target[2 * row] = entries.reduce((x, y) => Math.min(x, y), Infinity);
      target[2 * row + 1] = entries.reduce((x, y) => Math.max(x, y), -Infinity);
    }
  }
  return out;
};

/** A[order, order]. */
export const reorder = (counters: Counters, a: Matrix, order: Uint32Array): ReferenceMatrix => {
  expectShape(a, order.length, order.length, 'reorder');
  const out = ReferenceMatrix.zeros(counters, { batch: a.batch, rows: a.rows, columns: a.columns });
  for (let index = 0; index < a.batch; index++) {
    const [source, target] = [own(a).entry(index), out.entry(index)];
    order.forEach((row, i) => {
      order.forEach((column, j) => {
        target[i * a.columns + j] = source[row * a.columns + column] ?? NaN;
      });
    });
  }
  return out;
};
