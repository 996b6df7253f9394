import type { Field } from '$lib/graph/kind';
import { lineNames, places } from './lines';
import { alongAxis } from './fields';
import { summarise } from './values';
import type { Scale, Series, View } from './view';

/** More lines than this are not told apart. */
const mostLines = 6;

/** On a logarithmic axis what is smaller than the largest by more than this is not drawn: rounding, which would take up most of the axis. */
const range = 1e10;

const withoutRounding = (y: readonly (number | undefined)[]): readonly (number | undefined)[] => {
  const most = y.reduce<number>((greatest, value = 0) => (value > greatest ? value : greatest), 0);
  return y.map((value) => (value !== undefined && value * range < most ? undefined : value));
};

/**
 * The view of a field whose last axis is a curve's own: at one point all its named numbers, in a sweep the first of them at the first
 * few points.
 */
export const curvesView = (field: Field, names: readonly string[], xScale: Scale, yScale: Scale): View => {
  const axis = field.axes.at(-1);
  const [first] = names;
  if (!axis || first === undefined) return { type: 'none' };
  const x = places(axis);
  const { rest, lines } = alongAxis(field, field.axes.length - 1);
  const points = lineNames(rest);
  const series = lines.slice(0, mostLines).flatMap((line, index) =>
    (rest.length > 0 ? [first] : names).map((name): Series => {
      const told = line.map((value) => summarise(value).fields);
      const y = told.map((fields) => fields[name]).map((value) => (typeof value === 'number' ? value : undefined));
      const stderr = told.map((fields) => fields[`${name}.stderr`]).map((error) => (typeof error === 'number' ? error : undefined));
      return {
        name: [name, points[index]].filter(Boolean).join(', '),
        x,
        y: yScale === 'log' ? withoutRounding(y) : y,
        ...(stderr.some((error) => error !== undefined) && { stderr }),
        mark: 'line',
      };
    }),
  );
  return { type: 'plot', series, xName: axis.name, yName: rest.length > 0 ? first : '', xScale, yScale, title: '' };
};
