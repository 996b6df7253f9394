import type { Matrix } from '$lib/backend/backend';
import { commonBatch, expectShape, own, type Counters, ReferenceMatrix } from './matrix';
import { batchWith, combinedBatch, perEntry } from '$lib/backend/shapes';
import { transposeInto } from './loops';

/** Σ cᵢ Aᵢ, see `Backend.combine`. */
export const combine = (
  counters: Counters,
  terms: readonly (readonly [coefficient: number | readonly number[], matrix: Matrix])[],
  into?: Matrix,
): ReferenceMatrix => {
  const batch = combinedBatch(terms, into);
  const { rows, columns } = terms[0]![1];
  const out = into ? own(into) : ReferenceMatrix.zeros(counters, { batch, rows, columns });
  for (let index = 0; index < batch; index++) {
    const target = out.entry(index);
    const sources = terms.map(([coefficient, matrix]) => [perEntry(coefficient, index), own(matrix).entry(index)] as const);
    for (let i = 0; i < target.length; i++) {
      let sum = 0;
      for (const [coefficient, source] of sources) sum += coefficient * (source[i] as number);
      target[i] = sum;
    }
  }
  return out;
};

/** a ∘ b. */
export const hadamard = (counters: Counters, a: Matrix, b: Matrix): ReferenceMatrix => {
  expectShape(b, a.rows, a.columns, 'hadamard');
  const out = ReferenceMatrix.zeros(counters, { batch: commonBatch(a, b), rows: a.rows, columns: a.columns });
  for (let index = 0; index < out.batch; index++) {
    const [x, y, z] = [own(a).entry(index), own(b).entry(index), out.entry(index)];
    for (let i = 0; i < z.length; i++) z[i] = (x[i] as number) * (y[i] as number);
  }
  return out;
};

/** Aᵀ. */
export const transpose = (counters: Counters, a: Matrix): ReferenceMatrix => {
  const out = ReferenceMatrix.zeros(counters, { batch: a.batch, rows: a.columns, columns: a.rows });
  for (let index = 0; index < a.batch; index++) transposeInto(own(a).entry(index), a.rows, a.columns, out.entry(index));
  return out;
};

/** A + diag(value). */
export const addDiagonal = (counters: Counters, a: Matrix, value: number | readonly number[]): ReferenceMatrix => {
  expectShape(a, a.rows, a.rows, 'addDiagonal');
  const batch = batchWith([a], [value]);
  const out = ReferenceMatrix.zeros(counters, { batch, rows: a.rows, columns: a.rows });
  for (let index = 0; index < batch; index++) {
    const target = out.entry(index);
    target.set(own(a).entry(index));
    for (let i = 0; i < target.length; i += a.rows + 1) target[i] = (target[i] as number) + perEntry(value, index);
  }
  return out;
};

/** The diagonals, [batch, n, 1]. */
export const diagonal = (counters: Counters, a: Matrix): ReferenceMatrix => {
  expectShape(a, a.rows, a.rows, 'diagonal');
  const out = ReferenceMatrix.zeros(counters, { batch: a.batch, rows: a.rows, columns: 1 });
  for (let index = 0; index < a.batch; index++) {
    const [source, target] = [own(a).entry(index), out.entry(index)];
    for (let i = 0; i < a.rows; i++) target[i] = source[i * (a.rows + 1)] as number;
  }
  return out;
};

/** Σ over columns, [batch, rows, 1]. */
export const rowSums = (counters: Counters, a: Matrix): ReferenceMatrix => {
  const out = ReferenceMatrix.zeros(counters, { batch: a.batch, rows: a.rows, columns: 1 });
  for (let index = 0; index < a.batch; index++) {
    const [source, target] = [own(a).entry(index), out.entry(index)];
    for (let i = 0; i < source.length; i++) {
      const row = Math.floor(i / a.columns);
      target[row] = (target[row] as number) + (source[i] as number);
    }
  }
  return out;
};

/** Σ a∘b of each batch entry, [batch, 1, 1]. */
export const dot = (counters: Counters, a: Matrix, b: Matrix): ReferenceMatrix => {
  expectShape(b, a.rows, a.columns, 'dot');
  const out = ReferenceMatrix.zeros(counters, { batch: commonBatch(a, b), rows: 1, columns: 1 });
  for (let index = 0; index < out.batch; index++) {
    const [x, y] = [own(a).entry(index), own(b).entry(index)];
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (y[i] as number);
    out.entry(index)[0] = sum;
  }
  return out;
};
