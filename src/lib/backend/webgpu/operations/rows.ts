import type { Matrix } from '$lib/backend/backend';
import extremesSource from '$shaders/kernel/row_extremes.wgsl?raw';
import reorderSource from '$shaders/kernel/reorder.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { shapeText } from '../matrix';

const extremesKernel = () =>
  defineKernel({
    name: 'row extremes',
    sources: [extremesSource],
    reads: ['a'],
    writes: ['c'],
    parameters: { rows: d.u32, columns: d.u32 },
  });

/** The least and the greatest entry of each row, see `Backend.rowExtremes`. */
export function rowExtremes(context: Context, a: Matrix): Matrix {
  const { batch, rows, columns } = a;
  const c = context.empty({ batch, rows, columns: 2 });
  context.dispatch(extremesKernel(), { a, c }, { rows, columns }, [...context.grid(rows, 64), batch], 2 * rows * columns * batch);
  return c;
}

const reorderKernel = () =>
  defineKernel({
    name: 'reorder',
    sources: [reorderSource],
    reads: ['a', 'order'],
    writes: ['c'],
    types: { order: d.u32 },
    parameters: { n: d.u32 },
  });

/** A[order, order], see `Backend.reorder`. */
export function reorder(context: Context, a: Matrix, order: Uint32Array): Matrix {
  const n = order.length;
  if (a.rows !== n || a.columns !== n) throw new Error(`reorder: a matrix of ${n} rows and columns expected, got ${shapeText(a)}`);
  const c = context.empty({ batch: a.batch, rows: n, columns: n });
  using rows = context.uploadWords(new Uint32Array(order));
  context.dispatch(reorderKernel(), { a, order: rows, c }, { n }, [...context.grid(n * n), a.batch], 2 * n * n * a.batch);
  return c;
}
