import type { Factor, Matrix } from '$lib/backend/backend';
import cornerSource from '$shaders/linalg/corner.wgsl?raw';
import walkSource from '$shaders/linalg/substitution_walk.wgsl?raw';
import tilesSource from '$shaders/linalg/substitution.wgsl?raw';
import updateSource from '$shaders/linalg/substitution_update.wgsl?raw';
import vectorSource from '$shaders/linalg/substitution_vector.wgsl?raw';
import tileSource from '$shaders/linalg/tile.wgsl?raw';
import * as d from 'typegpu/data';
import type { Context } from '../context';
import { defineKernel } from '../kernel';
import { commonBatch, own, shapeText, type GpuMatrix } from '../matrix';

/** Columns of an invocation of the tile kernel, and sides of a tile of the update kernel. */
const tileSide = 8;
/** Up to so many right-hand sides an invocation takes one column each. */
const fewColumns = 3;
/** Rows solved before the rest is updated: a multiple of the side of a tile. */
const block = 64;
/** Longest system that is walked in one go by so few invocations as there are. */
const walked = 160;

const shape = { n: d.u32, m: d.u32, start: d.u32, stop: d.u32 };
const passes = { firstPass: d.u32, lastPass: d.u32 };

const kernels = {
  tiles: (lanes: number) =>
    defineKernel({
      name: 'substitution by tiles',
      sources: [tileSource, cornerSource, walkSource, tilesSource],
      reads: ['lower'],
      writes: ['solution'],
      parameters: { ...shape, ...passes, columns: d.u32, unit: d.u32 },
      constants: { LANES: lanes },
    }),
  vector: (lanes: number) =>
    defineKernel({
      name: 'substitution by columns',
      sources: [walkSource, vectorSource],
      reads: ['lower'],
      writes: ['solution'],
      parameters: { ...shape, ...passes, batch: d.u32 },
      constants: { LANES: lanes },
    }),
  update: (lanes: number, rows: number) =>
    defineKernel({
      name: 'substitution update',
      sources: [tileSource, walkSource, updateSource],
      reads: ['lower'],
      writes: ['solution'],
      parameters: { ...shape, columns: d.u32, transposed: d.u32 },
      constants: { LANES: lanes, ROWS: rows },
    }),
};

/** Which triangular systems are solved one after another: L, Lᵀ, or both. */
export type Passes = 'lower' | 'transposed' | 'both';

const range = { lower: [0, 0], transposed: [1, 1], both: [0, 1] } as const;

const byRegisters = (context: Context): boolean => context.tuning.cholesky === 'registers';

/**
 * Overwrites `solution` [batch, n, m] by L⁻¹ X, L⁻ᵀ X or A⁻¹ X; `lower` [batch or 1, n, n]. One dispatch for short systems, and where
 * columns, which know nothing of each other, keep the machine busy; otherwise blocks of 64 rows, each followed by an update of the rest:
 * on a software adapter the update, which reads less for what it computes, is the faster part as soon as there are tiles of columns.
 */
export function substituteInPlace(context: Context, lower: Matrix, solution: GpuMatrix, which: Passes): void {
  const { batch, rows: n, columns: m } = solution;
  if (m === 0) return;
  const few = m <= fewColumns;
  const busy = byRegisters(context) ? few && m * batch >= 8 : (few ? m : Math.ceil(m / tileSide)) * batch >= 4096;
  const [firstPass, lastPass] = range[which];
  if (n <= walked || busy) {
    walk(context, lower, solution, { start: 0, stop: n, firstPass, lastPass });
    return;
  }
  for (let pass = firstPass; pass <= lastPass; pass++) {
    for (let start = 0; start < n; start += block) {
      const stop = Math.min(start + block, n);
      walk(context, lower, solution, { start, stop, firstPass: pass, lastPass: pass });
      update(context, lower, solution, { start, stop, transposed: pass });
    }
  }
}

