import { Problem } from '$lib/base/problem';
import { checkColumns, type Column, type DataTable } from '../data-table';
import { maximumEntries } from '../limits';
import { shorten } from '../number-text';
import { numbersOf, shapeText, sizeOf, type NumberArray } from './number-array';
import type { Archive } from './npz-file';

/** What stands where an integer is, of 64 bits, that double precision does not hold. */
const tooPrecise = 'an integer beyond double precision';

/** The columns of an array [n] or [n, D]; one of more axes is flattened to [n, D]. */
const columnsOf = (array: NumberArray, group: string | undefined): Column[] => {
  const [rows = 0] = array.shape;
  const width = rows === 0 ? 0 : sizeOf(array.shape) / rows;
  checkColumns(width, array.name);
  if (rows * width > maximumEntries) throw new Problem(`${array.name}: ${shapeText(array.shape)} numbers are more than fit`);
  const numbers = numbersOf(array);
  const whole = array.type === 'int64' || array.type === 'uint64';
  return Array.from({ length: width }, (_, column) => {
    const values = Float64Array.from({ length: rows }, (__, row) => numbers[row * width + column]!);
    return {
      name: group === undefined ? String(column) : array.shape.length === 1 ? group : `${group}[${column}]`,
      values,
      ...(group !== undefined && { group }),
      ...(whole && values.some(Number.isNaN) && { textAt: (row: number) => (Number.isNaN(values[row]) ? tooPrecise : undefined) }),
    };
  });
};

const tableOf = (name: string, columns: readonly Column[], named: boolean): DataTable => {
  const rows = columns[0]?.values.length ?? 0;
  if (rows === 0) throw new Problem(`${name}: expected rows of numbers, there are none`);
  return { name, columns, rows, rowName: (index) => `row ${index}`, named };
};

/** An array as a table: its columns are numbered from 0. @throws Problem when it has no rows or does not fit. */
export const arrayTable = (array: NumberArray): DataTable => {
  if (array.shape.length === 0) throw new Problem(`${array.name}: expected an array of rows, got a single number`);
  return tableOf(array.name, columnsOf(array, undefined), false);
};

/**
 * The arrays of an archive as a table: those with as many rows as the label's, named after their arrays; of one with several columns these
 * are `X[0]`, `X[1]` ….
 *
 * @param label name of the array of labels
 * @throws Problem that lists the arrays when there is none of this name.
 */
export const archiveTable = async (archive: Archive, label: string | number): Promise<DataTable> => {
  const { name, names } = archive;
  if (typeof label === 'number' || !names.includes(label)) {
    const there = names
      .slice(0, 12)
      .map((each) => `"${shorten(each)}"`)
      .join(', ');
    throw new Problem(
      `label: must be one of the arrays ${there} of ${name}, got ${typeof label === 'number' ? label : `"${shorten(label)}"`}`,
      { path: ['label'] },
    );
  }
  const wanted = (await archive.read(label)).shape[0];
  const columns: Column[] = [];
  for (const each of names) {
    const array = await archive.read(each);
    if (array.shape[0] === wanted && (array.shape.length > 0 || each === label)) columns.push(...columnsOf(array, each));
  }
  return tableOf(name, columns, true);
};
