import { expect, it } from 'vitest';
import { chooseEvenly } from '$lib/theory/bayes/conditional/cells';
import { normals } from '../../../support/task';

// 10,000 once gave 16 points for 2048 wanted: halving had stopped at the first odd cell.
it.each([512, 1008, 2000, 10_000])(
  'of %i points as many are chosen as wanted, each for an equal share, with the moments of all',
  (count) => {
    const want = 256;
    const normal = normals(7);
    const points = Float64Array.from({ length: 2 * count }, normal);
    const { points: chosen, of } = chooseEvenly(points, 2, want, 3);
    expect(chosen.length).toBe(2 * want);
    const shares = new Array<number>(want).fill(0);
    for (const one of of) shares[one]! += 1;
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    const second = (of: Float64Array): number => of.reduce((sum, value) => sum + value * value, 0) / of.length;
    expect(second(chosen) / second(points)).toBeGreaterThan(0.85);
    expect(second(chosen) / second(points)).toBeLessThan(1.15);
  },
);
