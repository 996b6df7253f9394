import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { Branch } from '$lib/theory/proportional/branch';
import type { Moments } from '$lib/theory/proportional/moments';
import { sourceSaddle } from '$lib/theory/proportional/source-saddle';
import { numbers } from '../backend/naive';

const check = (): Promise<void> => Promise.resolve();

describe('a source with more examples than neurons may have two roots: the likelier readout norm is taken', () => {
  // Many strong directions with weak labels against few weak directions with strong ones, T = 1.
  const cases = [
    { width: 10, many: [43, 7073.4, 0.0029] as const, few: [1, 0.03805, 31.186] as const, near: 4.2e-5 },
    { width: 2, many: [13, 1059.9, 0.004] as const, few: [3, 6.5819, 8.4889] as const, near: 1.6 },
  ];
  test.each(cases)('N = $width: near $near', async ({ width, many, few, near }) => {
    const spectrum = [many, few].flatMap(([count, value, label]) => Array.from({ length: count }, () => ({ value, label })));
    // log p of q = |v|²/N, the readout integrated over its directions and the network over its first layer.
    const density = (q: number): number =>
      (width / 2) * (Math.log(q) - q) -
      spectrum.reduce((sum, { value, label }) => sum + 0.5 * Math.log(1 + q * value) + (0.5 * label * label) / (1 + q * value), 0);
    const grid = Array.from({ length: 20_001 }, (_, i) => 10 ** (-7 + (10 * i) / 20_000));
    const heights = grid.map(density);
    const peaks = grid.filter(
      (_, i) => (heights[i] ?? 0) > (heights[i - 1] ?? Infinity) && (heights[i] ?? 0) > (heights[i + 1] ?? Infinity),
    );
    expect(peaks).toHaveLength(2);
    const best = grid[heights.indexOf(Math.max(...heights))] ?? NaN;
    expect(best / near).toBeCloseTo(1, 1);
    // The same in a basis in which nothing is diagonal: a reflection.
    const n = spectrum.length;
    const u = numbers(n, 5);
    const square = u.reduce((sum, x) => sum + x * x, 0);
    const reflection = (i: number, j: number): number => (i === j ? 1 : 0) - (2 * (u[i] ?? 0) * (u[j] ?? 0)) / square;
    const kernel = Float64Array.from({ length: n * n }, (_, index) =>
      spectrum.reduce((sum, { value }, k) => sum + reflection(Math.floor(index / n), k) * value * reflection(index % n, k), 0),
    );
    const labels = Float64Array.from({ length: n }, (_, i) => spectrum.reduce((sum, { label }, k) => sum + reflection(i, k) * label, 0));
    const found = await sourceSaddle(kernel, labels, 1, width, check);
    expect(Math.abs((found?.order ?? NaN) / best - 1)).toBeLessThan(1e-3);
    expect(found?.residual).toBeLessThan(1e-9);
  });
});

describe('a branch that ends is said to end', () => {
  const zero: Moments = {
    d: 0,
    s: 0,
    od: 0,
    sd: 0,
    oo: 0,
    so: 0,
    yz: 0,
    zz: 0,
    formD: { yy: 0, yz: 0, zz: 0 },
    formO: { yy: 0, yz: 0, zz: 0 },
  };
  const branchEndingWith = (end: Moments | undefined): Branch =>
    new Branch(1, { width: 10, source: 1 }, (kappa, _, use) => use({ at: () => Promise.resolve(kappa <= 0.5 ? zero : end) }), check);

  test('as long as there is a root it is found', async () => {
    expect((await branchEndingWith(undefined).at(0.5, 1)).orders).toEqual({ same: 1, other: 0, cross: 0 });
  });

  test.each([
    ['no point of the equations can be evaluated', undefined, 'not finite'],
    ['the equations have no root', { ...zero, formO: { yy: -50, yz: 0, zz: 0 } }, /\de[+-]\d/],
    // Root at Q̂_d − Q̂_o = 1/(1 + 0.1 − 0.1), Q̂_o = −0.1.
    ['the root has a negative overlap', { ...zero, d: 1, formO: { yy: -1, yz: 0, zz: 0 } }, /\de[+-]\d/],
  ] as const)('%s', async (_, end, residual) => {
    const branch = branchEndingWith(end);
    const problem = await branch.at(0.75, 3).catch((error: unknown) => error);
    if (!(problem instanceof Problem)) throw new Error('a problem was expected');
    expect(problem.path).toEqual(['delta']);
    expect(problem.message).toMatch(/^no physical saddle was found at delta = 3: the branch from delta = 0 is lost near delta = 1\.0/);
    expect(problem.message).toMatch(residual);
  });
});
