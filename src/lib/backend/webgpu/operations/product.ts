import type { Matrix, ProductOptions } from '$lib/backend/backend';
import registersSource from '$shaders/kernel/product_registers.wgsl?raw';
import sharedSource from '$shaders/kernel/product_shared.wgsl?raw';
import tileSource from '$shaders/linalg/product_tile.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { commonBatch, shapeText } from '../matrix';

const parameters = {
  firstRow: d.u32,
  rows: d.u32,
  columns: d.u32,
  inner: d.u32,
  aRow: d.u32,
  aInner: d.u32,
  bInner: d.u32,
  bColumn: d.u32,
  alpha: d.f32,
  beta: d.f32,
  symmetric: d.u32,
};

/** Rows and columns of C that one workgroup computes. */
const registersTile = 32;
const sharedTile = 64;

const arrays = { reads: ['a', 'b'], writes: ['c'] } as const;

const registers = () => defineKernel({ name: 'product by registers', sources: [registersSource], ...arrays, parameters });

const shared = () => defineKernel({ name: 'product by shared tiles', sources: [tileSource, sharedSource], ...arrays, parameters });

/**
 * C = alpha · op(A) op(B) + beta · C, see `Backend.product`. The variant is `context.tuning.product`. A Aᵀ and Aᵀ A of one matrix are
 * computed by their lower triangles (but not where something is added to them, which need not be symmetric).
 */
export function product(context: Context, a: Matrix, b: Matrix, options: ProductOptions = {}): Matrix {
  const { transposeA = false, transposeB = false, alpha = 1, into } = options;
  const beta = into ? (options.beta ?? 0) : 0;
  const [rows, inner] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
  const [other, columns] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns];
  if (inner !== other) throw new Error(`product: ${shapeText(a)} and ${shapeText(b)} do not fit`);
  const batch = commonBatch(a, b);
  return context.apart(
    { batch, rows, columns },
    into,
    [a, b],
    (c) => {
      const byRegisters = context.tuning.product === 'registers';
      const tile = byRegisters ? registersTile : sharedTile;
      const kernel = byRegisters ? registers() : shared();
      const strides = {
        aRow: transposeA ? 1 : a.columns,
        aInner: transposeA ? a.columns : 1,
        bInner: transposeB ? 1 : b.columns,
        bColumn: transposeB ? b.columns : 1,
      };
      const symmetric = a === b && transposeA !== transposeB && beta === 0;
      const work = (symmetric ? 1 : 2) * columns * inner * batch;
      for (const [firstRow, end] of context.portions(rows, work, tile)) {
        context.dispatch(
          kernel,
          { a, b, c },
          { firstRow, rows, columns, inner, ...strides, alpha, beta, symmetric: symmetric ? 1 : 0 },
          [Math.ceil(columns / tile), Math.ceil((end - firstRow) / tile), batch],
          work * (end - firstRow),
        );
      }
    },
    beta !== 0,
  );
}

/** X Zᵀ / D, see `Backend.gram`. */
export const gram = (context: Context, x: Matrix, z: Matrix = x): Matrix =>
  product(context, x, z, { transposeB: true, alpha: 1 / x.columns });
