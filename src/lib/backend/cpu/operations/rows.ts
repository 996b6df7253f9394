import type { Matrix } from '$lib/backend/backend';
import { commonBatch, expectShape } from '$lib/backend/shapes';
import type { Engine } from '../engine';
import { CpuMatrix, own } from '../matrix';

/** Rows that one task takes. */
const high = 64;

const ofRows = (engine: Engine, kernel: 'rowSums' | 'rowExtremes', a: Matrix, columns: number): CpuMatrix => {
  const out = CpuMatrix.make(engine, { batch: a.batch, rows: a.rows, columns });
  const rows = a.batch * a.rows;
  engine.run(kernel, { tasks: Math.ceil(rows / high), each: high * a.columns }, ...[out.address, own(a).address, rows, a.columns, high]);
  return out;
};

/** Σ over columns, [batch, rows, 1]. */
export const rowSums = (engine: Engine, a: Matrix): CpuMatrix => ofRows(engine, 'rowSums', a, 1);

/** The least and the greatest entry of each row, [batch, rows, 2]. */
export const rowExtremes = (engine: Engine, a: Matrix): CpuMatrix => ofRows(engine, 'rowExtremes', a, 2);

/** Σ a∘b of each batch entry, [batch, 1, 1]. */
export const dot = (engine: Engine, a: Matrix, b: Matrix): CpuMatrix => {
  expectShape(b, a.rows, a.columns, 'dot');
  const out = CpuMatrix.make(engine, { batch: commonBatch(a, b), rows: 1, columns: 1 });
  const size = a.rows * a.columns;
  const [x, y] = [own(a), own(b)];
  engine.run('dot', { tasks: out.batch, each: 2 * size }, ...[out.address, x.address, x.stride, y.address, y.stride, size]);
  return out;
};
