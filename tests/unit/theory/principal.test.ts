import { normals } from '$lib/base/philox';
import { principalScores } from '$lib/theory/principal';
import { describe, expect, it } from 'vitest';

/** Rows on an ellipse with half axes `a` and `b` along two orthonormal directions of a larger space, off the origin. */
const ellipse = (n: number, dimension: number, a: number, b: number) => {
  // Columns of a Householder reflection, which are orthonormal.
  const v = normals(dimension, { seed: 3, stream: 1, step: 0 });
  const size = v.reduce((sum, value) => sum + value * value, 0);
  const direction = (column: number) => v.map((value, d) => (d === column ? 1 : 0) - (2 * value * v[column]!) / size);
  const [first, second] = [direction(0), direction(1)];
  const angles = Array.from({ length: n }, (_, row) => (2 * Math.PI * row) / n);
  const rows = angles.flatMap((angle) =>
    Array.from({ length: dimension }, (_, d) => 7 - d + a * Math.cos(angle) * first[d]! + b * Math.sin(angle) * second[d]!),
  );
  return { rows: Float64Array.from(rows), angles };
};

describe('principal directions', () => {
  // By the rows' Gram matrix where there are at most as many rows as dimensions, else by the covariance; both borders.
  for (const [n, dimension] of [
    [12, 40],
    [12, 13],
    [12, 12],
    [12, 11],
    [12, 5],
    [12, 2],
  ] as const)
    it(`of an ellipse are its axes: ${n} rows in ${dimension} dimensions`, () => {
      const { rows, angles } = ellipse(n, dimension, 3, 0.5);
      const { scores, shares } = principalScores(rows, n, dimension, 2);
      // Σ cos² = Σ sin² = n/2 over equidistant angles, so the shares are a² and b² of a² + b².
      expect(shares[0]).toBeCloseTo(9 / 9.25, 12);
      expect(shares[1]).toBeCloseTo(0.25 / 9.25, 12);
      for (const [row, angle] of angles.entries()) {
        expect(scores[0]?.[row]).toBeCloseTo(3 * Math.cos(angle), 11);
        expect(scores[1]?.[row]).toBeCloseTo(0.5 * Math.sin(angle), 11);
      }
    });

  it('are none where rows do not vary, or are fewer than asked for', () => {
    const same = principalScores(Float64Array.from([1, 2, 1, 2, 1, 2]), 3, 2, 2);
    expect(same.shares).toEqual([0, 0]);
    expect([...same.scores[0]!]).toEqual([0, 0, 0]);
    const line = principalScores(Float64Array.from([1, 4, 2]), 3, 1, 2);
    expect(line.shares).toEqual([1, 0]);
    expect([...line.scores[0]!].map((score) => Math.round(3 * score))).toEqual([-4, 5, -1]);
    expect([...line.scores[1]!]).toEqual([0, 0, 0]);
    expect(principalScores(Float64Array.from([5, 6]), 1, 2, 2).shares).toEqual([0, 0]);
  });
});
