import type { Factor, Matrix } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import triangleSource from '$shaders/linalg/triangle.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { own, shapeText, type GpuMatrix } from '../matrix';
import { factorByRegisters } from './cholesky-registers';
import { factorBySharedTiles } from './cholesky-shared';

const triangle = () =>
  defineKernel({
    name: 'lower triangle',
    sources: [triangleSource],
    reads: ['matrix'],
    writes: ['lower', 'status'],
    types: { status: d.i32 },
    parameters: { n: d.u32 },
  });

/**
 * Overwrites `lower` [batch, n, n], whose lower triangle holds A, by its Cholesky factor; what is above the diagonal is not touched.
 * Right-looking with panels of 32 or 64 columns: three dispatches a panel whatever the batch, one altogether for small systems.
 * `status` [batch, 1, 1] (i32, −1 before) receives the first bad pivot; what depends on it becomes not-a-number.
 * The variant (registers and no barriers, or workgroup memory) is `context.tuning.cholesky`.
 */
export function factorInPlace(context: Context, lower: GpuMatrix, status: GpuMatrix): void {
  if (context.tuning.cholesky === 'registers') factorByRegisters(context, lower, status);
  else factorBySharedTiles(context, lower, status);
}

/** A factor whose pivots' verdict waits on the device. */
class GpuFactor implements Factor {
  readonly lower: GpuMatrix;
  readonly #status: GpuMatrix;
  readonly #context: Context;

  constructor(context: Context, lower: GpuMatrix, status: GpuMatrix) {
    this.#context = context;
    this.lower = lower;
    this.#status = status;
  }

  async failures(): Promise<Int32Array> {
    return new Int32Array(await this.#context.bytes(this.#status));
  }

  [Symbol.dispose](): void {
    this.lower[Symbol.dispose]();
    this.#status[Symbol.dispose]();
  }
}

/**
 * A = L Lᵀ for each entry of the batch, [batch, n, n], any n ≥ 1; only the lower triangle of A is read.
 * Throws a `Problem` for n = 0 and when the factor is beyond the adapter.
 */
export function cholesky(context: Context, a: Matrix): GpuFactor {
  if (a.rows !== a.columns) throw new Error(`cholesky: ${shapeText(a)} is not square`);
  if (a.rows === 0) throw new Problem('cholesky: the matrix must have at least one row, got 0');
  const n = a.rows;
  const lower = context.empty(a);
  const status = context.empty({ batch: a.batch, rows: 1, columns: 1 });
  const quads = n * Math.ceil(n / 4);
  context.dispatch(triangle(), { matrix: own(a), lower, status }, { n }, [...context.grid(quads, 64), a.batch], n * n * a.batch);
  factorInPlace(context, lower, status);
  return new GpuFactor(context, lower, status);
}
