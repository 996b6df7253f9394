import * as v from 'valibot';
import { Problem } from '$lib/base/problem';
import { describeGaps, gapsIn, nearestValue, type Gapped } from '$lib/graph/gap';
import type { Axis, Field } from '$lib/graph/kind';
import { defineKind, pointwise } from '../cell-kind';
import { onScales } from '../log-scale';
import { linesOf, places, words } from '../lines';
import type { Provenance } from '../operators/field';
import { findAxis } from '../fields';
import { axisName, hidden, oneOf, optional, optionalItems, text, whole, type Parameter } from '../parameter';
import type { PlotValue } from '../values';
import type { Scale } from '../view';

const fields: Parameter<(Field | undefined)[]> = optionalItems(
  whole({
    schema: v.custom<(Field | undefined)[]>(Array.isArray),
    expected: 'fields over an axis',
    meaning: 'what to draw',
  }),
);

/** Even ratios over more than a factor of thirty are easier to read on a log axis. */
const naturalScale = (values: readonly number[]): Scale => {
  if (values.length < 3 || values.some((x) => x <= 0)) return 'linear';
  const steps = values.slice(1).map((x, i) => Math.log(x / (values[i] ?? x)));
  const mean = steps.reduce((a, b) => a + b, 0) / steps.length;
  return Math.abs(mean * steps.length) > Math.log(30) && steps.every((step) => Math.abs(step - mean) < 0.3 * Math.abs(mean))
    ? 'log'
    : 'linear';
};

/** Curves over an axis; several on the same axes. */
export const plot = defineKind({
  name: 'plot',
  version: 2,
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
    axis_labels: hidden<[string, string][]>({
      schema: v.array(v.tuple([v.string(), v.string()])),
      expected: 'texts',
      meaning: 'names of axes made inside formulas',
      fallback: [],
    }),
    provenance: hidden(
      optionalItems(
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
    const list = y.find((item) => Array.isArray(item));
    if (list !== undefined) throw new Problem('y: must be fields over an axis, got a list; draw several as plot(a, b)', { path: ['y'] });
    if (y.length === 0) throw new Problem('y: is required; must be a field over an axis, e.g. err.test', { path: ['y'] });
    const longest = y.find((field) => field && field.axes.length > 0);
    const name = x ?? longest?.axes[0]?.name;
    // What varies may be still to come.
    if (longest === undefined && y.includes(undefined))
      return { type: 'plot', series: [], xName: x ?? '', yName: '', xScale: 'linear', yScale: 'linear', title, incomplete: true };
    if (longest === undefined || name === undefined)
      throw new Problem('y: does not vary; sweep one of its inputs with range(…) or each(…) to draw a curve', { path: ['y'] });
    const axis = longest.axes[findAxis(longest, name, 'x')] as Axis;
    const axisLabels = new Map(axis_labels);
    const constant = (field: Field): Field =>
      field.axes.some((other) => other.name === name)
        ? field
        : { axes: [...field.axes, axis], points: field.points.flatMap((point) => axis.values.map(() => point)) };
    const series = y.flatMap((field, index) => {
      if (!field) return [];
      const spread = constant(field);
      return linesOf(labels[index] ?? `y${index + 1}`, spread, provenance[index], findAxis(spread, name, 'x'), axisLabels);
    });
    const xName = axisLabels.get(name) ?? name;
    const xWords = words(axis);
    const xScale = scale ?? (xWords ? 'linear' : naturalScale(places(axis)));
    if (xScale === 'log' && xWords) throw new Problem(`scale: "log" needs every ${xName} to be a number`, { path: ['scale'] });
    const [shown, warnings] = onScales(series, xName, xScale, y_scale);
    const gaps = y.flatMap((field) => field?.points ?? []);
    if (gapsIn(gaps).length > 0) warnings.unshift(`leaves out ${describeGaps(gaps)}`);
    const yName = labels.length === 1 ? (labels[0] ?? '') : '';
    const incomplete = y.includes(undefined);
    return {
      type: 'plot',
      series: shown,
      summary: { fields: {}, warnings },
      xName,
      ...(xWords && { xWords }),
      yName,
      xScale,
      yScale: y_scale,
      title,
      ...(incomplete && { incomplete }),
    };
  }),
  view: (field: Gapped<PlotValue>) => nearestValue(field, 0)?.value ?? { type: 'none' },
});
