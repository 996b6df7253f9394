import { expect, it } from 'vitest';
import { spectrumCurves } from '$lib/ui/inspector/spectrum-curves';

const modes = (...pairs: readonly (readonly [eigenvalue: number, share: number])[]) =>
  pairs.map(([eigenvalue, share]) => ({ eigenvalue, share }));

it('a power law is a straight line in rank and eigenvalue', () => {
  const law = modes(...[1, 2, 3, 4].map((k) => [8 / k ** 2, k === 3 ? 0.6 : 0.4 / 3] as const));
  const drawn = spectrumCurves(law);
  expect(drawn?.eigenvalues).toHaveLength(4);
  for (const { x, y } of drawn!.eigenvalues) expect(y).toBeCloseTo(x, 9);
  expect(drawn).toMatchObject({ high: 8, low: 0.5, half: 3 });
  // The curve ends at the top, where the modes hold all of the labels.
  expect(drawn?.share[0]).toEqual({ x: 0, y: expect.closeTo(86.67, 2) as number });
  expect(drawn?.share[3]).toEqual({ x: 100, y: expect.closeTo(0, 9) as number });
});

it('modes that are rounding are left out; labels that are all zero have no share', () => {
  const drawn = spectrumCurves(modes([1, NaN], [1e-3, NaN], [1e-9, NaN], [0, NaN]));
  expect(drawn).toMatchObject({ high: 1, low: 1e-3, share: [] });
  expect(drawn?.half).toBeUndefined();
  expect(drawn?.eigenvalues.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
});

it('one mode is a point in the middle, and nothing is drawn of none', () => {
  expect(spectrumCurves(modes([2, 1]))?.eigenvalues).toEqual([{ x: 50, y: 50 }]);
  expect(spectrumCurves([])).toBeUndefined();
  expect(spectrumCurves(modes([0, 1]))).toBeUndefined();
});
