import { Problem } from '$lib/base/problem';
import { align, MOST_POINTS, sizeOf } from '$lib/graph/axes';
import type { Axis, AxisValue } from '$lib/graph/kind';
import type { Outcome } from '../outcome';

/** One column of the tidy table. */
export interface Column {
  readonly name: string;
  readonly values: readonly (number | string | boolean | null)[];
}

/** A list, which a column cannot hold, as text. */
const flat = (value: AxisValue): number | string | boolean =>
  Array.isArray(value) ? value.join(' ') : (value as number | string | boolean);

/** The fields of a cell that are one value a point; a standard error follows its field. */
const fieldsOf = ({ axes, fields }: Extract<Outcome, { status: 'ok' }>): [string, readonly unknown[]][] => {
  const size = sizeOf(axes);
  const lists = Object.entries(fields).flatMap(([name, values]): [string, readonly unknown[]][] =>
    Array.isArray(values) && values.length === size && !values.some(Array.isArray) ? [[name, values as readonly unknown[]]] : [],
  );
  const behind = (name: string): string => (name.endsWith('.stderr') ? name.slice(0, -'.stderr'.length) : name);
  const first = new Map(lists.map(([name], i) => [name, i]));
  const place = (name: string): number => first.get(behind(name)) ?? first.get(name) ?? 0;
  return lists.sort(([a], [b]) => place(a) - place(b) || a.length - b.length);
};

const asColumn = (name: string, values: readonly unknown[]): Column => {
  const plain = values.map((value) =>
    typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null,
  );
  const types = new Set(plain.flatMap((value) => (value === null ? [] : [typeof value])));
  // A column of a Parquet file has one type: mixed values are written as text.
  return { name, values: types.size > 1 ? plain.map((value) => (value === null ? null : String(value))) : plain };
};

/**
 * The cells that vary over axes as one table: a column an axis, then a column a field (`err.test`, `nets.test`, `nets.test.stderr`), a
 * row a point of all axes together; a cell that does not vary along an axis repeats its values along it.
 *
 * @throws Problem when the axes of all cells together have too many points.
 */
export const tidyTable = (outcomes: readonly Outcome[]): { readonly axes: readonly Axis[]; readonly columns: readonly Column[] } => {
  const cells = outcomes.flatMap((outcome) =>
    outcome.status === 'ok' && outcome.axes.length > 0 && !['range', 'each', 'plot', 'heatmap'].includes(outcome.kind) ? [outcome] : [],
  );
  const known = new Map(cells.flatMap(({ axes }) => axes).map((axis) => [axis.name, axis]));
  const rows = sizeOf([...known.values()]);
  if (rows > MOST_POINTS)
    throw new Problem(
      `--parquet: the axes ${[...known.keys()].join(', ')} have ${rows} points together, at most ${MOST_POINTS} are written`,
    );
  const axes = [...known.values()];
  const { index } = align([axes, ...cells.map((cell) => cell.axes)]);
  const columns: Column[] = axes.map((axis) => {
    const [own] = align([axes, [axis]]).index.slice(1);
    return asColumn(
      axis.name,
      Array.from(own ?? [], (at) => flat(axis.values[at] ?? '')),
    );
  });
  for (const [i, cell] of cells.entries())
    for (const [name, values] of fieldsOf(cell))
      columns.push(
        asColumn(
          name === 'value' ? cell.key : `${cell.key}.${name}`,
          Array.from(index[i + 1] ?? [], (at) => values[at]),
        ),
      );
  return { axes, columns };
};
