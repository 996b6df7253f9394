import type { Factor, Matrix } from '$lib/backend/backend';
import { commonBatch, expectShape } from '$lib/backend/shapes';
import type { Engine } from '../engine';
import { CpuMatrix, own } from '../matrix';
import { blockScratch, triangleBlocks } from './blocks';

/** Columns of L⁻¹ made at a time, and rows and columns of the blocks of A⁻¹. */
const inverseStrip = 48;
const inverseBlock = 96;

/** What is solved: L x = b, Lᵀ x = b, or one after the other. */
const ways = { lower: 1, transposed: 2, both: 3 } as const;

/** Columns that one task solves, a multiple of eight, so that how they are cut changes nothing. */
const stripOf = (columns: number, batch: number, threads: number): number => {
  const strips = Math.ceil((2 * threads) / batch);
  return Math.min(144, Math.max(32, Math.ceil(columns / strips / 8) * 8));
};

const solved = (engine: Engine, factor: Factor, b: Matrix, way: keyof typeof ways): CpuMatrix => {
  const lower = own(factor.lower);
  const n = lower.rows;
  const right = own(b);
  expectShape(b, n, b.columns, 'the right side of solve');
  const out = CpuMatrix.make(engine, { batch: commonBatch(lower, b), rows: n, columns: b.columns });
  const { values } = out;
  if (right.batch === out.batch) values.set(right.values);
  else for (let entry = 0; entry < out.batch; entry++) values.set(right.values, entry * n * b.columns);
  const wide = stripOf(b.columns, out.batch, engine.threads);
  engine.run(
    'triangularSolve',
    {
      tasks: out.batch * Math.ceil(b.columns / wide),
      each: n * n * Math.min(wide, b.columns) * (way === 'both' ? 2 : 1),
      scratch: Math.max(blockScratch, 8 * n),
    },
    ...[lower.address, lower.stride, n, out.address, b.columns, wide, ways[way]],
  );
  return out;
};

/** A⁻¹ b. */
export const solve = (engine: Engine, factor: Factor, b: Matrix): CpuMatrix => solved(engine, factor, b, 'both');

/** L⁻¹ b, or L⁻ᵀ b. */
export const solveLower = (engine: Engine, factor: Factor, b: Matrix, transposed = false): CpuMatrix =>
  solved(engine, factor, b, transposed ? 'transposed' : 'lower');

/** A⁻¹ = L⁻ᵀ L⁻¹, symmetric to the last bit. */
export const inverse = (engine: Engine, factor: Factor): CpuMatrix => {
  const lower = own(factor.lower);
  const { batch, rows: n } = lower;
  const out = CpuMatrix.make(engine, lower);
  using triangle = engine.room(batch * n * n);
  engine.run(
    'triangularInverse',
    { tasks: batch * Math.ceil(n / inverseStrip), each: (n * n * inverseStrip) / 2, scratch: blockScratch },
    ...[triangle.address, lower.address, n, inverseStrip],
  );
  engine.run(
    'gramOfLower',
    { tasks: batch * triangleBlocks(n, inverseBlock), each: inverseBlock ** 2 * n, scratch: blockScratch },
    ...[out.address, triangle.address, n, inverseBlock],
  );
  return out;
};

/** log det A = 2 Σ log Lᵢᵢ, [batch, 1, 1]. */
export const logDeterminant = (engine: Engine, factor: Factor): CpuMatrix => {
  const lower = own(factor.lower);
  const n = lower.rows;
  const out = CpuMatrix.make(engine, { batch: lower.batch, rows: 1, columns: 1 });
  const [from, to] = [lower.values, out.values];
  for (let entry = 0; entry < out.batch; entry++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.log(from[(entry * n + i) * n + i]!);
    to[entry] = 2 * sum;
  }
  return out;
};
