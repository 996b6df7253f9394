import type { OuterRows } from '$lib/backend/backend';
import { outerOperand, outerSizes } from '$lib/backend/walker-shapes';
import type { Engine } from '../engine';
import { own } from '../matrix';
import { inPieces } from '../network/pieces';

/** Rows of a chunk at least, a multiple of `block` of `assembly/network/outer.ts`, and chunks of an entry at most. */
const block = 128;
const leastRows = 512;
const mostChunks = 16;

/** See `Backend.outerMeans`; yields between pieces. */
export function* outerMeans(engine: Engine, pairs: readonly (readonly [OuterRows, OuterRows])[]): Generator<undefined, Float64Array[]> {
  const { rows, batches } = outerSizes(pairs);
  if (pairs.length === 0) return [];
  const chunkRows = Math.max(leastRows, Math.ceil(rows / mostChunks / block) * block);
  const chunksEach = Math.max(1, Math.ceil(rows / chunkRows));
  const chunks = chunksEach * Math.max(...batches);
  const operands = pairs.map((pair) => pair.map(outerOperand));
  const widths = operands.map((two) => two.map(({ matrix }) => matrix.columns) as [number, number]);
  const widest = Math.max(...widths.flat());
  const slot = Math.max(...widths.map(([p, q]) => p * q));
  using records = engine.numbers([
    ...operands.flat().flatMap(({ matrix, apart }) => {
      const held = own(matrix);
      return [held.address, held.columns, held.stride, apart ? 1 : 0];
    }),
    ...batches,
  ]);
  using sums = engine.room(pairs.length * chunks * slot);
  yield* inPieces(
    engine,
    'outerSums',
    { tasks: pairs.length * chunks, each: 2 * chunkRows * slot, scratch: 2 * block * 8 * widest },
    ...[records.address, records.address + 64 * pairs.length, chunks, chunksEach, chunkRows, rows, widest, 8 * slot, sums.address],
  );
  const found = engine.memory.numbers(sums.address, pairs.length * chunks * slot);
  return widths.map(([p, q], pair) => {
    const batch = batches[pair]!;
    const size = p * q;
    const mean = new Float64Array(size);
    const first = pair * chunks;
    for (let at = first * slot; at < (first + chunksEach * batch) * slot; at += slot)
      for (let i = 0; i < size; i++) mean[i]! += found[at + i]!;
    const share = 1 / (batch * rows);
    for (let i = 0; i < size; i++) mean[i]! *= share;
    return mean;
  });
}
