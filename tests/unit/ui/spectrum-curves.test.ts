import { expect, it } from 'vitest';
import { spectrumCurves } from '$lib/ui/inspector/spectrum-curves';

const size = { width: 100, height: 50 };
const modes = (...pairs: readonly (readonly [eigenvalue: number, share: number])[]) =>
  pairs.map(([eigenvalue, share]) => ({ eigenvalue, share }));

it('a power law is a straight line in rank and eigenvalue', () => {
  const law = modes(...[1, 2, 3, 4].map((k) => [8 / k ** 2, k === 3 ? 0.6 : 0.4 / 3] as const));
  const drawn = spectrumCurves(law, size);
  const points = [...(drawn?.eigenvalues.matchAll(/[ML]([\d.]+) ([\d.]+)/g) ?? [])].map(([, x, y]) => [Number(x), Number(y)]);
  expect(points).toHaveLength(4);
  for (const [x = NaN, y = NaN] of points) expect(Math.abs(y - x / 2)).toBeLessThan(0.11);
  expect(drawn).toMatchObject({ high: 8, low: 0.5, half: 3 });
  // The curve ends at the top, where the modes hold all of the labels.
  expect(drawn?.share).toMatch(/^M0\.0 43\.3.*L100\.0 0\.0$/);
});

it('modes that are rounding are left out; labels that are all zero have no share', () => {
  const drawn = spectrumCurves(modes([1, NaN], [1e-3, NaN], [1e-9, NaN], [0, NaN]), size);
  expect(drawn).toMatchObject({ high: 1, low: 1e-3, share: '' });
  expect(drawn?.half).toBeUndefined();
  expect(drawn?.eigenvalues).not.toContain('NaN');
});

it('one mode is a point in the middle, and nothing is drawn of none', () => {
  expect(spectrumCurves(modes([2, 1]), size)?.eigenvalues).toBe('M50.0 25.0');
  expect(spectrumCurves([], size)).toBeUndefined();
  expect(spectrumCurves(modes([0, 1]), size)).toBeUndefined();
});
