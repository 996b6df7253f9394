import { Problem } from '$lib/base/problem';
import type { Factor, Matrix } from '$lib/backend/backend';
import { expectShape } from '$lib/backend/shapes';
import type { Engine } from '../engine';
import { CpuMatrix, own } from '../matrix';
import { blockScratch, triangleBlocks } from './blocks';

/** Rows copied at a time. */
const high = 64;
/** Columns of a panel, and rows and columns of the blocks beside it. */
const panel = 96;
/** Systems of up to so many rows, and of any size where there are so many of them, are factored each by one thread. */
const smallRows = 160;
const manySystems = 16;

/** A = L Lᵀ for every batch entry, see `Backend.cholesky`. How it is cut does not depend on the threads. */
export const cholesky = (engine: Engine, a: Matrix): Factor => {
  expectShape(a, a.rows, a.rows, 'cholesky');
  if (a.rows === 0) throw new Problem('cholesky: the matrix must have at least one row, got 0');
  const { batch, rows: n } = a;
  const lower = CpuMatrix.make(engine, { batch, rows: n, columns: n });
  using failed = engine.memory.take(4 * batch);
  engine.run('lowerOf', { tasks: batch * Math.ceil(n / high), each: high * n }, lower.address, own(a).address, n, high);
  if (n <= smallRows || batch >= manySystems)
    engine.run('cholesky', { tasks: batch, each: n ** 3 / 3, scratch: blockScratch }, lower.address, n, failed.address);
  else inPanels(engine, lower, failed.address);
  const failures = engine.memory.integers(failed.address, batch).slice();
  failures.forEach((pivot, entry) => {
    if (pivot >= 0) spoil(lower.values.subarray(entry * n * n, (entry + 1) * n * n), n, pivot);
  });
  return {
    lower,
    failures: () => Promise.resolve(failures.slice()),
    [Symbol.dispose]: () => lower[Symbol.dispose](),
  };
};

const inPanels = (engine: Engine, { batch, rows: n, address }: CpuMatrix, failures: number): void => {
  engine.memory.integers(failures, batch).fill(-1);
  for (let left = 0; left < n; left += panel) {
    const right = Math.min(n, left + panel);
    const width = right - left;
    const given = [address, n, failures, left, right];
    engine.run('choleskyDiagonal', { tasks: batch, each: width ** 3 / 3, scratch: blockScratch }, ...given);
    if (right === n) return;
    const below = Math.ceil((n - right) / panel);
    engine.run('choleskyPanel', { tasks: batch * below, each: panel * width ** 2, scratch: blockScratch }, ...given, panel);
    const blocks = batch * triangleBlocks(n - right, panel);
    engine.run('choleskyRest', { tasks: blocks, each: 2 * panel ** 2 * width, scratch: blockScratch }, ...given, panel);
  }
};

/** From the pivot that failed on the factor is not-a-number, so that no solve with it can pass for an answer. */
const spoil = (lower: Float64Array, n: number, pivot: number): void => {
  for (let i = 0; i < n; i++) {
    if (i >= pivot) lower.fill(NaN, i * n, i * n + i + 1);
    lower.fill(0, i * n + i + 1, (i + 1) * n);
  }
};