/** Substitution through rows `start … stop−1` of all columns, by whichever kernel suits their number. */
function walk(
  context: Context,
  lower: Matrix,
  solution: GpuMatrix,
  rows: { readonly start: number; readonly stop: number; readonly firstPass: number; readonly lastPass: number },
): void {
  const { batch, rows: n, columns: m } = solution;
  if (m > fewColumns) {
    walkTiles(context, lower, solution, { ...rows, columns: m, unit: 0 });
    return;
  }
  const lanes = byRegisters(context) ? 4 : 32;
  const work = (rows.stop - rows.start) ** 2 * m * batch * (rows.lastPass - rows.firstPass + 1);
  context.dispatch(kernels.vector(lanes), { lower, solution }, { n, m, ...rows, batch }, [Math.ceil((m * batch) / lanes)], work);
}

/** The same for the first `columns` columns, eight an invocation; with `unit` = 1 those of the identity from column `start` on. */
function walkTiles(
  context: Context,
  lower: Matrix,
  solution: GpuMatrix,
  given: Readonly<Record<'start' | 'stop' | 'firstPass' | 'lastPass' | 'columns' | 'unit', number>>,
): void {
  const { batch, rows: n, columns: m } = solution;
  const lanes = byRegisters(context) ? 4 : 32;
  const groups = Math.ceil(Math.ceil(given.columns / tileSide) / lanes);
  const work = (given.stop - given.start) ** 2 * given.columns * batch * (given.lastPass - given.firstPass + 1);
  context.dispatch(kernels.tiles(lanes), { lower, solution }, { n, m, ...given }, [groups, 1, batch], work);
}

/** Takes what the solved rows `start … stop−1` leave away from the rows after them, in the first `columns` columns. */
function update(
  context: Context,
  lower: Matrix,
  solution: GpuMatrix,
  { start, stop, transposed, columns = solution.columns }: { start: number; stop: number; transposed: number; columns?: number },
): void {
  const { batch, rows: n, columns: m } = solution;
  if (stop === n) return;
  const [lanes, rows] = byRegisters(context) ? (columns <= tileSide ? [1, 4] : [4, 4]) : [8, 8];
  context.dispatch(
    kernels.update(lanes, rows),
    { lower, solution },
    { n, m, start, stop, columns, transposed },
    [Math.ceil(Math.ceil(columns / tileSide) / lanes), Math.ceil(Math.ceil((n - stop) / tileSide) / rows), batch],
    2 * (n - stop) * (stop - start) * columns * batch,
  );
}

/** L⁻¹ for `lower` [batch, n, n]: lower triangular, zeros above. n³/6 multiply–adds: the zeros of the identity are not touched. */
export function invertLower(context: Context, lower: GpuMatrix): GpuMatrix {
  const { rows: n } = lower;
  const solution = context.zeros(lower);
  const step = n <= walked || !byRegisters(context) ? n : block;
  for (let start = 0; start < n; start += step) {
    const stop = Math.min(start + step, n);
    walkTiles(context, lower, solution, { start, stop, firstPass: 0, lastPass: 0, columns: stop, unit: 1 });
    update(context, lower, solution, { start, stop, transposed: 0, columns: stop });
  }
  return solution;
}

/** A copy of `matrix` with `batch` entries, an entry of batch 1 repeated. */
function repeated(context: Context, matrix: GpuMatrix, batch: number): GpuMatrix {
  const copy = context.empty({ batch, rows: matrix.rows, columns: matrix.columns });
  for (let start = 0; start < copy.elements; start += Math.max(1, matrix.elements)) context.copy(matrix, copy, start);
  return copy;
}

/**
 * A⁻¹ b (`both`), L⁻¹ b (`lower`) or L⁻ᵀ b (`transposed`) for b [·, n, m], batches broadcast. A factor that failed gives not-a-number
 * from the bad pivot on.
 */
export function substitute(context: Context, factor: Factor, b: Matrix, which: Passes): GpuMatrix {
  const { lower } = factor;
  if (b.rows !== lower.rows) throw new Error(`solve: ${shapeText(lower)} and ${shapeText(b)} do not fit`);
  const solution = repeated(context, own(b), commonBatch(lower, b));
  substituteInPlace(context, lower, solution, which);
  return solution;
}
