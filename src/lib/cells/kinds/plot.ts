import * as v from 'valibot';
import { Problem } from '$lib/base/problem';
import type { Axis, AxisValue, Field } from '$lib/graph/kind';
import { defineKind, pointwise } from '../cell-kind';
import { alignFields } from '../operators/align';
import type { Provenance } from '../operators/field';
import { alongAxis, findAxis } from '../operators/reductions';
import { axisName, hidden, oneOf, optional, show, spare, text, whole, type Parameter } from '../parameter';
import type { PlotValue } from '../values';
import type { Scale, Series } from '../view';

const fields: Parameter<(Field | undefined)[]> = spare(
  whole({
    schema: v.custom<(Field | undefined)[]>(Array.isArray),
    expected: 'fields over an axis',
    meaning: 'what to draw',
  }),
);

const numbersOf = (values: readonly AxisValue[]): number[] => values.map((value, index) => (typeof value === 'number' ? value : index));

/** Even ratios over more than a factor of thirty are easier to read on a log axis. */
const naturalScale = (values: readonly number[]): Scale => {
  if (values.length < 3 || values.some((x) => x <= 0)) return 'linear';
  const steps = values.slice(1).map((x, i) => Math.log(x / (values[i] ?? x)));
  const mean = steps.reduce((a, b) => a + b, 0) / steps.length;
  return Math.abs(mean * steps.length) > Math.log(30) && steps.every((step) => Math.abs(step - mean) < 0.3 * Math.abs(mean))
    ? 'log'
    : 'linear';
};

/** What people call an axis made inside a formula, by its name: `each_1` given as the width is `N`. */
type AxisLabels = Readonly<Record<string, string>>;

/** `N = 64, gamma = 2`: where on the other axes a line belongs. */
export const lineNames = (rest: readonly Axis[], labels: AxisLabels = {}): string[] =>
  rest.reduce<string[]>(
    (names, axis) =>
      names.flatMap((name) =>
        axis.values.map((value) =>
          [name, `${labels[axis.name] ?? axis.name} = ${typeof value === 'object' ? show(value) : value}`].filter(Boolean).join(', '),
        ),
      ),
    [''],
  );

/** `test` of `err.test`, `test` of `nets.test[delta: 1]`. */
const quantityOf = (label: string): string => /\.(\w+)(?=$|\[)/.exec(label)?.[1] ?? label;

/** All the lines of one field: one for every point of its other axes. */
const linesOf = (label: string, field: Field, provenance: Field<Provenance> | undefined, x: number, axisLabels: AxisLabels): Series[] => {
  const { rest, lines } = alongAxis(field, x);
  const sources = provenance && alongAxis(alignedTo(field, provenance), x).lines;
  const names = lineNames(rest, axisLabels);
  const xs = numbersOf(field.axes[x]?.values ?? []);
  return lines.map((line, index): Series => {
    const wrong = line.find((value) => typeof value !== 'number');
    if (wrong !== undefined)
      throw new Problem(`y: ${label} must be numbers, got ${show(wrong)}; choose a field, e.g. ${label}.test`, { path: ['y'] });
    const origin = sources?.[index];
    const stderr = origin?.map((point) => point.stderr);
    return {
      name: [label, names[index]].filter(Boolean).join(', '),
      x: xs,
      y: line as number[],
      ...(stderr?.some((value) => value !== undefined) && { stderr }),
      mark: origin?.[0]?.mark ?? 'line',
      group: [quantityOf(label), names[index]].filter(Boolean).join(', '),
    };
  });
};

/** The provenance at every point of the field it belongs to, which may vary over more axes. */
const alignedTo = (field: Field, provenance: Field<Provenance>): Field<Provenance> => {
  const { axes, points } = alignFields([field, provenance]);
  return { axes, points: points.map(([, origin]) => origin as Provenance) };
};

/** Curves over an axis; several on the same axes. */
export const plot = defineKind({
  name: 'plot',
  version: 2,
  keeps: [],
  purpose: 'view',
  meaning: 'curves over an axis: theory as lines, networks as points with bars',
  example: 'plot(err.test, x: delta)',
  recipes: [{ name: 'figure', formula: 'plot(err.test, x: delta)' }],
  positional: ['y'],
  variadic: true,
  parameters: {
    y: fields,
    x: axisName('the horizontal axis'),
    scale: optional(oneOf(['linear', 'log'], { meaning: 'of the horizontal axis' }), 'log when the points are in even ratios'),
    y_scale: oneOf(['linear', 'log'], { meaning: 'of the vertical axis', fallback: 'linear' }),
    title: text({ meaning: 'above the figure', fallback: '' }),
    labels: hidden<string[]>({ schema: v.array(v.string()), expected: 'texts', meaning: 'names of the curves', fallback: [] }),
    axis_labels: hidden<AxisLabels>({
      schema: v.record(v.string(), v.string()),
      expected: 'texts',
      meaning: 'names of axes made inside formulas',
      fallback: {},
    }),
    provenance: hidden(
      spare(
        whole<(Field<Provenance> | undefined)[]>({
          schema: v.custom<(Field<Provenance> | undefined)[]>(Array.isArray),
          expected: 'fields',
          meaning: 'standard errors',
          fallback: [],
        }),
      ),
    ),
  },
  compute: pointwise(({ y, x, scale, y_scale, title, labels, axis_labels, provenance }): PlotValue => {
    if (y.length === 0) throw new Problem('y: is required; must be a field over an axis, e.g. err.test', { path: ['y'] });
    const longest = y.find((field) => field && field.axes.length > 0);
    const name = x ?? longest?.axes[0]?.name;
    // What varies may be still to come.
    if (longest === undefined && y.includes(undefined))
      return { type: 'plot', series: [], xName: x ?? '', yName: '', xScale: 'linear', yScale: 'linear', title, incomplete: true };
    if (longest === undefined || name === undefined)
      throw new Problem('y: does not vary; sweep one of its inputs with range(…) or each(…) to draw a curve', { path: ['y'] });
    const axis = longest.axes[findAxis(longest, name, 'x')] as Axis;
    const constant = (field: Field): Field =>
      field.axes.some((other) => other.name === name)
        ? field
        : { axes: [...field.axes, axis], points: field.points.flatMap((point) => axis.values.map(() => point)) };
    const series = y.flatMap((field, index) => {
      if (!field) return [];
      const spread = constant(field);
      return linesOf(labels[index] ?? `y${index + 1}`, spread, provenance[index], findAxis(spread, name, 'x'), axis_labels);
    });
    const xScale = scale ?? naturalScale(numbersOf(axis.values));
    if (xScale === 'log' && numbersOf(axis.values).some((value) => value <= 0))
      throw new Problem(`scale: "log" needs every ${name} to be > 0`, { path: ['scale'] });
    if (y_scale === 'log' && series.some((line) => line.y.some((value) => value <= 0)))
      throw new Problem('y_scale: "log" needs every value to be > 0', { path: ['y_scale'] });
    const yName = labels.length === 1 ? (labels[0] ?? '') : '';
    const incomplete = y.includes(undefined);
    return { type: 'plot', series, xName: name, yName, xScale, yScale: y_scale, title, ...(incomplete && { incomplete }) };
  }),
  view: (field: Field<PlotValue>) => field.points[0] ?? { type: 'none' },
});
