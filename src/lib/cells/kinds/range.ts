import { Problem } from '$lib/base/problem';
import type { AxisValue } from '$lib/graph/kind';
import { defineKind, pointwise } from '../cell-kind';
import { integer, number, oneOf } from '../parameter';

/** A number rounded to as few digits as leave it where it is, seen from the next point: 0.3 rather than 0.30000000000000004. */
const rounded = (x: number, step: number): number => {
  for (const digits of [12, 15]) {
    const short = Number(x.toPrecision(digits));
    if (Math.abs(short - x) <= 1e-6 * step) return short;
  }
  return x;
};

/** The share `t` of the way, evenly or in even ratios; neither difference nor ratio of the ends overflows. */
const between = (from: number, to: number, t: number, scale: 'linear' | 'log'): number => {
  if (scale === 'log') {
    const ratio = to / from;
    return ratio > 0 && Number.isFinite(ratio) ? from * ratio ** t : from ** (1 - t) * to ** t;
  }
  const whole = to - from;
  const x = Number.isFinite(whole) ? from + whole * t : from * (1 - t) + to * t;
  // What rounding leaves of 0 between two ends of different sign.
  return Math.abs(x) <= 4 * Number.EPSILON * Math.max(Math.abs(from), Math.abs(to)) ? 0 : x;
};

/** `count` numbers from `from` to `to`, evenly spaced or in even ratios; both ends exact. */
export const spaced = (from: number, to: number, count: number, scale: 'linear' | 'log'): number[] =>
  Array.from({ length: count }, (_, i) => {
    if (i === 0) return from;
    if (i === count - 1) return to;
    const x = between(from, to, i / (count - 1), scale);
    return rounded(x, Math.abs(between(from, to, (i + 1) / (count - 1), scale) - x));
  });

/** A sweep of numbers: an axis. */
export const range = defineKind({
  name: 'range',
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
    const values = spaced(from, to, count, scale);
    const up = from < to;
    if (values.some((value, i) => i > 0 && (up ? !(value > (values[i - 1] ?? NaN)) : !(value < (values[i - 1] ?? NaN)))))
      throw new Problem(`count: there are not ${count} different numbers from ${from} to ${to}`, { path: ['count'] });
    return values;
  }),
});
