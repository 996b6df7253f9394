import blockSource from '$shaders/linalg/cholesky_block_shared.wgsl?raw';
import stripSource from '$shaders/linalg/cholesky_strip_shared.wgsl?raw';
import updateSource from '$shaders/linalg/cholesky_update_shared.wgsl?raw';
import cornerSource from '$shaders/linalg/corner.wgsl?raw';
import tileSource from '$shaders/linalg/tile.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import type { GpuMatrix } from '../matrix';

/** Columns factored before the rest is updated. */
const panel = 32;
/** Stride of the panel's block in workgroup memory: one more than its columns keeps a column out of one memory bank. */
const stride = panel + 1;
/** Invocations of a workgroup of the block and strip kernels; a strip has one row each. */
const lanes = 64;
/** Side of a workgroup's tile of the update, as `side` in its WGSL. */
const tileSide = 64;

const parameters = { n: d.u32, first: d.u32, size: d.u32 };
const constants = { LANES: lanes, SIDE: stride, BLOCK_ENTRIES: panel * stride };

const block = () =>
  defineKernel({
    name: 'cholesky of a block, shared',
    sources: [tileSource, cornerSource, blockSource],
    reads: [],
    writes: ['lower', 'status'],
    types: { status: d.i32 },
    parameters,
    constants,
  });

const strip = () =>
  defineKernel({ name: 'cholesky of a strip, shared', sources: [stripSource], reads: [], writes: ['lower'], parameters, constants });

const update = () =>
  defineKernel({ name: 'cholesky update, shared', sources: [tileSource, updateSource], reads: [], writes: ['lower'], parameters });

/** Cholesky in place with blocks and tiles in workgroup memory, see `factorInPlace`: for real GPUs. */
export function factorBySharedTiles(context: Context, lower: GpuMatrix, status: GpuMatrix): void {
  const { batch, rows: n } = lower;
  for (let first = 0; first < n; first += panel) {
    const size = Math.min(panel, n - first);
    const shape = { n, first, size };
    context.dispatch(block(), { lower, status }, shape, [batch], (size ** 3 / 3) * batch);
    const rest = n - first - size;
    if (rest === 0) break;
    context.dispatch(strip(), { lower }, shape, [Math.ceil(rest / lanes), 1, batch], rest * size * size * batch);
    const tiles = Math.ceil(rest / tileSide);
    context.dispatch(update(), { lower }, shape, [(tiles * (tiles + 1)) / 2, 1, batch], rest * rest * size * batch);
  }
}
