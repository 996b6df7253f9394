import type { Factor, Matrix } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import blockSource from '$shaders/linalg/cholesky_block.wgsl?raw';
import stripSource from '$shaders/linalg/cholesky_strip.wgsl?raw';
import updateSource from '$shaders/linalg/cholesky_update.wgsl?raw';
import cornerSource from '$shaders/linalg/corner.wgsl?raw';
import stripHelpers from '$shaders/linalg/strip.wgsl?raw';
import tileSource from '$shaders/linalg/tile.wgsl?raw';
import triangleSource from '$shaders/linalg/triangle.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { own, shapeText, type GpuMatrix } from '../matrix';

/** Columns factored before the rest is updated. */
const panel = 32;
/** Largest system one invocation factors alone: in a batch that fills the lanes, and by itself. */
const aloneInBatch = 64;
const alone = 32;
/** Rows of an invocation of the strip kernel, and sides of a tile of the update kernel. */
const stripRows = 8;
const tileSide = 8;

const blockShape = { n: d.u32, first: d.u32, size: d.u32 };

const kernels = {
  triangle: () =>
    defineKernel({
      name: 'lower triangle',
      sources: [triangleSource],
      reads: ['matrix'],
      writes: ['lower', 'status'],
      types: { status: d.i32 },
      parameters: { n: d.u32 },
    }),
  block: (lanes: number) =>
    defineKernel({
      name: 'cholesky of a block',
      sources: [tileSource, cornerSource, stripHelpers, blockSource],
      reads: [],
      writes: ['lower', 'status'],
      types: { status: d.i32 },
      parameters: { ...blockShape, batch: d.u32 },
      constants: { LANES: lanes },
    }),
  strip: (lanes: number) =>
    defineKernel({
      name: 'cholesky of a strip',
      sources: [tileSource, cornerSource, stripHelpers, stripSource],
      reads: [],
      writes: ['lower'],
      parameters: blockShape,
      constants: { LANES: lanes },
    }),
  update: (lanes: number) =>
    defineKernel({
      name: 'cholesky update',
      sources: [tileSource, updateSource],
      reads: [],
      writes: ['lower'],
      parameters: blockShape,
      constants: { LANES: lanes },
    }),
};

/** Invocations of a workgroup: a software adapter wants one SIMD word for long invocations, a real GPU at least a warp. */
const lanesFor = (context: Context): { readonly few: number; readonly many: number } =>
  context.gpu.software ? { few: 4, many: 16 } : { few: 32, many: 64 };

/**
 * Overwrites `lower` [batch, n, n], whose lower triangle holds A, by its Cholesky factor; what is above the diagonal is not touched.
 * Right-looking with panels of 32 columns: three dispatches a panel whatever the batch, one altogether for small systems.
 * `status` [batch, 1, 1] (i32, −1 before) receives the first bad pivot; what depends on it becomes not-a-number.
 */
export function factorInPlace(context: Context, lower: GpuMatrix, status: GpuMatrix): void {
  const { batch, rows: n } = lower;
  const { few, many } = lanesFor(context);
  const whole = n <= (batch >= 4 ? aloneInBatch : alone);
  const width = whole ? n : panel;
  for (let first = 0; first < n; first += width) {
    const size = Math.min(width, n - first);
    const shape = { n, first, size };
    context.dispatch(kernels.block(few), { lower, status }, { ...shape, batch }, [Math.ceil(batch / few)], (size ** 3 / 3) * batch);
    const rest = n - first - size;
    if (rest === 0) break;
    const strips = Math.ceil(rest / stripRows);
    context.dispatch(kernels.strip(few), { lower }, shape, [Math.ceil(strips / few), 1, batch], rest * size * size * batch);
    const tiles = Math.ceil(rest / tileSide);
    const count = (tiles * (tiles + 1)) / 2;
    context.dispatch(kernels.update(many), { lower }, shape, [Math.ceil(count / many), 1, batch], rest * rest * size * batch);
  }
}

/** A factor whose pivots' verdict waits on the device. */
export class GpuFactor implements Factor {
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
  context.dispatch(kernels.triangle(), { matrix: own(a), lower, status }, { n }, [Math.ceil(quads / 64), 1, a.batch], n * n * a.batch);
  factorInPlace(context, lower, status);
  return new GpuFactor(context, lower, status);
}
