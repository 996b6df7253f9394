import type { Factor, Matrix } from '$lib/backend/backend';
import cornerSource from '$shaders/linalg/corner.wgsl?raw';
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
/** Rows solved before the rest is updated, where one invocation a column tile would leave the machine idle. */
const block = 64;
/** Longest system that is walked in one go by so few invocations as there are. */
const walked = 160;

const shape = { n: d.u32, m: d.u32, start: d.u32, stop: d.u32 };
const passes = { firstPass: d.u32, lastPass: d.u32 };

const kernels = {
  tiles: (lanes: number) =>
    defineKernel({
      name: 'substitution by tiles',
      sources: [tileSource, cornerSource, tilesSource],
      reads: ['lower'],
      writes: ['solution'],
      parameters: { ...shape, ...passes, unit: d.u32 },
      constants: { LANES: lanes },
    }),
  vector: (lanes: number) =>
    defineKernel({
      name: 'substitution by columns',
      sources: [vectorSource],
      reads: ['lower'],
      writes: ['solution'],
      parameters: { ...shape, ...passes, batch: d.u32 },
      constants: { LANES: lanes },
    }),
  update: (lanes: number, rows: number) =>
    defineKernel({
      name: 'substitution update',
      sources: [tileSource, updateSource],
      reads: ['lower'],
      writes: ['solution'],
      parameters: { ...shape, transposed: d.u32 },
      constants: { LANES: lanes, ROWS: rows },
    }),
};

/** Which triangular systems are solved one after another: L, Lᵀ, or both. */
export type Passes = 'lower' | 'transposed' | 'both';

const range = { lower: [0, 0], transposed: [1, 1], both: [0, 1] } as const;

/**
 * Overwrites `solution` [batch, n, m] by L⁻¹ X, L⁻ᵀ X or A⁻¹ X; `lower` [batch or 1, n, n]. Columns are independent, so the whole
 * of it is one dispatch where they keep the machine busy; otherwise blocks of 64 rows, each followed by an update of the rest.
 */
export function substituteInPlace(context: Context, lower: Matrix, solution: GpuMatrix, which: Passes): void {
  const { batch, rows: n, columns: m } = solution;
  if (m === 0) return;
  const columns = m <= fewColumns ? m : Math.ceil(m / tileSide);
  const enough = context.tuning.cholesky === 'registers' ? 8 : 4096;
  if (n <= walked || columns * batch >= enough) {
    walk(context, lower, solution, range[which], 0, n);
    return;
  }
  const [firstPass, lastPass] = range[which];
  const [lanes, rows] = context.tuning.cholesky === 'registers' ? (m <= tileSide ? [1, 4] : [4, 4]) : [8, 8];
  for (let pass = firstPass; pass <= lastPass; pass++) {
    for (let start = 0; start < n; start += block) {
      const stop = Math.min(start + block, n);
      walk(context, lower, solution, [pass, pass], start, stop);
      if (stop === n) break;
      context.dispatch(
        kernels.update(lanes, rows),
        { lower, solution },
        { n, m, start, stop, transposed: pass },
        [Math.ceil(Math.ceil(m / tileSide) / lanes), Math.ceil(Math.ceil((n - stop) / tileSide) / rows), batch],
        2 * (n - stop) * (stop - start) * m * batch,
      );
    }
  }
}

/** Substitution through rows `start … stop−1`, by whichever kernel suits the number of columns. */
function walk(
  context: Context,
  lower: Matrix,
  solution: GpuMatrix,
  [firstPass, lastPass]: readonly [number, number],
  start: number,
  stop: number,
): void {
  const { batch, rows: n, columns: m } = solution;
  const lanes = context.tuning.cholesky === 'registers' ? 4 : 32;
  const given = { n, m, start, stop, firstPass, lastPass };
  const work = (stop - start) ** 2 * m * batch * (lastPass - firstPass + 1);
  if (m <= fewColumns) {
    context.dispatch(kernels.vector(lanes), { lower, solution }, { ...given, batch }, [Math.ceil((m * batch) / lanes)], work);
  } else {
    const groups = Math.ceil(Math.ceil(m / tileSide) / lanes);
    context.dispatch(kernels.tiles(lanes), { lower, solution }, { ...given, unit: 0 }, [groups, 1, batch], work);
  }
}

/** L⁻¹ for `lower` [batch, n, n]: lower triangular, zeros above. n³/6 multiply–adds: the zeros of the identity are not touched. */
export function invertLower(context: Context, lower: GpuMatrix): GpuMatrix {
  const { batch, rows: n } = lower;
  const lanes = context.tuning.cholesky === 'registers' ? 4 : 32;
  const solution = context.zeros(lower);
  const given = { n, m: n, start: 0, stop: n, firstPass: 0, lastPass: 0, unit: 1 };
  const groups = Math.ceil(Math.ceil(n / tileSide) / lanes);
  context.dispatch(kernels.tiles(lanes), { lower, solution }, given, [groups, 1, batch], (n ** 3 / 3) * batch);
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
