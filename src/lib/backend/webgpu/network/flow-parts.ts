import type { Matrix } from '$lib/backend/backend';
import type { Context } from '../context';
import { own, type GpuMatrix } from '../matrix';

/** Some particles of some sweep points: what one dispatch moves. Of several points it is all particles, for those of a part lie together. */
export interface Part {
  readonly entry: number;
  readonly entries: number;
  readonly first: number;
  readonly count: number;
}

/**
 * All particles of all points in parts of at most `limit` operations, where one particle of one point is `workEach`. Kernels work on `tile` particles
 * at a time: a cut between those changes no sum.
 */
export function partsOf(batch: number, particles: number, workEach: number, limit: number, tile: number): Part[] {
  if (workEach * particles * batch <= limit) return [{ entry: 0, entries: batch, first: 0, count: particles }];
  const together = Math.max(1, Math.floor(limit / workEach / tile)) * tile;
  return Array.from({ length: batch }, (_, entry) =>
    Array.from({ length: Math.ceil(particles / together) }, (_unused, i) => ({
      entry,
      entries: 1,
      first: i * together,
      count: Math.min(together, particles - i * together),
    })),
  ).flat();
}

/** A part's entries of a matrix that has nothing a particle, [B or 1, rows, columns]; a view. */
export function entriesOf(context: Context, matrix: Matrix, { entry, entries }: Part): GpuMatrix {
  const { batch, rows, columns } = matrix;
  const shared = batch === 1;
  return context.view(own(matrix), { batch: shared ? 1 : entries, rows, columns }, shared ? 0 : entry * rows * columns);
}

/** A part's rows of a matrix with one a particle, [B or 1, M, columns], or of B of its entries from `from` on; a view. */
export function partOf(context: Context, matrix: Matrix, { entry, entries, first, count }: Part, from = 0): GpuMatrix {
  const { batch, rows, columns } = matrix;
  const shared = batch === 1;
  const start = ((shared ? 0 : from + entry) * rows + first) * columns;
  return context.view(own(matrix), { batch: shared ? 1 : entries, rows: count, columns }, start);
}
