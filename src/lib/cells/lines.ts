import { Problem } from '$lib/base/problem';
import { isGap, type Gap, type Gapped } from '$lib/graph/gap';
import type { Axis, AxisValue, Field } from '$lib/graph/kind';
import { alignFields } from './operators/align';
import type { Provenance } from './operators/field';
import { alongAxis } from './fields';
import { show } from './parameter';
import type { Series } from './view';

const wordOf = (value: AxisValue): string => (typeof value === 'object' ? show(value) : String(value));

/** Where the values of an axis stand on a line: words are counted. */
export const places = ({ values }: Axis): number[] => values.map((value, index) => (typeof value === 'number' ? value : index));

/** What its values are called, where they are no numbers. */
export const words = ({ values }: Axis): string[] | undefined =>
  values.every((value) => typeof value === 'number') ? undefined : values.map(wordOf);

/** What people call an axis made inside a formula, by its name: `each_1` given as the width is `N`. */
export type AxisLabels = ReadonlyMap<string, string>;

/** Numbers to four digits, where that tells all of them apart. */
const shortWords = (values: readonly AxisValue[]): readonly string[] => {
  const short = values.map((value) =>
    typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(4))) : wordOf(value),
  );
  return new Set(short).size === values.length ? short : values.map(wordOf);
};

/** `N = 64, gamma = 2`: where on the other axes a line belongs; `wordsOf` writes the values of an axis. */
export const lineNames = (rest: readonly Axis[], labels: AxisLabels = new Map(), wordsOf = shortWords): string[] =>
  rest.reduce<string[]>(
    (names, axis) =>
      names.flatMap((name) =>
        wordsOf(axis.values).map((word) => [name, `${labels.get(axis.name) ?? axis.name} = ${word}`].filter(Boolean).join(', ')),
      ),
    [''],
  );

/** `test` of `err.test`, `test` of `nets.test[delta: 1]`. */
const quantityOf = (label: string): string => /\.(\w+)(?=$|\[)/.exec(label)?.[1] ?? label;

/** All the lines of one field over its axis of number `x`: one for every point of its other axes. */
export const linesOf = (
  label: string,
  field: Field,
  provenance: Gapped<Provenance> | undefined,
  x: number,
  axisLabels: AxisLabels,
): Series[] => {
  const { rest, lines } = alongAxis(field, x);
  const sources = provenance && alongAxis(alignedTo(field, provenance), x).lines;
  const names = lineNames(rest, axisLabels);
  // Lines of different fields belong together at the same values only.
  const exact = lineNames(rest, axisLabels, (values) => values.map(wordOf));
  const along = field.axes[x];
  const xs = along ? places(along) : [];
  return lines.map((line, index): Series => {
    const wrong = line.find((value) => typeof value !== 'number' && !isGap(value));
    if (wrong !== undefined)
      throw new Problem(`y: ${label} must be numbers, got ${show(wrong)}; choose a field, e.g. ${label}.test`, { path: ['y'] });
    const origin = sources?.[index]?.map((point) => (isGap(point) ? undefined : point));
    const stderr = origin?.map((point) => point?.stderr);
    return {
      name: [label, names[index]].filter(Boolean).join(', '),
      x: xs,
      y: line.map((value) => (typeof value === 'number' ? value : undefined)),
      ...(stderr?.some((value) => value !== undefined) && { stderr }),
      mark: origin?.find((point) => point !== undefined)?.mark ?? 'line',
      group: [quantityOf(label), exact[index]].filter(Boolean).join(', '),
    };
  });
};

/** The provenance at every point of the field it belongs to, which may vary over more axes. */
const alignedTo = (field: Field, provenance: Gapped<Provenance>): Gapped<Provenance> => {
  const { axes, points } = alignFields([field, provenance]);
  return { axes, points: points.map(([, origin]) => origin as Provenance | Gap) };
};
