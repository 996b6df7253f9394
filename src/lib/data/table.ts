import { Problem } from '$lib/base/problem';
import type { DataTable } from './data-table';
import type { Dataset, FileSource } from './dataset';
import { partOf as portion, type Hearer } from './in-turns';
import { inputScale, scaleNote, scaleWarnings } from './input-scale';
import { checkCount, checkSeed, checkSize } from './limits';
import { shorten } from './number-text';
import { standardise } from './standardise';
import { findColumn, inputColumns } from './table-columns';
import { openTable, type TableFormat } from './table-file';
import { leftOut, rowLabels, strangers, type RowLabels, type TableClass } from './table-labels';
import { rowOrder, splitWarnings } from './table-split';

/** What `table` is told. */
export interface TableParameters extends TableFormat {
  /** File or URL of a table; a data URL holds it itself. */
  readonly file: string;
  /** Column of the labels, by name, or by number from 0 on (a negative one from the end). */
  readonly label: string | number;
  /** Columns that train: their names, or with a minus before each those that do not; without it all but the label. */
  readonly inputs?: string | readonly string[];
  /** Another file with the same columns, or how many of the last rows are the test set; without it the test set is empty. */
  readonly test?: string | number;
  /** The first rows, as many as this; without it all that are not the test set's. */
  readonly train?: number;
  /** Shift and scale each input column to mean 0 and variance 1 over the training set. */
  readonly standardise?: boolean;
  /** Shuffles the rows before any are taken; without it they stay in the order of the file. */
  readonly seed?: number;
  /** Spreads the classes evenly over training and test set. */
  readonly stratify?: boolean;
  /** Classes with label +1; without it labels are numbers. */
  readonly positive?: TableClass | readonly TableClass[];
  /** Classes with label −1; without it all others. */
  readonly negative?: TableClass | readonly TableClass[];
}

interface Part {
  readonly inputs: Float64Array;
  readonly labels: Float64Array;
}

const partOf = async (
  table: DataTable,
  { rows, labels }: RowLabels,
  columns: readonly number[],
  taken: readonly number[],
  hearer: Hearer,
): Promise<Part> => ({
  inputs: await table.numbers(
    columns,
    taken.map((index) => rows[index]!),
    hearer,
  ),
  labels: Float64Array.from(taken, (index) => labels[index]!),
});

/** Where a column of the table stands in a second file, which must have it too. */
const sameColumn = (table: DataTable, column: number, other: DataTable): number => {
  const { name } = table.columns[column]!;
  const index = other.columns.findIndex((each) => each.name === name);
  if (index >= 0) return index;
  throw new Problem(`test: expected the column "${shorten(name)}" in ${other.name} too`, { path: ['test'] });
};

/** How many rows train and how many test. */
const counts = ({ train, test }: TableParameters, rows: number, name: string): { readonly train: number; readonly held: number } => {
  const held = typeof test === 'number' ? test : 0;
  const available = rows - held;
  if (available < 1) throw new Problem(`test: must leave rows for training, got ${held} of ${rows} rows`, { path: ['test'] });
  if (train !== undefined && train > available) {
    const besides = held > 0 ? ` besides the ${held} of the test set` : '';
    throw new Problem(`train: must be at most ${available}, the rows of ${name}${besides}, got ${train}`, { path: ['train'] });
  }
  return { train: train ?? available, held };
};

const checkParameters = ({ train, test, seed }: TableParameters): void => {
  if (train !== undefined) checkCount('train', train, 1);
  if (typeof test === 'number') checkCount('test', test, 0);
  if (seed !== undefined) checkSeed(seed);
};

/** Names of columns in a sentence. */
const named = (table: DataTable, columns: readonly number[], which: readonly number[]): string =>
  `${which
    .slice(0, 3)
    .map((index) => `"${shorten(table.columns[columns[index]!]!.name)}"`)
    .join(', ')}${which.length > 3 ? ` and ${which.length - 3} more` : ''}`;

/**
 * `table(file, label:, …)`: a task from a table of numbers; labels may be texts.
 *
 * With `test: 50` the last 50 rows are the test set and never train; `train: 100` takes the first 100 of the others, in the order of
 * the file, or in that of `rowOrder` with `seed` or `stratify`. With `test: "other.csv"` its rows are the test set; its columns may stand
 * in another order, and further ones are not looked at. Values are as they are, unless `standardise: true`: then each input column is
 * shifted and scaled by its mean and standard deviation over the training rows, in both sets. Number labels are never changed.
 *
 * @throws Problem naming the file, row and column where something else than a number stands, a column or class that is not there, or
 * counts that are more than there are.
 */
export const table = async (
  parameters: TableParameters,
  files: FileSource,
  signal: AbortSignal,
  progress: (fraction: number) => void = () => undefined,
): Promise<Dataset> => {
  const hearer = { signal, progress };
  const { file, test, positive, negative } = parameters;
  checkParameters(parameters);
  const main = await openTable(file, parameters, files, portion(hearer, 0, 0.3));
  const label = findColumn(main, parameters.label, 'label');
  const { columns, notes, warnings } = await inputColumns(main, label, parameters.inputs, portion(hearer, 0.3, 0.4));
  const all = rowLabels(main, await main.load(label, portion(hearer, 0.4, 0.5)), positive, negative, true);
  const { train, held } = counts(parameters, all.rows.length, main.name);
  checkSize(train + held, columns.length);
  const seed = parameters.seed ?? (parameters.stratify ? 1 : undefined);
  const order = rowOrder(all.labels, seed, parameters.stratify ?? false);
  const training = await partOf(main, all, columns, order.slice(0, train), portion(hearer, 0.5, 0.75));
  const said = [...notes, ...leftOut(main, all)];
  const warned = [...warnings];
  let testing = await partOf(main, all, columns, order.slice(all.rows.length - held), portion(hearer, 0.75, 0.8));
  if (typeof test === 'string') {
    const { sha256: _, ...format } = parameters;
    const other = await openTable(test, format, files, portion(hearer, 0.8, 0.85));
    const there = rowLabels(other, await other.load(sameColumn(main, label, other), portion(hearer, 0.85, 0.9)), positive, negative, false);
    said.push(...leftOut(other, there));
    warned.push(...strangers(other, all, there));
    const same = columns.map((column) => sameColumn(main, column, other));
    checkSize(train + there.rows.length, columns.length);
    testing = await partOf(
      other,
      there,
      same,
      there.rows.map((_, index) => index),
      portion(hearer, 0.9, 1),
    );
  }
  const parted = typeof test === 'string' ? 'files' : seed === undefined ? 'rows' : 'seed';
  warned.push(...splitWarnings(training.labels, testing.labels, parted));
  const names = columns.map((column) => main.columns[column]!.name);
  said.push(scaleNote(inputScale(training.inputs, columns.length), names));
  if (parameters.standardise) {
    const { constant, coarse } = standardise(training.inputs, testing.inputs, columns.length);
    if (constant.length > 0) said.push(`constant in training, now 0: ${named(main, columns, constant)}`);
    if (coarse.length > 0)
      warned.push(
        `the spread of ${named(main, columns, coarse)} is so small beside the values that fewer than three digits of it are known`,
      );
  } else warned.push(...scaleWarnings(inputScale(training.inputs, columns.length), names));
  return {
    title: `${main.name.split('/').at(-1)!}: ${main.columns[label]!.name}`,
    dimension: columns.length,
    trainInputs: training.inputs,
    trainLabels: training.labels,
    testInputs: testing.inputs,
    testLabels: testing.labels,
    notes: said,
    warnings: warned,
  };
};
