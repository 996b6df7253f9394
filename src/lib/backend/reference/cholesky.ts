import { Problem } from '$lib/base/problem';
import type { Factor, Matrix } from '$lib/backend/backend';
import { mirrorLower } from './loops';
import { commonBatch, expectShape, type Counters, own, ReferenceMatrix } from './matrix';
import { factorInPlace, solveInPlace, solveLowerInPlace, solveUpperInPlace } from './triangular';

/** A = L Lᵀ for every batch entry, see `Backend.cholesky`. */
export const cholesky = (counters: Counters, a: Matrix): Factor => {
  expectShape(a, a.rows, a.rows, 'cholesky');
  if (a.rows === 0) throw new Problem('cholesky: the matrix must have at least one row, got 0');
  const lower = ReferenceMatrix.zeros(counters, { batch: a.batch, rows: a.rows, columns: a.rows });
  lower.values.set(own(a).values);
  const failures = Int32Array.from({ length: a.batch }, (_, index) => factorInPlace(lower.entry(index), a.rows));
  return {
    lower,
    failures: () => Promise.resolve(failures.slice()),
    [Symbol.dispose]: () => lower[Symbol.dispose](),
  };
};

/** A copy of b, [batch, n, m], changed in place by one of the triangular solves. */
const solved = (
  counters: Counters,
  factor: Factor,
  b: Matrix,
  solveEntry: (lower: Float64Array, n: number, x: Float64Array, m: number) => void,
): ReferenceMatrix => {
  const lower = own(factor.lower);
  expectShape(b, lower.rows, b.columns, 'the right side of solve');
  const out = ReferenceMatrix.zeros(counters, { batch: commonBatch(lower, b), rows: b.rows, columns: b.columns });
  for (let index = 0; index < out.batch; index++) {
    const x = out.entry(index);
    x.set(own(b).entry(index));
    solveEntry(lower.entry(index), lower.rows, x, b.columns);
  }
  return out;
};

/** A⁻¹ b. */
export const solve = (counters: Counters, factor: Factor, b: Matrix): ReferenceMatrix => solved(counters, factor, b, solveInPlace);

/** L⁻¹ b, or L⁻ᵀ b. */
export const solveLower = (counters: Counters, factor: Factor, b: Matrix, transposed = false): ReferenceMatrix =>
  solved(counters, factor, b, transposed ? solveUpperInPlace : solveLowerInPlace);

/** A⁻¹, symmetric to the last bit. */
export const inverse = (counters: Counters, factor: Factor): ReferenceMatrix => {
  const lower = own(factor.lower);
  const n = lower.rows;
  const out = ReferenceMatrix.zeros(counters, { batch: lower.batch, rows: n, columns: n });
  for (let index = 0; index < out.batch; index++) {
    const x = out.entry(index);
    for (let i = 0; i < n; i++) x[i * n + i] = 1;
    solveInPlace(lower.entry(index), n, x, n);
    mirrorLower(x, n);
  }
  return out;
};

/** log det A = 2 Σ log Lᵢᵢ, [batch, 1, 1]. */
export const logDeterminant = (counters: Counters, factor: Factor): ReferenceMatrix => {
  const lower = own(factor.lower);
  const out = ReferenceMatrix.zeros(counters, { batch: lower.batch, rows: 1, columns: 1 });
  for (let index = 0; index < out.batch; index++) {
    const entry = lower.entry(index);
    let sum = 0;
    for (let i = 0; i < entry.length; i += lower.rows + 1) sum += Math.log(entry[i] as number);
    out.entry(index)[0] = 2 * sum;
  }
  return out;
};
