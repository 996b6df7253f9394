import { describe, expect, it } from 'vitest';
import { interpolate } from '$lib/base/interpolate';

describe('interpolate', () => {
  const x = [0, 0.1, 0.3, 0.7, 1.5];

  it('passes through the points, and keeps the ends outside them', () => {
    const y = [3, -1, 4, 1, 5];
    expect(x.map((at) => interpolate(x, y, at))).toEqual(y);
    expect([-1, 9].map((at) => interpolate(x, y, at))).toEqual([3, 5]);
    expect(interpolate([2], [7], 1)).toBe(7);
  });

  it('is exact for straight lines, with two points as with many', () => {
    for (const at of [0.01, 0.25, 0.69, 1.2]) {
      expect(
        interpolate(
          x,
          x.map((value) => 2 - 3 * value),
          at,
        ),
      ).toBeCloseTo(2 - 3 * at, 14);
      expect(interpolate([0, 2], [2, -4], at)).toBeCloseTo(2 - 3 * at, 14);
    }
  });

  it('never goes beyond its neighbours, where a polynomial would', () => {
    const y = [1, 1, 1e-9, 0, 0];
    for (let at = 0; at <= 1.5; at += 0.01) {
      expect(interpolate(x, y, at)).toBeGreaterThanOrEqual(0);
      expect(interpolate(x, y, at)).toBeLessThanOrEqual(1);
    }
  });

  // Lines are of second order, a fourth at half the spacing; the slopes make it one order better where there are neighbours on both sides.
  it('comes nearer to a decay with more points, faster than lines do', () => {
    const worst = (count: number): number => {
      const nodes = Array.from({ length: count + 1 }, (_, k) => (2 * k) / count);
      const values = nodes.map((value) => Math.exp(-2 * value));
      const inside = Array.from({ length: 181 }, (_, k) => 0.1 + k / 100);
      return Math.max(...inside.map((at) => Math.abs(interpolate(nodes, values, at) - Math.exp(-2 * at))));
    };
    expect(worst(20) / worst(40)).toBeGreaterThan(6);
  });
});
