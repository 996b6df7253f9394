import blockSource from '$shaders/linalg/cholesky_block.wgsl?raw';
import stripSource from '$shaders/linalg/cholesky_strip.wgsl?raw';
import updateSource from '$shaders/linalg/cholesky_update.wgsl?raw';
import cornerSource from '$shaders/linalg/corner.wgsl?raw';
import stripHelpers from '$shaders/linalg/strip.wgsl?raw';
import tileSource from '$shaders/linalg/tile.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import type { GpuMatrix } from '../matrix';

/** Columns factored before the rest is updated, even numbers: few where one block is waited for by all, more where that matters less. */
const panels = { narrow: 32, wide: 64 };
const wideFrom = 512;
/** Largest system one invocation factors alone: in a batch that fills the lanes, and by itself. */
const aloneInBatch = 64;
const alone = 32;
const fullBatch = 4;
/** Rows of an invocation of the strip kernel, and sides of a tile of the update kernel. */
const stripRows = 8;
const tileSide = 8;
/** Lanes of a workgroup: a SIMD word of a software adapter where invocations are long, more where they are short. */
const few = 4;
const many = 16;

const parameters = { n: d.u32, first: d.u32, size: d.u32 };

const block = () =>
  defineKernel({
    name: 'cholesky of a block',
    sources: [tileSource, cornerSource, stripHelpers, blockSource],
    reads: [],
    writes: ['lower', 'status'],
    types: { status: d.i32 },
    parameters: { ...parameters, batch: d.u32 },
    constants: { LANES: few },
  });

const strip = () =>
  defineKernel({
    name: 'cholesky of a strip',
    sources: [tileSource, cornerSource, stripHelpers, stripSource],
    reads: [],
    writes: ['lower', 'packed'],
    types: { packed: d.vec4f },
    parameters,
    constants: { LANES: few },
  });

const update = () =>
  defineKernel({
    name: 'cholesky update',
    sources: [tileSource, updateSource],
    reads: ['packed'],
    writes: ['lower'],
    types: { packed: d.vec4f },
    parameters,
    constants: { LANES: many },
  });

/** Cholesky in place without workgroup memory or barriers, see `factorInPlace`: for software adapters, and where it runs fast enough. */
export function factorByRegisters(context: Context, lower: GpuMatrix, status: GpuMatrix): void {
  const { batch, rows: n } = lower;
  const blockGroups = Math.ceil(batch / few);
  if (n <= (batch >= fullBatch ? aloneInBatch : alone)) {
    context.dispatch(block(), { lower, status }, { n, first: 0, size: n, batch }, [blockGroups], (n ** 3 / 3) * batch);
    return;
  }
  const panel = batch >= fullBatch || n >= wideFrom ? panels.wide : panels.narrow;
  using packed = context.empty({ batch, rows: Math.ceil(n / 4) * 4, columns: panel });
  for (let first = 0; first < n; first += panel) {
    const size = Math.min(panel, n - first);
    const shape = { n, first, size };
    context.dispatch(block(), { lower, status }, { ...shape, batch }, [blockGroups], (size ** 3 / 3) * batch);
    const rest = n - first - size;
    if (rest === 0) break;
    const strips = Math.ceil(rest / stripRows);
    context.dispatch(strip(), { lower, packed }, shape, [Math.ceil(strips / few), 1, batch], rest * size * size * batch);
    const tiles = Math.ceil(rest / tileSide);
    const groups = Math.ceil((tiles * (tiles + 1)) / 2 / many);
    context.dispatch(update(), { lower, packed }, shape, [groups, 1, batch], rest * rest * size * batch);
  }
}
