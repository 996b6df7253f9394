import { Problem } from '$lib/base/problem';
import { readCsv, type CsvRecord } from './csv';
import { dataUrlName, isDataUrl, readDataUrl } from './data-url';
import type { Dataset, FileSource } from './dataset';
import { checkCount, checkSize } from './limits';
import { standardise } from './standardise';

/** What `table` is told. */
export interface TableParameters {
  /** File or URL of a CSV with a header; a data URL holds it itself. */
  readonly file: string;
  /** Column of the labels; every other column is an input. */
  readonly label: string;
  /** Another file with the same columns, or how many of the last rows are the test set; without it the test set is empty. */
  readonly test?: string | number;
  /** The first rows, as many as this; without it all that are not the test set's. */
  readonly train?: number;
  /** Shift and scale each input column to mean 0 and variance 1 over the training set. */
  readonly standardise?: boolean;
}

/** Columns of numbers by name, rows in order. */
interface NumberTable {
  readonly columns: readonly string[];
  readonly rows: readonly Float64Array[];
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

const readNumber = (text: string, where: string): number => {
  const trimmed = text.trim();
  const value = decimal.test(trimmed) ? Number(trimmed) : NaN;
  if (!Number.isFinite(value)) throw new Problem(`${where}: expected a number, got "${shorten(text)}"`);
  return value;
};

const decode = (bytes: Uint8Array, name: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(`${name}: expected a CSV file, got something that is not UTF-8 text`);
  }
};

const readHeader = (header: CsvRecord | undefined, name: string): string[] => {
  if (!header) throw new Problem(`${name}: expected a header and rows of numbers, the file is empty`);
  const columns = header.values.map((value) => value.trim());
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) throw new Problem(`${name}, row ${header.row}: expected each column once, got "${shorten(twice)}" twice`);
  return columns;
};

/** Reads a CSV of numbers; messages name row and column. */
const readTable = (bytes: Uint8Array, name: string): NumberTable => {
  const [header, ...records] = readCsv(decode(bytes, name), name);
  const columns = readHeader(header, name);
  if (records.length === 0) throw new Problem(`${name}: expected rows of numbers after the header, there are none`);
  checkSize(records.length, columns.length);
  const rows = records.map(({ row, values }) => {
    if (values.length !== columns.length) {
      throw new Problem(`${name}, row ${row}: expected ${columns.length} values as in the header, got ${values.length}`);
    }
    return Float64Array.from(values, (value, column) => readNumber(value, `${name}, row ${row}, column "${shorten(columns[column]!)}"`));
  });
  return { columns, rows };
};

/** Inputs [rows, D] and labels of some rows; `order` says which column each input is. */
const split = (rows: readonly Float64Array[], order: readonly number[], label: number): { inputs: Float64Array; labels: Float64Array } => ({
  inputs: Float64Array.from({ length: rows.length * order.length }, (_, index) => {
    return rows[Math.floor(index / order.length)]![order[index % order.length]!]!;
  }),
  labels: Float64Array.from(rows, (row) => row[label]!),
});

/** A file with the name it has in messages; a data URL is its own file. */
const open = async (
  file: string,
  files: FileSource,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly content: NumberTable }> => {
  const name = isDataUrl(file) ? dataUrlName(file) : file;
  return { name, content: readTable(isDataUrl(file) ? readDataUrl(file) : await files.read(file, signal), name) };
};

/** Where each of these columns stands in a second file, which must have the same ones in any order. */
const columnsIn = (table: NumberTable, columns: readonly string[], name: string): number[] =>
  columns.map((column) => {
    const index = table.columns.indexOf(column);
    if (index < 0) throw new Problem(`test: expected the column "${shorten(column)}" in ${name} too`, { path: ['test'] });
    return index;
  });

const listColumns = (columns: readonly string[]): string =>
  `${columns
    .slice(0, 8)
    .map((column) => `"${shorten(column)}"`)
    .join(', ')}${columns.length > 8 ? ', …' : ''}`;

/**
 * `table(file, label:, test:, train:, standardise:)`: a task from a CSV with a header, numbers only.
 *
 * With `test: 50` the last 50 rows are the test set and never train; `train: 100` takes the first 100 of the others, in the order of
 * the file. With `test: "other.csv"` its rows are the test set; its columns may stand in another order, and further ones are an error
 * only if they are not numbers. Values are as they are, unless `standardise: true`: then each input column is shifted and scaled by
 * its mean and standard deviation over the training rows, in both sets. Labels are never changed.
 *
 * @throws Problem naming the file, row and column where something else than a number stands, a column that is not there, or counts that
 * are more than there are.
 */
export const table = async (parameters: TableParameters, files: FileSource, signal: AbortSignal): Promise<Dataset> => {
  const { file, label, test } = parameters;
  if (parameters.train !== undefined) checkCount('train', parameters.train, 1);
  if (typeof test === 'number') checkCount('test', test, 0);
  const { name, content: main } = await open(file, files, signal);
  const labelColumn = main.columns.indexOf(label);
  if (labelColumn < 0) {
    throw new Problem(`label: must be one of the columns ${listColumns(main.columns)}, got "${shorten(label)}"`, { path: ['label'] });
  }
  const inputColumns = main.columns.flatMap((_, index) => (index === labelColumn ? [] : [index]));
  if (inputColumns.length === 0) throw new Problem(`${name}: expected at least one column besides the label "${shorten(label)}"`);

  const held = typeof test === 'number' ? test : 0;
  const available = main.rows.length - held;
  if (available < 1) throw new Problem(`test: must leave rows for training, got ${held} of ${main.rows.length} rows`, { path: ['test'] });
  const train = parameters.train ?? available;
  if (train > available) {
    const besides = held > 0 ? ` besides the ${held} of the test set` : '';
    throw new Problem(`train: must be at most ${available}, the rows of ${name}${besides}, got ${train}`, { path: ['train'] });
  }
  const training = split(main.rows.slice(0, train), inputColumns, labelColumn);
  let testing = split(main.rows.slice(available), inputColumns, labelColumn);
  if (typeof test === 'string') {
    const { name: otherName, content: other } = await open(test, files, signal);
    const order = columnsIn(other, [label, ...inputColumns.map((index) => main.columns[index]!)], otherName);
    testing = split(other.rows, order.slice(1), order[0]!);
  }
  if (parameters.standardise) standardise(training.inputs, testing.inputs, inputColumns.length);
  return {
    title: `${name.split('/').at(-1)!}: ${label}`,
    dimension: inputColumns.length,
    trainInputs: training.inputs,
    trainLabels: training.labels,
    testInputs: testing.inputs,
    testLabels: testing.labels,
  };
};
