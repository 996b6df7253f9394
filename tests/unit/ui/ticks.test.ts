import { expect, test } from 'vitest';
import { ticksOf } from '$lib/ui/views/ticks';

test('where there are few, every row is named at its middle', () => {
  expect(ticksOf([0, 0.4, 0.8, 1])).toEqual([
    { at: 0.125, text: '0' },
    { at: 0.375, text: '0.4' },
    { at: 0.625, text: '0.8' },
    { at: 0.875, text: '1' },
  ]);
  expect(ticksOf(['erf'])).toEqual([{ at: 0.5, text: 'erf' }]);
  expect(ticksOf([])).toEqual([]);
});

test('of many the first, the last and some between are named, each where it stands', () => {
  const values = Array.from({ length: 101 }, (_, index) => index);
  const ticks = ticksOf(values);
  expect(ticks.map(({ text }) => text)).toEqual(['0', '25', '50', '75', '100']);
  for (const { at, text } of ticks) expect(at).toBeCloseTo((Number(text) + 0.5) / 101, 12);
});
