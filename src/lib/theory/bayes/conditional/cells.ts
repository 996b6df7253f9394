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
 * About `want` of n points [n, r], evenly spread over them: the points are halved again and again at the median along the axis on which they
 * spread most, and one of each cell is taken by chance. Averages over those chosen are unbiased, and keep the populations of all. n is
 * cut into cells of equal size, so that all count alike. Cost n log² n.
 */
export function chooseEvenly(points: Float64Array, rank: number, want: number, seed: number): Chosen {
  const count = points.length / rank;
  let cells: Uint32Array[] = [Uint32Array.from({ length: count }, (_, i) => i)];
  while (cells.length * 2 <= want && cells[0]!.length % 2 === 0) cells = cells.flatMap((cell) => halves(points, rank, cell));
  const chance = uniforms(cells.length, { seed, stream: streams.wells, step: 8191 });
  const of = new Uint32Array(count);
  const chosen = new Float64Array(cells.length * rank);
  cells.forEach((cell, k) => {
    const one = cell[Math.floor(chance[k]! * cell.length)]!;
    chosen.set(points.subarray(one * rank, (one + 1) * rank), k * rank);
    for (const i of cell) of[i] = k;
  });
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
  return [sorted.subarray(0, cell.length / 2), sorted.subarray(cell.length / 2)];
}
