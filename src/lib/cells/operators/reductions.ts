import { Problem } from '$lib/base/problem';
import type { Axis, AxisValue, Field } from '$lib/graph/kind';
import { defineKind, pointwise, type CellKind } from '../cell-kind';
import { anything, axisName, show, whole } from '../parameter';

/**
 * `min max mean argmin argmax`: over a field they reduce all axes, or the one named by `over`;
 * over a list, or several numbers, they take these.
 */

type Reduce = (numbers: readonly number[], axis: readonly AxisValue[]) => AxisValue;

const indexOfLeast = (numbers: readonly number[]): number =>
  numbers.reduce((best, x, i) => (x < (numbers[best] ?? Infinity) ? i : best), 0);

const reductions: Readonly<Record<string, readonly [reduce: Reduce, meaning: string]>> = {
  min: [(numbers) => Math.min(...numbers), 'the least'],
  max: [(numbers) => Math.max(...numbers), 'the greatest'],
  mean: [(numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length, 'the average'],
  argmin: [(numbers, axis) => axis[indexOfLeast(numbers)] ?? NaN, 'the place on the axis where it is least'],
  argmax: [(numbers, axis) => axis[indexOfLeast(numbers.map((x) => -x))] ?? NaN, 'the place on the axis where it is greatest'],
};

const asNumbers = (name: string, values: readonly unknown[]): number[] =>
  values.map((value) => {
    if (typeof value !== 'number') throw new Problem(`${name}: takes numbers, got ${show(value)}`, { path: ['values'] });
    return value;
  });

const positions = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Splits a row-major field at one axis: `lines[outer]` holds the values along it. */
export const alongAxis = <T>(field: Field<T>, index: number): { rest: Axis[]; lines: T[][] } => {
  const sizes = field.axes.map((axis) => axis.values.length);
  const inner = sizes.slice(index + 1).reduce((a, b) => a * b, 1);
  const length = sizes[index] ?? 1;
  const rest = field.axes.filter((_, i) => i !== index);
  const count = field.points.length / Math.max(length, 1);
  const lines = positions(count).map((line) => {
    const start = Math.floor(line / inner) * inner * length + (line % inner);
    return positions(length).map((step) => field.points[start + step * inner] as T);
  });
  return { rest, lines };
};

/** Index of a named axis, or a Problem naming those there are. */
export const findAxis = (field: Field, name: string, path: string): number => {
  const index = field.axes.findIndex((axis) => axis.name === name);
  if (index >= 0) return index;
  const known = field.axes.map((axis) => axis.name).join(', ');
  throw new Problem(`${path}: there is no axis ${name} here; ${known ? `the axes are ${known}` : 'the value does not vary'}`, {
    path: [path],
  });
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
  if (over === undefined && field.axes.length > 1) return { axes: [], points: [reduce(asNumbers(name, field.points), [])] };
  const index = over === undefined ? 0 : findAxis(field, over, 'over');
  const { rest, lines } = alongAxis(field, index);
  return { axes: rest, points: lines.map((line) => reduce(asNumbers(name, line), field.axes[index]?.values ?? [])) };
};

export const reductionKinds: readonly CellKind[] = Object.entries(reductions).map(([name, [reduce, meaning]]) =>
  defineKind({
    name,
    version: 1,
    keeps: [],
    purpose: 'function',
    meaning: `${meaning}, over all axes or one`,
    example: `${name}(err.test, over: delta)`,
    positional: ['values'],
    parameters: {
      values: whole(anything({ meaning: 'a field, or a list of numbers' })),
      over: axisName('the axis to reduce; every axis when left out'),
    },
    yields: 'field',
    digest: (field: Field) => JSON.stringify(field),
    compute: pointwise(({ values, over }) => reduceField(name, reduce, values as Field, over)),
  }),
);

/** `min(a, b, …)` of several numbers, point by point; the compiler chooses it when there is more than one argument. */
export const severalKinds: readonly CellKind[] = Object.entries(reductions).map(([name, [reduce, meaning]]) =>
  defineKind({
    name: `${name}…`,
    version: 1,
    keeps: [],
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
