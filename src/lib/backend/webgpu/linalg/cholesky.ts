import type { Factor, Matrix } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import blockSource from '$shaders/linalg/cholesky_block.wgsl?raw';
import blockSharedSource from '$shaders/linalg/cholesky_block_shared.wgsl?raw';
import stripSource from '$shaders/linalg/cholesky_strip.wgsl?raw';
import stripSharedSource from '$shaders/linalg/cholesky_strip_shared.wgsl?raw';
import updateSource from '$shaders/linalg/cholesky_update.wgsl?raw';
import updateSharedSource from '$shaders/linalg/cholesky_update_shared.wgsl?raw';
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
/** Lanes of a workgroup for long invocations (a SIMD word of a software adapter) and for short ones. */
const few = 4;
const many = 16;

/** The variant for real GPUs: invocations of a workgroup, and sides of a workgroup's tile of the update. */
const sharedLanes = 64;
const sharedSide = 64;
/** Stride of the panel's block in workgroup memory: one more than its columns keeps a column out of one memory bank. */
const sharedStride = panel + 1;

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
  block: () =>
    defineKernel({
      name: 'cholesky of a block',
      sources: [tileSource, cornerSource, stripHelpers, blockSource],
      reads: [],
      writes: ['lower', 'status'],
      types: { status: d.i32 },
      parameters: { ...blockShape, batch: d.u32 },
      constants: { LANES: few },
    }),
  strip: () =>
    defineKernel({
      name: 'cholesky of a strip',
      sources: [tileSource, cornerSource, stripHelpers, stripSource],
      reads: [],
      writes: ['lower'],
      parameters: blockShape,
      constants: { LANES: few },
    }),
  update: () =>
    defineKernel({
      name: 'cholesky update',
      sources: [tileSource, updateSource],
      reads: [],
      writes: ['lower'],
      parameters: blockShape,
      constants: { LANES: many },
    }),
  blockShared: () =>
    defineKernel({
      name: 'cholesky of a block, shared',
      sources: [tileSource, cornerSource, blockSharedSource],
      reads: [],
      writes: ['lower', 'status'],
      types: { status: d.i32 },
      parameters: { ...blockShape, batch: d.u32 },
      constants: { LANES: sharedLanes, SIDE: sharedStride, BLOCK_ENTRIES: panel * sharedStride },
    }),
  stripShared: () =>
    defineKernel({
      name: 'cholesky of a strip, shared',
      sources: [stripSharedSource],
      reads: [],
      writes: ['lower'],
      parameters: blockShape,
      constants: { LANES: sharedLanes, SIDE: sharedStride, BLOCK_ENTRIES: panel * sharedStride },
    }),
  updateShared: () =>
    defineKernel({
      name: 'cholesky update, shared',
      sources: [tileSource, updateSharedSource],
      reads: [],
      writes: ['lower'],
      parameters: blockShape,
    }),
};

/** Tiles of the lower triangle of `rows` rows. */
const tilesOf = (rows: number, side: number): number => (Math.ceil(rows / side) * (Math.ceil(rows / side) + 1)) / 2;

/** The three kernels of a panel in the variant of the adapter, and the workgroups they take. */
const variants = {
  registers: {
    block: kernels.block,
    strip: kernels.strip,
    update: kernels.update,
    blockGroups: (batch: number) => Math.ceil(batch / few),
    stripGroups: (rows: number) => Math.ceil(Math.ceil(rows / stripRows) / few),
    updateGroups: (rows: number) => Math.ceil(tilesOf(rows, tileSide) / many),
    whole: (n: number, batch: number) => n <= (batch >= 4 ? aloneInBatch : alone),
  },
  shared: {
    block: kernels.blockShared,
    strip: kernels.stripShared,
    update: kernels.updateShared,
    blockGroups: (batch: number) => batch,
    stripGroups: (rows: number) => Math.ceil(rows / sharedLanes),
    updateGroups: (rows: number) => tilesOf(rows, sharedSide),
    whole: (n: number) => n <= panel,
  },
} as const;

/**
 * Overwrites `lower` [batch, n, n], whose lower triangle holds A, by its Cholesky factor; what is above the diagonal is not touched.
 * Right-looking with panels of 32 columns: three dispatches a panel whatever the batch, one altogether for small systems.
 * `status` [batch, 1, 1] (i32, −1 before) receives the first bad pivot; what depends on it becomes not-a-number.
 * The variant (registers and no barriers, or workgroup memory) is that of the products, `context.tuning.product`.
 */
export function factorInPlace(context: Context, lower: GpuMatrix, status: GpuMatrix): void {
  const { batch, rows: n } = lower;
  const variant = variants[context.tuning.product];
  const width = variant.whole(n, batch) ? n : panel;
  for (let first = 0; first < n; first += width) {
    const size = Math.min(width, n - first);
    const shape = { n, first, size };
    context.dispatch(variant.block(), { lower, status }, { ...shape, batch }, [variant.blockGroups(batch)], (size ** 3 / 3) * batch);
    const rest = n - first - size;
    if (rest === 0) break;
    context.dispatch(variant.strip(), { lower }, shape, [variant.stripGroups(rest), 1, batch], rest * size * size * batch);
    context.dispatch(variant.update(), { lower }, shape, [variant.updateGroups(rest), 1, batch], rest * rest * size * batch);
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
