import { Problem } from '$lib/base/problem';
import type { AxisValue, Field } from '$lib/graph/kind';
import { defineKind, pointwise } from '../cell-kind';
import { anything, show, text, whole } from '../parameter';
import { alongAxis, findAxis } from './reductions';

/** Index of the value nearest to `wanted`; texts and truths must be equal. */
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

/** `value[axis: x]`: the value at the nearest point of one axis; the other axes stay. */
export const selectKind = defineKind({
  name: '[]',
  version: 1,
  purpose: 'function',
  meaning: 'the value at the nearest point of an axis',
  example: 'err.test[delta: 0.01]',
  positional: ['of'],
  parameters: {
    of: whole(anything({ meaning: 'what varies' })),
    axis: text({ meaning: 'the axis' }),
    at: anything({ meaning: 'where on the axis' }),
  },
  yields: 'field',
  digest: ({ axes, points }: Field) => (points.every((point) => typeof point === 'number') ? JSON.stringify({ axes, points }) : undefined),
  compute: pointwise(({ of, axis, at }): Field => {
    const field = of as Field;
    const index = findAxis(field, axis, 'axis');
    const chosen = nearest(field.axes[index]?.values ?? [], at, axis);
    const { rest, lines } = alongAxis(field, index);
    const places = alongAxis({ axes: field.axes, points: [...field.points.keys()] }, index).lines;
    return {
      axes: rest,
      points: lines.map((line) => line[chosen]),
      picked: { input: 'of', points: places.map((line) => line[chosen] ?? -1) },
    };
  }),
});
