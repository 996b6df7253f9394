import { divergingPalette, sequentialPalette } from '$lib/base/palette';
import { Problem } from '$lib/base/problem';
import { describeGaps, isGap, nearestValue, type Gapped } from '$lib/graph/gap';
import type { AxisValue, Field } from '$lib/graph/kind';
import { defineKind, pointwise, type Services } from '../cell-kind';
import { paintKernel } from '../kernel-value';
import { alongAxis, findAxis } from '../fields';
import { axisName, fieldOf, number, optional, show, text } from '../parameter';
import { isValue, type HeatmapValue } from '../values';
import type { MatrixPicture, ViewRequest } from '../view';

type Numbers = Exclude<HeatmapValue['of'], { kernel: unknown }>;

const labels = (values: readonly AxisValue[]): (number | string)[] =>
  values.map((value) => (typeof value === 'number' ? value : show(value)));

/** A kernel drawn as it is: rows and columns are its training examples. */
const ofKernel = (field: Field, title: string): HeatmapValue | undefined => {
  const value = field.points.find((one) => !isGap(one));
  if (!isValue(value, 'source kernel', 'target kernel')) return undefined;
  if (field.points.length > 1)
    throw new Problem(
      `of: a kernel at ${field.points.length} points; choose one, e.g. kernel[${field.axes[0]?.name}: ${show(field.axes[0]?.values[0])}]`,
      { path: ['of'] },
    );
  return { type: 'heatmap', of: value, xName: 'example', yName: 'example', xValues: [], yValues: [], title };
};

/** A field over two axes: x across, y down. */
const ofField = (field: Field, x: string | undefined, title: string, centre: number | undefined): HeatmapValue => {
  if (field.axes.length !== 2)
    throw new Problem(`of: must be a kernel, or a field over two axes; it has ${field.axes.length}`, { path: ['of'] });
  const across = x === undefined ? 1 : findAxis(field, x, 'x');
  const down = field.axes[1 - across];
  const { lines } = alongAxis(field, across);
  const data: readonly unknown[] = lines.flat();
  const wrong = data.find((value) => typeof value !== 'number' && !isGap(value));
  if (wrong !== undefined) throw new Problem(`of: must be numbers, got ${show(wrong)}`, { path: ['of'] });
  const xAxis = field.axes[across];
  const gaps = [...data.keys()].filter((index) => isGap(data[index]));
  const some = data.find((value) => typeof value === 'number') ?? 0;
  // Gaps are painted over; any number that is there keeps them from stretching the colours.
  const numbers = Float64Array.from(data, (value) => (typeof value === 'number' ? value : some));
  return {
    type: 'heatmap',
    of: { type: 'numbers', rows: lines.length, columns: xAxis?.values.length ?? 0, data: numbers, ...(centre !== undefined && { centre }) },
    ...(gaps.length > 0 && { gaps, summary: { fields: {}, warnings: [`leaves out ${describeGaps(field.points)}`] } }),
    xName: xAxis?.name ?? '',
    yName: down?.name ?? '',
    xValues: labels(xAxis?.values ?? []),
    yValues: labels(down?.values ?? []),
    title,
  };
};

/** Paints numbers of the CPU the same way as a kernel. */
const paintNumbers = async (
  { rows, columns, data, centre }: Numbers,
  theme: ViewRequest['theme'],
  { backend }: Services,
): Promise<MatrixPicture> => {
  using matrix = backend.upload({ rows, columns }, data);
  const low = data.reduce((a, b) => Math.min(a, b), Infinity);
  const high = data.reduce((a, b) => Math.max(a, b), -Infinity);
  if (centre === undefined)
    return { bitmap: await backend.paint(matrix, 0, [low, high], sequentialPalette(theme)), rows, columns, low, high };
  const reach = Math.max(high - centre, centre - low) || 1;
  const ends = [centre - reach, centre + reach] as const;
  const bitmap = await backend.paint(matrix, 0, ends, divergingPalette(theme));
  return { bitmap, rows, columns, low: ends[0], high: ends[1], diverging: true };
};

/** A matrix, or a field over two axes, as colours. */
export const heatmap = defineKind({
  name: 'heatmap',
  keeps: 'all',
  purpose: 'view',
  meaning: 'a kernel, or a field over two axes, as colours',
  example: 'heatmap(pre)',
  positional: ['of'],
  parameters: {
    of: { ...fieldOf({ meaning: 'a kernel, or a field over two axes' }), accepts: ['target kernel', 'source kernel'] },
    x: axisName('the axis that runs across'),
    title: text({ meaning: 'above the picture', fallback: '' }),
    centre: optional(
      number({ meaning: 'of a field: the value without a colour; below it is orange, above it blue' }),
      'colours from the least to the greatest',
    ),
  },
  compute: pointwise(({ of, x, title, centre }): HeatmapValue => {
    const kernel = ofKernel(of, title);
    if (kernel && centre !== undefined)
      throw new Problem('centre: is for fields over two axes; of a kernel leave it out', { path: ['centre'] });
    return kernel ?? ofField(of, x, title, centre);
  }),
  bytes: (value: HeatmapValue) => (value.of.type === 'numbers' ? value.of.data.byteLength : 64),
  view: async (field: Gapped<HeatmapValue>, request, services) => {
    const value = nearestValue(field, 0)?.value;
    if (!value) return { type: 'none' };
    const picture =
      value.of.type === 'numbers' ? await paintNumbers(value.of, request.theme, services) : await paintKernel(value.of, request.theme);
    const { xName, yName, xValues, yValues, title } = value;
    const { gaps } = value;
    return { type: 'heatmap', picture: { ...picture, ...(gaps && { gaps }) }, xName, yName, xValues, yValues, title };
  },
});
