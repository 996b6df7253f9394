import { Problem } from '$lib/base/problem';
import { checkNumbers, type Column, type DataTable } from './data-table';
import { shorten } from './number-text';
import { listNames } from './table-columns';

/** A class of a table: what stands in the label's column. */
export type TableClass = string | number;

/** Which rows have which label. */
export interface RowLabels {
  /** The rows that take part, in the order of the file. */
  readonly rows: readonly number[];
  /** One a row of `rows`. */
  readonly labels: Float64Array;
  /** The classes of these rows, where the sheet names some. */
  readonly classes: ReadonlySet<TableClass>;
}

/** Says that rows of a file take no part, for they are of no class that the sheet names. */
export const leftOut = ({ name, rows }: DataTable, taken: RowLabels): string[] =>
  taken.rows.length < rows
    ? [`${rows - taken.rows.length} of ${rows} rows of ${name} are neither positive nor negative: they are left out`]
    : [];

/** Warns of classes that only the test file has, as other spellings of a class are: they have label −1 where `negative` names none. */
export const strangers = ({ name }: DataTable, train: RowLabels, test: RowLabels): string[] => {
  const strange = [...test.classes].filter((one) => !train.classes.has(one));
  if (strange.length === 0) return [];
  return [`${name} has classes that no row of training has, ${strange.slice(0, 4).map(show).join(', ')}: they count as label -1`];
};

const list = (classes: TableClass | readonly TableClass[]): readonly TableClass[] =>
  typeof classes === 'string' || typeof classes === 'number' ? [classes] : classes;

/** What stands in a cell: its number, or its text without the spaces around it. */
const cellOf = ({ values, textAt }: Column, row: number): TableClass => textAt?.(row)?.trim() ?? values[row]!;

const show = (one: TableClass): string => (typeof one === 'number' ? String(one) : `"${shorten(one)}"`);

/** What programs write where there is no value (the list of pandas). */
const missing = /^(|#N\/A|#NA|<NA>|N\/A|NA|n\/a|NULL|null|NaN|-?nan|None)$/;

/**
 * That a row has no class where every class counts. A missing value is no class of its own, unless the sheet names it.
 * @param named the classes that the sheet names
 */
const checkClasses = (table: DataTable, column: Column, cells: readonly TableClass[], named: ReadonlySet<TableClass>): void => {
  const row = cells.findIndex((cell) => !named.has(cell) && (typeof cell === 'string' ? missing.test(cell) : Number.isNaN(cell)));
  if (row < 0) return;
  const where = `${table.name}, ${table.rowName(row)}, column "${shorten(column.name)}"`;
  const found = cells[row] === '' ? 'an empty value' : `${show(cells[row]!)}, a missing value; if it is a class, name it in negative`;
  throw new Problem(`${where}: expected a class, got ${found}`);
};

/** What stands in a column, each once, as far as a message has room. */
const present = (column: Column): string => {
  const found = new Set<TableClass>();
  for (let row = 0; row < column.values.length && found.size < 9; row++) found.add(cellOf(column, row));
  const shown = [...found].slice(0, 8).map(show).join(', ');
  return found.size > 8 ? `${shown}, …` : shown;
};

/** @throws Problem naming a class that no row has. */
const checkPresent = (
  table: DataTable,
  column: Column,
  side: string,
  classes: readonly TableClass[],
  seen: ReadonlySet<TableClass>,
): void => {
  if (classes.length === 0) throw new Problem(`${side}: must have at least one class, got an empty list`, { path: [side] });
  const missing = classes.find((one) => !seen.has(one));
  if (missing === undefined) return;
  throw new Problem(
    `${side}: must be classes in the column "${shorten(column.name)}" of ${table.name} (${present(column)}), got ${show(missing)}`,
    { path: [side] },
  );
};

/**
 * Labels of a table. Without classes they are the numbers of the column. With `positive` a row of these classes has label +1, and one of
 * `negative`, or of all others when that is not given, −1; rows of neither take no part.
 *
 * @param every whether each class must occur, as it must in the table that trains
 * @throws Problem for a label that is no number where no classes are named, for a class that is not there or on both sides.
 */
export const rowLabels = (
  table: DataTable,
  column: Column,
  positive: TableClass | readonly TableClass[] | undefined,
  negative: TableClass | readonly TableClass[] | undefined,
  every: boolean,
): RowLabels => {
  const all = Array.from({ length: table.rows }, (_, row) => row);
  const { values, textAt, name } = column;
  if (positive === undefined) {
    if (negative !== undefined) throw new Problem('negative: needs positive, the classes with label +1', { path: ['negative'] });
    if (textAt && table.rows > 1 && all.every((row) => !Number.isFinite(values[row])))
      throw new Problem(
        `label: the column "${shorten(name)}" of ${table.name} holds texts (${present(column)}); say which have label +1, e.g. positive: ${show(cellOf(column, 0))}`,
        { path: ['label'] },
      );
    checkNumbers(table, column, all);
    return { rows: all, labels: values.slice(), classes: new Set() };
  }
  const [plus, minus] = [new Set(list(positive)), negative === undefined ? undefined : new Set(list(negative))];
  const both = minus && [...minus].find((one) => plus.has(one));
  if (both !== undefined)
    throw new Problem(`negative: must have other classes than positive, got ${show(both)} on both sides`, { path: ['negative'] });
  const cells = all.map((row) => cellOf(column, row));
  if (!minus) checkClasses(table, column, cells, plus);
  if (every) {
    const seen = new Set(cells);
    checkPresent(table, column, 'positive', [...plus], seen);
    if (minus) checkPresent(table, column, 'negative', [...minus], seen);
    if (!minus && seen.size === plus.size)
      throw new Problem(
        `positive: must leave another class for label -1, the column "${shorten(name)}" has only ${listNames([...seen].map(String))}`,
        {
          path: ['positive'],
        },
      );
  }
  const rows = all.filter((row) => plus.has(cells[row]!) || !minus || minus.has(cells[row]!));
  const labels = Float64Array.from(rows, (row) => (plus.has(cells[row]!) ? 1 : -1));
  return { rows, labels, classes: new Set(rows.map((row) => cells[row]!)) };
};
