import { expect, test } from 'vitest';
import { shownKeys } from '$lib/ui/views/legend';
import { tickTexts } from '$lib/ui/views/tick-texts';

test.each([
  [
    [1000.1, 1000.3, 1000.5, 1000.7, 1000.9],
    ['1000.1', '1000.3', '1000.5', '1000.7', '1000.9'],
  ],
  [
    [2000, 2000.5, 2001],
    ['2000', '2000.5', '2001'],
  ],
  [
    [0, 0.2, 0.4, 0.6000000000000001],
    ['0', '0.2', '0.4', '0.6'],
  ],
  [
    [-0.5, 0, 0.5],
    ['−0.5', '0', '0.5'],
  ],
  [
    [1e-300, 2e-300],
    ['10⁻³⁰⁰', '2·10⁻³⁰⁰'],
  ],
  [
    [1700000000001, 1700000000003],
    ['1700000000001', '1700000000003'],
  ],
  [
    [0.00012341, 0.00012342, 0.00012343],
    ['1.2341·10⁻⁴', '1.2342·10⁻⁴', '1.2343·10⁻⁴'],
  ],
  [
    [0.01, 1, 100, 10000, 1000000],
    ['0.01', '1', '100', '10000', '10⁶'],
  ],
  [[1234.5], ['1234.5']],
])('ticks %j have names that tell them apart', (values, names) => {
  expect(tickTexts(values)).toEqual(names);
});

test('no two different ticks have one name, whatever their offset and step', () => {
  for (const offset of [0, 1, -3, 1e3, 12345, 1e7, -1e11])
    for (const step of [1e-3, 0.2, 0.5, 1, 25, 1e4]) {
      const texts = tickTexts(Array.from({ length: 6 }, (_, i) => offset + i * step));
      expect(new Set(texts).size, `${offset} ${step}: ${texts.join(' ')}`).toBe(6);
    }
});

test('a legend keeps to three rows and says how many names are left out', () => {
  const names = Array.from({ length: 30 }, (_, i) => `err.test, gamma = ${i}`);
  const shown = shownKeys(names, 400);
  expect(shown).toBeGreaterThanOrEqual(3);
  expect(shown).toBeLessThan(8);
  expect(shownKeys(names.slice(0, 4), 500)).toBe(4);
  expect(shownKeys(['a name that is wider than the figure can ever be, whatever one does'], 100)).toBe(1);
});
