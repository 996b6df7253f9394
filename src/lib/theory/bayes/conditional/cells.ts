import { uniforms } from '$lib/base/philox';
import { streams } from '$lib/base/random';

/** Points that stand for others near them. */
export interface Chosen {
  /** Those that stand for others, [k, r]. */
  readonly points: Float64Array;
  /** Of each point the number of the one that stands for it, [n]. */
  readonly of: Uint32Array;
}

/**
 * At most `want` of n points [n, r], evenly spread over them: the points are halved again and again at the median along the axis on which they
 * spread most, which puts near ones one after the other; of that order equal stretches are cut, a point by parts where they do not divide, and of
 * each one is taken by chance. All count alike, averages over those chosen are unbiased, and the populations of all are kept. Cost n log² n.
 */
export function chooseEvenly(points: Float64Array, rank: number, want: number, seed: number, stream: number = streams.wells): Chosen {
  const count = points.length / rank;
  const cut = Math.max(1, Math.min(count, Math.floor(want)));
  let cells: Uint32Array[] = [Uint32Array.from({ length: count }, (_, i) => i)];
  while (cells.length < cut) cells = cells.flatMap((cell) => (cell.length > 1 ? halves(points, rank, cell) : [cell]));
  const chance = uniforms(cut, { seed, stream, step: 8191 });
  const of = new Uint32Array(count);
  const chosen = new Float64Array(cut * rank);
  const order = cells.flatMap((cell) => [...cell]);
  for (let k = 0; k < cut; k++) {
    const one = order[Math.min(count - 1, Math.floor(((k + chance[k]!) * count) / cut))]!;
    chosen.set(points.subarray(one * rank, (one + 1) * rank), k * rank);
  }
  order.forEach((i, at) => (of[i] = Math.floor(((at + 0.5) * cut) / count)));
  return { points: chosen, of };
}

function halves(points: Float64Array, rank: number, cell: Uint32Array): [Uint32Array, Uint32Array] {
  let axis = 0;
  let widest = -1;
  for (let j = 0; j < rank; j++) {
    let mean = 0;
    let square = 0;
    for (const i of cell) {
      mean += points[i * rank + j]! / cell.length;
      square += points[i * rank + j]! ** 2 / cell.length;
    }
    if (square - mean * mean > widest) [axis, widest] = [j, square - mean * mean];
  }
  const sorted = cell.slice().sort((a, b) => points[a * rank + axis]! - points[b * rank + axis]!);
  const middle = cell.length >> 1;
  return [sorted.subarray(0, middle), sorted.subarray(middle)];
}
