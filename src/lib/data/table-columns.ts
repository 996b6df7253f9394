import { Problem } from '$lib/base/problem';
import type { Column, DataTable } from './data-table';
import type { Hearer } from './in-turns';
import { shorten } from './number-text';

/** A few names in a message. */
export const listNames = (names: readonly string[]): string =>
  `${names
    .slice(0, 8)
    .map((name) => `"${shorten(name)}"`)
    .join(', ')}${names.length > 8 ? ', …' : ''}`;

const namesOf = (table: DataTable): string[] => table.columns.map(({ name }) => name);

/**
 * Where a column stands: by its name, or by its number from 0 on, a negative one from the end.
 * @throws Problem of the parameter that asks for it, listing what there is.
 */
export const findColumn = (table: DataTable, asked: string | number, parameter: string): number => {
  const count = table.columns.length;
  const index = typeof asked === 'number' ? (asked < 0 ? asked + count : asked) : table.columns.findIndex(({ name }) => name === asked);
  if (index >= 0 && index < count) return index;
  const there = table.named ? `one of the columns ${listNames(namesOf(table))}` : `a column number from 0 to ${count - 1}`;
  throw new Problem(`${parameter}: must be ${there}, got ${typeof asked === 'number' ? asked : `"${shorten(asked)}"`}`, {
    path: [parameter],
  });
};

/** No name, or what pandas calls a column that had none; of a table written twice one is "Unnamed: 0.1". */
const nameless = /^$|^Unnamed: \d+(\.\d+)?$/;

/** Whether the values of a column are 0, 1, 2 …, 1, 2, 3 … or such a count in another order. */
const counts = ({ values, textAt }: Column): boolean =>
  !textAt && values.every((value) => Number.isSafeInteger(value) && value >= 0) && new Set(values).size === values.length;

/** Whether the values go up by one from row to row. */
const goesUpByOne = ({ values, textAt }: Column): boolean =>
  !textAt && values.length > 2 && values.every((value, row) => value === values[0]! + row) && (values[0] === 0 || values[0] === 1);

/** The columns that train, in order, with what is to be said of the choice. */
export interface InputColumns {
  readonly columns: readonly number[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/** All columns but the label and those without a name that number the rows; a first one without a name may name them too. */
const allInputs = async (table: DataTable, label: number, hearer: Hearer): Promise<InputColumns> => {
  const left = new Set<number>();
  let numbers = false;
  for (const [index, { name }] of table.columns.entries()) {
    if (!table.named || index === label || (index > 0 && !nameless.test(name))) continue;
    const column = await table.load(index, hearer);
    if (nameless.test(name) && ((index === 0 && column.textAt !== undefined) || counts(column))) left.add(index);
    else if (index === 0) numbers = goesUpByOne(column);
  }
  const columns = table.columns.flatMap((_, index) => (index === label || left.has(index) ? [] : [index]));
  const first = shorten(table.columns[0]!.name);
  return {
    columns,
    notes: [...left].map(
      (index) =>
        `${index === 0 ? 'the first column' : `column ${index}, from 0 on,`} has no name and numbers the rows: it is left out of the inputs`,
    ),
    warnings:
      numbers && columns.length > 1
        ? [`the column "${first}" numbers the rows and is an input; leave it out with inputs: "-${first}"`]
        : [],
  };
};

/** Names of columns, that of an array for all of its columns. */
const expanded = (table: DataTable, list: readonly string[]): string[] =>
  list.flatMap((name) => {
    const minus = name.startsWith('-') ? '-' : '';
    const inGroup = table.columns.filter(({ group }) => group !== undefined && group === name.slice(minus.length));
    return inGroup.length > 0 ? inGroup.map((column) => minus + column.name) : [name];
  });

/**
 * The columns that train: all but the label, those that are named, or all but those named with a minus before them.
 * @throws Problem for a name that is not there, is named twice, or is the label's.
 */
export const inputColumns = async (
  table: DataTable,
  label: number,
  asked: string | readonly string[] | undefined,
  hearer: Hearer,
): Promise<InputColumns> => {
  const fail = (words: string): Problem => new Problem(`inputs: ${words}`, { path: ['inputs'] });
  if (asked === undefined) {
    const all = await allInputs(table, label, hearer);
    if (all.columns.length === 0)
      throw new Problem(`${table.name}: expected at least one column besides the label "${shorten(table.columns[label]!.name)}"`);
    return all;
  }
  const list = expanded(table, typeof asked === 'string' ? [asked] : asked);
  const known = new Set(namesOf(table));
  const minus = list.filter((name) => !known.has(name) && name.startsWith('-'));
  if (minus.length > 0 && minus.length < list.length) throw fail('must be columns, or columns with a minus before each, not both');
  const named = list.map((name) => findColumn(table, minus.length > 0 ? name.slice(1) : name, 'inputs'));
  const twice = named.find((index, place) => named.indexOf(index) !== place);
  if (twice !== undefined) throw fail(`must name each column once, got "${shorten(table.columns[twice]!.name)}" twice`);
  if (minus.length === 0 && named.includes(label)) throw fail(`must not hold the label "${shorten(table.columns[label]!.name)}"`);
  const out = new Set(named);
  const columns = minus.length > 0 ? table.columns.flatMap((_, index) => (index === label || out.has(index) ? [] : [index])) : named;
  if (columns.length === 0) throw fail('must leave at least one column');
  return { columns, notes: [], warnings: [] };
};
