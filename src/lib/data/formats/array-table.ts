import { Problem } from '$lib/base/problem';
import { checkColumns, noNumber, type Column, type ColumnHead, type DataTable } from '../data-table';
import { partOf, type Hearer } from '../in-turns';
import { checkRows } from '../limits';
import { shorten } from '../number-text';
import { Places } from '../places';
import { rowSize, rowStrides, type ArrayFile } from './array-file';
import { listArrays, type Archive } from './npz-file';
import { placeOf } from './number-array';
import { allRows, visitRows } from './visit-rows';

/** What stands where an integer is, of 64 bits, that double precision does not hold. */
const tooPrecise = 'an integer beyond double precision';

/** Where a column of a table stands: in which array, and at which place of its rows. */
interface ArrayColumn extends ColumnHead {
  readonly array: ArrayFile;
  readonly place: number;
}

/** The columns of an array [n] or [n, D]; the rows of one of more axes are flattened, the last axis fastest. */
const columnsOf = (array: ArrayFile, group: string | undefined): ArrayColumn[] => {
  const width = rowSize(array);
  checkColumns(width, array.name);
  const row = { shape: array.shape.slice(1), strides: rowStrides(array) };
  return Array.from({ length: width }, (_, column) => ({
    name: group === undefined ? String(column) : array.shape.length === 1 ? group : `${group}[${column}]`,
    ...(group !== undefined && { group }),
    array,
    place: placeOf(row, column),
  }));
};

const isWhole = ({ type }: ArrayFile): boolean => type === 'int64' || type === 'uint64';

const loadColumn = async ({ array, place, ...head }: ArrayColumn, rows: number, hearer: Hearer): Promise<Column> => {
  const values = new Float64Array(rows);
  await visitRows(array, allRows(rows), (row, at) => (values[row] = at(place)), hearer);
  const texted = isWhole(array) && values.some(Number.isNaN);
  return { ...head, values, ...(texted && { textAt: (row: number) => (Number.isNaN(values[row]) ? tooPrecise : undefined) }) };
};

const tableOf = (name: string, columns: readonly ArrayColumn[], rows: number, named: boolean): DataTable => {
  if (rows === 0 || columns.length === 0) throw new Problem(`${name}: expected rows of numbers, there are none`);
  checkRows(rows, name);
  const rowName = (index: number): string => `row ${index}`;
  return {
    ...{ name, columns, rows, rowName, named },
    load: (column, hearer) => loadColumn(columns[column]!, rows, hearer),
    numbers: async (wanted, taken, hearer) => {
      const width = wanted.length;
      const numbers = new Float64Array(taken.length * width);
      const places = new Places(taken);
      const arrays = [...new Set(wanted.map((index) => columns[index]!.array))];
      for (const [turn, array] of arrays.entries()) {
        const own = wanted.flatMap((index, d) => (columns[index]!.array === array ? [{ ...columns[index]!, d }] : []));
        const take = (row: number, at: (place: number) => number): void => {
          for (const column of own) {
            const value = at(column.place);
            if (!Number.isFinite(value))
              throw noNumber({ name, rowName }, column.name, row, Number.isNaN(value) && isWhole(array) ? tooPrecise : String(value));
            places.each(row, (place) => (numbers[place * width + column.d] = value));
          }
        };
        await visitRows(array, places.rows, take, partOf(hearer, turn / arrays.length, (turn + 1) / arrays.length));
      }
      return numbers;
    },
  };
};

/** An array as a table: its columns are numbered from 0. @throws Problem when it has no rows, or too many rows or columns. */
export const arrayTable = (array: ArrayFile): DataTable => {
  if (array.shape.length === 0) throw new Problem(`${array.name}: expected an array of rows, got a single number`);
  return tableOf(array.name, columnsOf(array, undefined), array.shape[0]!, false);
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
    const got = typeof label === 'number' ? label : `"${shorten(label)}"`;
    throw new Problem(`label: must be one of the arrays ${listArrays(names)} of ${name}, got ${got}`, { path: ['label'] });
  }
  const { shape } = await archive.open(label);
  if (shape.length === 0) throw new Problem(`${name}: expected "${shorten(label)}" to be an array of rows, it is a single number`);
  const columns: ArrayColumn[] = [];
  for (const each of names) {
    const array = await archive.open(each);
    if (array.shape.length > 0 && array.shape[0] === shape[0]) columns.push(...columnsOf(array, each));
  }
  return tableOf(name, columns, shape[0]!, true);
};
