import { Problem } from '$lib/base/problem';
import type { AxisValue } from '$lib/graph/kind';
import { defineKind, pointwise } from '../cell-kind';
import { integer, number, oneOf } from '../parameter';

/** `count` numbers from `from` to `to`, evenly spaced or in even ratios; both ends exact. */
export const spaced = (from: number, to: number, count: number, scale: 'linear' | 'log'): number[] =>
  Array.from({ length: count }, (_, i) => {
    if (i === 0) return from;
    if (i === count - 1) return to;
    const t = i / (count - 1);
    return scale === 'log' ? Number((from * (to / from) ** t).toPrecision(12)) : Number((from + (to - from) * t).toPrecision(12));
  });

/** A sweep of numbers: an axis. */
export const range = defineKind({
  name: 'range',
  version: 1,
  keeps: [],
  purpose: 'input',
  meaning: 'numbers to sweep over: an axis',
  example: 'range(0.01, 1000, count: 13, scale: "log")',
  makes: 'axis',
  recipes: [{ name: 'delta', formula: 'range(0.01, 1000, count: 13, scale: "log")' }],
  positional: ['from', 'to'],
  parameters: {
    from: number({ meaning: 'first value' }),
    to: number({ meaning: 'last value' }),
    count: integer({ min: 1, max: 10_000, meaning: 'how many', fallback: 11 }),
    scale: oneOf(['linear', 'log'], { meaning: 'even steps, or even ratios', fallback: 'linear' }),
  },
  yields: 'axis',
  digest: (values: readonly AxisValue[]) => JSON.stringify(values),
  compute: pointwise(({ from, to, count, scale }): readonly AxisValue[] => {
    if (scale === 'log' && !(from > 0))
      throw new Problem(`from: must be a number > 0 when the scale is "log", got ${from}`, { path: ['from'] });
    if (scale === 'log' && !(to > 0)) throw new Problem(`to: must be a number > 0 when the scale is "log", got ${to}`, { path: ['to'] });
    if (count > 1 && from === to) throw new Problem(`to: must differ from ${from} when there is more than one point`, { path: ['to'] });
    return spaced(from, to, count, scale);
  }),
});
