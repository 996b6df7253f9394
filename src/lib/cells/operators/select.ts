import { Problem } from '$lib/base/problem';
import type { AxisValue, Field } from '$lib/graph/kind';
import { defineKind, pointwise } from '../cell-kind';
import { alongAxis, findAxis } from '../fields';
import { anything, fieldOf, show, text } from '../parameter';

/** Index of the value nearest to `wanted`; texts and booleans must be equal. */
const nearest = (values: readonly AxisValue[], wanted: unknown, axis: string): number => {
  if (typeof wanted !== 'number') {
    const index = values.findIndex((value) => JSON.stringify(value) === JSON.stringify(wanted));
    if (index >= 0) return index;
    throw new Problem(`${axis}: must be one of ${values.map(show).join(', ')}, got ${show(wanted)}`, { path: ['at'] });
  }
  let best = -1;
  let distance = Infinity;
  values.forEach((value, index) => {
    if (typeof value === 'number' && Math.abs(value - wanted) < distance) {
      best = index;
      distance = Math.abs(value - wanted);
    }
  });
  if (best < 0) throw new Problem(`${axis}: must be one of ${values.map(show).join(', ')}, got ${show(wanted)}`, { path: ['at'] });
  return best;
};

/**
 * What a reader must know of a number that was looked for beyond the ends of an axis: the nearest point stands for places up to half a
 * step beyond it, in ratios where the axis is even in ratios.
 */
const beyond = (values: readonly AxisValue[], wanted: unknown, axis: string): string[] => {
  const numbers = values.filter((value): value is number => typeof value === 'number').sort((a, b) => a - b);
  const [first, last] = [numbers[0], numbers.at(-1)];
  if (typeof wanted !== 'number' || first === undefined || last === undefined || (first <= wanted && wanted <= last)) return [];
  const ordered = wanted > last ? numbers : numbers.map((value) => -value).reverse();
  const [end = NaN, before = NaN] = [ordered.at(-1), ordered.at(-2)];
  const at = wanted > last ? wanted : -wanted;
  const halfStep =
    numbers.length < 2
      ? 1e-9 * Math.abs(end)
      : Math.max((end - before) / 2, end > 0 && before > 0 ? end * (Math.sqrt(end / before) - 1) : 0);
  if (at <= end + halfStep) return [];
  return [
    `${axis}: ${wanted} lies beyond the axis, which runs from ${first} to ${last}; this is the value at ${wanted > last ? last : first}`,
  ];
};

/** `value[axis: x]`: the value at the nearest point of one axis; the other axes stay. */
export const selectKind = defineKind({
  name: '[]',
  keeps: 'all',
  purpose: 'function',
  meaning: 'the value at the nearest point of an axis',
  example: 'err.test[delta: 0.01]',
  positional: ['of'],
  parameters: {
    of: fieldOf({ meaning: 'what varies' }),
    axis: text({ meaning: 'the axis' }),
    at: anything({ meaning: 'where on the axis' }),
  },
  yields: 'field',
  standIns: true,
  digest: ({ axes, points, warnings }: Field) =>
    points.every((point) => typeof point === 'number') ? JSON.stringify({ axes, points, warnings }) : undefined,
  compute: pointwise(({ of: field, axis, at }): Field => {
    const index = findAxis(field, axis, 'axis');
    const values = field.axes[index]?.values ?? [];
    const chosen = nearest(values, at, axis);
    const { rest, lines } = alongAxis(field, index);
    const places = alongAxis({ axes: field.axes, points: [...field.points.keys()] }, index).lines;
    return {
      axes: rest,
      points: lines.map((line) => line[chosen]),
      warnings: beyond(values, at, axis),
      picked: { input: 'of', points: places.map((line) => line[chosen] ?? -1) },
    };
  }),
});
