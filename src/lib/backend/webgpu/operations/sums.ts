import type { Matrix, Shape } from '$lib/backend/backend';
import source from '$shaders/kernel/partial_sums.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { commonBatch, shapeText, type GpuMatrix } from '../matrix';

/** Terms that one invocation adds, as in the shader. */
const perInvocation = 32;

const kernel = (pair: boolean) =>
  defineKernel({
    name: pair ? 'partial sums of products' : 'partial sums',
    sources: [source],
    reads: ['a', 'b'],
    writes: ['c'],
    parameters: { rows: d.u32, columns: d.u32, partials: d.u32 },
    constants: { PAIR: pair ? 1 : 0 },
  });

/** One level: Σ over 32 columns at a time of `a`, or of `a ∘ b`, both read as `shape` (with their own batches). */
function level(context: Context, a: Matrix, b: Matrix | undefined, shape: Required<Shape>): GpuMatrix {
  const { batch, rows, columns } = shape;
  const partials = Math.max(1, Math.ceil(columns / perInvocation));
  const c = context.empty({ batch, rows, columns: partials });
  const grid = [...context.grid(rows * partials, 64), batch] as const;
  context.dispatch(kernel(b !== undefined), { a, b: b ?? a, c }, { rows, columns, partials }, grid, 2 * rows * columns * batch);
  return c;
}

/** Levels until one column is left. */
function sums(context: Context, a: Matrix, b: Matrix | undefined, shape: Required<Shape>): Matrix {
  let current = level(context, a, b, shape);
  while (current.columns > 1) {
    using last = current;
    current = level(context, last, undefined, last);
  }
  return current;
}

/** Σ over columns in pairs, see `Backend.rowSums`. */
export const rowSums = (context: Context, a: Matrix): Matrix =>
  sums(context, a, undefined, { batch: a.batch, rows: a.rows, columns: a.columns });

/** Σ a∘b in pairs, see `Backend.dot`. */
export function dot(context: Context, a: Matrix, b: Matrix): Matrix {
  if (a.rows !== b.rows || a.columns !== b.columns) throw new Error(`dot: ${shapeText(a)} and ${shapeText(b)} differ`);
  return sums(context, a, b, { batch: commonBatch(a, b), rows: 1, columns: a.rows * a.columns });
}
