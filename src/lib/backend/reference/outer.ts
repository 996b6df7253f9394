import type { OuterRows } from '$lib/backend/backend';
import { outerOperand, outerSizes } from '$lib/backend/walker-shapes';
import { own } from './matrix';

/** See `Backend.outerMeans`; yields between pairs. */
export function* outerMeans(pairs: readonly (readonly [OuterRows, OuterRows])[]): Generator<undefined, Float64Array[]> {
  const { rows, batches } = outerSizes(pairs);
  const means: Float64Array[] = [];
  for (const [pair, [left, right]] of pairs.entries()) {
    if (pair > 0) yield;
    const [x, y] = [outerOperand(left).matrix, outerOperand(right).matrix];
    const batch = batches[pair]!;
    const [p, q] = [x.columns, y.columns];
    const sums = new Float64Array(p * q);
    for (let entry = 0; entry < batch; entry++) addOuter(entryOf(left, entry), p, entryOf(right, entry), q, rows, sums);
    means.push(sums.map((sum) => sum / (batch * rows)));
  }
  return means;
}

function entryOf(rows: OuterRows, entry: number): Float64Array {
  if (!('apart' in rows)) return own(rows).entry(entry);
  const other = own(rows.apart).entry(1);
  return own(rows.apart)
    .entry(0)
    .map((value, i) => value - other[i]!);
}

function addOuter(x: Float64Array, p: number, y: Float64Array, q: number, rows: number, sums: Float64Array): void {
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < p; i++) {
      const value = x[r * p + i]!;
      const at = i * q;
      for (let j = 0; j < q; j++) sums[at + j]! += value * y[r * q + j]!;
    }
}
