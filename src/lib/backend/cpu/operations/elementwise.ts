import type { Matrix } from '$lib/backend/backend';
import { batchWith, commonBatch, expectShape, perEntry } from '$lib/backend/shapes';
import type { Engine } from '../engine';
import { CpuMatrix, own } from '../matrix';
import { combine, piece } from './combine';

/** a ∘ b. */
export const hadamard = (engine: Engine, a: Matrix, b: Matrix): CpuMatrix => {
  expectShape(b, a.rows, a.columns, 'hadamard');
  const out = CpuMatrix.make(engine, { batch: commonBatch(a, b), rows: a.rows, columns: a.columns });
  const size = a.rows * a.columns;
  const [x, y] = [own(a), own(b)];
  engine.run(
    'hadamard',
    { tasks: out.batch * Math.ceil(size / piece), each: Math.min(piece, size) },
    ...[out.address, size, piece, x.address, x.stride, y.address, y.stride],
  );
  return out;
};

/** A + diag(value). */
export const addDiagonal = (engine: Engine, a: Matrix, value: number | readonly number[]): CpuMatrix => {
  expectShape(a, a.rows, a.rows, 'addDiagonal');
  const batch = batchWith([a], [value]);
  const n = a.rows;
  // What is multiplied by 1 is copied; a coefficient an entry makes the entries.
  const out = combine(engine, [[new Array<number>(batch).fill(1), a]]);
  const { values } = out;
  for (let entry = 0; entry < batch; entry++) {
    const added = perEntry(value, entry);
    for (let i = 0, at = entry * n * n; i < n; i++, at += n + 1) values[at]! += added;
  }
  return out;
};

/** The diagonals, [batch, n, 1]. */
export const diagonal = (engine: Engine, a: Matrix): CpuMatrix => {
  expectShape(a, a.rows, a.rows, 'diagonal');
  const n = a.rows;
  const out = CpuMatrix.make(engine, { batch: a.batch, rows: n, columns: 1 });
  const [from, to] = [own(a).values, out.values];
  for (let entry = 0, target = 0; entry < a.batch; entry++)
    for (let i = 0, at = entry * n * n; i < n; i++, at += n + 1) to[target++] = from[at]!;
  return out;
};

/** Aᵀ. */
export const transpose = (engine: Engine, a: Matrix): CpuMatrix => {
  const out = CpuMatrix.make(engine, { batch: a.batch, rows: a.columns, columns: a.rows });
  engine.run(
    'transpose',
    { tasks: a.batch * Math.ceil(a.columns / transposedColumns), each: 2 * transposedColumns * a.rows },
    ...[out.address, own(a).address, a.rows, a.columns],
  );
  return out;
};

/** As `assembly/elementwise/order.ts` has them. */
const transposedColumns = 32;

/** A[order, order]. */
export const reorder = (engine: Engine, a: Matrix, order: Uint32Array): CpuMatrix => {
  const n = order.length;
  expectShape(a, n, n, 'reorder');
  const out = CpuMatrix.make(engine, a);
  if (order.some((index) => index >= n)) {
    // Beside the matrix there are no numbers.
    const [from, to] = [own(a).values, out.values];
    for (let at = 0; at < to.length; at++) {
      const [entry, row, column] = [Math.floor(at / (n * n)), order[Math.floor(at / n) % n]!, order[at % n]!];
      to[at] = row < n && column < n ? from[(entry * n + row) * n + column]! : NaN;
    }
    return out;
  }
  using list = engine.memory.take(4 * n);
  engine.memory.integers(list.address, n).set(order);
  engine.run('reorder', { tasks: a.batch * n, each: 2 * n }, out.address, own(a).address, list.address, n);
  return out;
};
