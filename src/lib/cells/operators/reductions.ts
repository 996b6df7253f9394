import { Problem } from '$lib/base/problem';
import { describeGaps, gapsIn, isGap } from '$lib/graph/gap';
import type { AxisValue, Field } from '$lib/graph/kind';
import { defineKind, pointwise, type CellKind } from '../cell-kind';
import { alongAxis, findAxis } from '../fields';
import { anything, axisName, fieldOf, show } from '../parameter';
import { meanOf } from './mean';

/**
 * `min max mean argmin argmax`: over a field they reduce all axes, or the one named by `over`;
 * over a list, or several numbers, they take these.
 */

type Reduce = (numbers: readonly number[], axis: readonly AxisValue[]) => AxisValue;

const least = (numbers: readonly number[]): number => numbers.reduce((best, x) => (x < best ? x : best), numbers[0] ?? NaN);
const greatest = (numbers: readonly number[]): number => numbers.reduce((best, x) => (x > best ? x : best), numbers[0] ?? NaN);

const reductions: Readonly<Record<string, readonly [reduce: Reduce, meaning: string]>> = {
  min: [least, 'the least'],
  max: [greatest, 'the greatest'],
  mean: [meanOf, 'the average'],
  argmin: [(numbers, axis) => axis[numbers.indexOf(least(numbers))] ?? NaN, 'the place on the axis where it is least'],
  argmax: [(numbers, axis) => axis[numbers.indexOf(greatest(numbers))] ?? NaN, 'the place on the axis where it is greatest'],
};

const asNumbers = (name: string, values: readonly unknown[]): number[] =>
  values.map((value) => {
    if (typeof value !== 'number') throw new Problem(`${name}: takes numbers, got ${show(value)}`, { path: ['values'] });
    return value;
  });

const positions = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** A reduction of the values that are there along one line; where there are none the first gap is handed on. */
const reduceLine = (name: string, reduce: Reduce, line: readonly unknown[], axis: readonly AxisValue[]): unknown => {
  const [gap] = gapsIn(line);
  if (!gap) return reduce(asNumbers(name, line), axis);
  const there = positions(line.length).filter((i) => !isGap(line[i]));
  if (there.length === 0) return gap;
  return reduce(
    asNumbers(
      name,
      there.map((i) => line[i]),
    ),
    there.map((i) => axis[i] ?? NaN),
  );
};

const reduceField = (name: string, reduce: Reduce, field: Field, over: string | undefined): Field => {
  if (field.axes.length === 0) {
    const [value] = field.points;
    const list = Array.isArray(value) ? asNumbers(name, value) : asNumbers(name, [value]);
    if (list.length === 0) throw new Problem(`${name}: the list is empty`, { path: ['values'] });
    return { axes: [], points: [reduce(list, positions(list.length))] };
  }
  if (over === undefined && field.axes.length > 1 && name.startsWith('arg'))
    throw new Problem(
      `${name}: say over which axis, e.g. over: ${field.axes[0]?.name}; there are ${field.axes.map((axis) => axis.name).join(', ')}`,
    );
  if (field.points.length === 0) throw new Problem(`${name}: there is no value`, { path: ['values'] });
  const some = gapsIn(field.points).length > 0;
  const warnings = some ? [`${name} leaves out ${describeGaps(field.points)}`] : [];
  if (over === undefined && field.axes.length > 1) return { axes: [], points: [reduceLine(name, reduce, field.points, [])], warnings };
  const index = over === undefined ? 0 : findAxis(field, over, 'over');
  const { rest, lines } = alongAxis(field, index);
  return { axes: rest, points: lines.map((line) => reduceLine(name, reduce, line, field.axes[index]?.values ?? [])), warnings };
};

export const reductionKinds: readonly CellKind[] = Object.entries(reductions).map(([name, [reduce, meaning]]) =>
  defineKind({
    name,
    purpose: 'function',
    meaning: `${meaning}, over all axes or one`,
    example: `${name}(err.test, over: delta)`,
    positional: ['values'],
    parameters: {
      values: fieldOf({ meaning: 'a field, or a list of numbers' }),
      over: axisName('the axis to reduce; every axis when left out'),
    },
    yields: 'field',
    digest: (field: Field) => JSON.stringify(field),
    compute: pointwise(({ values, over }) => reduceField(name, reduce, values, over)),
  }),
);

/** `min(a, b, …)` of several numbers, point by point; the compiler chooses it when there is more than one argument. */
export const severalKinds: readonly CellKind[] = Object.entries(reductions).map(([name, [reduce, meaning]]) =>
  defineKind({
    name: `${name}…`,
    purpose: 'function',
    meaning: `${meaning} of several numbers`,
    example: `${name}(1, 2)`,
    positional: ['values'],
    parameters: { values: anything({ meaning: 'numbers' }) },
    digest: (value: AxisValue) => JSON.stringify(value),
    compute: pointwise(({ values }) => {
      const numbers = asNumbers(name, values as readonly unknown[]);
      return reduce(numbers, positions(numbers.length));
    }),
  }),
);
