import { inBatches } from '$lib/cells/batches';
import { describe, expect, it } from 'vitest';

describe('inBatches', () => {
  it('answers every point at its place, one batch for those alike', async () => {
    const batches: number[][] = [];
    const results = await inBatches(
      [3, 1, 4, 1, 5, 9, 2, 6],
      (a, b) => a % 2 === b % 2,
      (first, batch) => {
        batches.push([first, ...batch]);
        return Promise.resolve(batch.map((value) => 10 * value));
      },
    );
    expect(results).toEqual([30, 10, 40, 10, 50, 90, 20, 60]);
    expect(batches).toEqual([
      [3, 3, 1, 1, 5, 9],
      [4, 4, 2, 6],
    ]);
  });
});
