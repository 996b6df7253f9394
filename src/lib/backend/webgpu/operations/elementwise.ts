import type { Matrix } from '$lib/backend/backend';
import addDiagonalSource from '$shaders/kernel/add_diagonal.wgsl?raw';
import diagonalSource from '$shaders/kernel/diagonal.wgsl?raw';
import hadamardSource from '$shaders/kernel/hadamard.wgsl?raw';
import transposeSource from '$shaders/kernel/transpose.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { commonBatch, shapeText } from '../matrix';

const expectSquare = (a: Matrix, what: string): void => {
  if (a.rows !== a.columns) throw new Error(`${what}: a square matrix expected, got ${shapeText(a)}`);
};

const hadamardKernel = () =>
  defineKernel({ name: 'hadamard', sources: [hadamardSource], reads: ['a', 'b'], writes: ['c'], parameters: { size: d.u32 } });

/** A ∘ B, see `Backend.hadamard`. */
export function hadamard(context: Context, a: Matrix, b: Matrix): Matrix {
  if (a.rows !== b.rows || a.columns !== b.columns) throw new Error(`hadamard: ${shapeText(a)} and ${shapeText(b)} differ`);
  const { rows, columns } = a;
  const batch = commonBatch(a, b);
  const c = context.empty({ batch, rows, columns });
  const size = rows * columns;
  context.dispatch(hadamardKernel(), { a, b, c }, { size }, [...context.grid(size), batch], 2 * size * batch);
  return c;
}

const transposeKernel = () =>
  defineKernel({
    name: 'transpose',
    sources: [transposeSource],
    reads: ['a'],
    writes: ['c'],
    parameters: { rows: d.u32, columns: d.u32 },
  });

/** Aᵀ, see `Backend.transpose`. */
export function transpose(context: Context, a: Matrix): Matrix {
  const { batch, rows, columns } = a;
  const c = context.empty({ batch, rows: columns, columns: rows });
  const grid = [Math.ceil(columns / 32), Math.ceil(rows / 32), batch] as const;
  context.dispatch(transposeKernel(), { a, c }, { rows, columns }, grid, 2 * rows * columns * batch);
  return c;
}

const addDiagonalKernel = () =>
  defineKernel({ name: 'add to the diagonal', sources: [addDiagonalSource], reads: ['a', 'v'], writes: ['c'], parameters: { n: d.u32 } });

/** A + diag(value), see `Backend.addDiagonal`. */
export function addDiagonal(context: Context, a: Matrix, value: number | readonly number[]): Matrix {
  expectSquare(a, 'addDiagonal');
  const values = typeof value === 'number' ? [value] : value;
  using v = context.upload({ batch: values.length, rows: 1, columns: 1 }, values);
  const n = a.rows;
  const batch = commonBatch(a, v);
  const c = context.empty({ batch, rows: n, columns: n });
  context.dispatch(addDiagonalKernel(), { a, v, c }, { n }, [...context.grid(n * n), batch], 2 * n * n * batch);
  return c;
}

const diagonalKernel = () =>
  defineKernel({ name: 'diagonal', sources: [diagonalSource], reads: ['a'], writes: ['c'], parameters: { n: d.u32 } });

/** diag(A), see `Backend.diagonal`. */
export function diagonal(context: Context, a: Matrix): Matrix {
  expectSquare(a, 'diagonal');
  const n = a.rows;
  const c = context.empty({ batch: a.batch, rows: n, columns: 1 });
  context.dispatch(diagonalKernel(), { a, c }, { n }, [...context.grid(n), a.batch], n * a.batch);
  return c;
}
