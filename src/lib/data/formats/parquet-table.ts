import type { AsyncBuffer, Compressors, FileMetaData } from 'hyparquet';
import { Problem } from '$lib/base/problem';
import { checkColumns, checkNames, noNumber, type DataTable } from '../data-table';
import { bytesFile } from '../byte-file';
import type { Hearer } from '../in-turns';
import { checkRows, largestFile } from '../limits';
import { shorten } from '../number-text';
import { Pause } from '../pause';
import { Places } from '../places';
import { fileSlices, readPart, type Slices } from './slices';
import { cellOf, ValueColumn } from './value-columns';

/** Whether these bytes begin as a Parquet file. */
export const isParquet = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x41 && bytes[2] === 0x52 && bytes[3] === 0x31;

/** A file as hyparquet asks for it. */
const bufferOf = (source: Slices, signal: AbortSignal): AsyncBuffer => ({
  byteLength: source.size,
  slice: async (start, end = source.size) => {
    // The ends of a part are numbers of the file: memory is taken for what is there only.
    const to = Math.min(end, source.size);
    if (!(start >= 0 && start <= to)) throw new Error(`bytes ${start} to ${end} of ${source.size}`);
    return (await readPart(source, start, to, signal)).slice().buffer;
  },
});

/** Unpackers that stop where a file unpacks to more than can be read. */
const bounded = (compressors: Compressors, name: string): Compressors => {
  let total = 0;
  const guard = (length: number): void => {
    total += length;
    if (total > 2 * largestFile)
      throw new Problem(`${name}: unpacks to more than ${(2 * largestFile) / 2 ** 20} MiB, the most that can be read`);
  };
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]) => [
      codec,
      (input: Uint8Array, length: number) => {
        guard(length);
        return unpack(input, length);
      },
    ]),
  );
};

/** The reader of a foreign format ends with errors of its own; of a damaged file they are what a person can mend. */
const mendable = async <T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem) throw error;
    throw new Problem(
      `${name}: expected a Parquet file, but it is damaged (${shorten(error instanceof Error ? error.message : String(error))})`,
    );
  }
};

/** What is given the values of a column, from a row on. */
type TakeValues = (column: string, from: number, values: ArrayLike<unknown>) => void;

/**
 * Reads columns of a file, one group of rows after the other; groups in which no row is wanted are passed over.
 * @throws Problem when a column has fewer values than rows.
 */
const readColumns = async (
  source: Slices,
  metadata: FileMetaData,
  columns: readonly string[],
  isWanted: (from: number, end: number) => boolean,
  take: TakeValues,
  { signal, progress }: Hearer,
): Promise<void> => {
  const { name } = source;
  const [{ parquetRead }, { compressors }] = await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
  const file = bufferOf(source, signal);
  const safe = bounded(compressors, name);
  const pause = new Pause(signal);
  const rows = Number(metadata.num_rows);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = Math.min(rows, rowStart + Number(group.num_rows));
    if (rowEnd > rowStart && isWanted(rowStart, rowEnd)) {
      const filled = new Map<string, number>();
      let failure: unknown;
      await parquetRead({
        ...{ file, metadata, compressors: safe, columns: [...columns], rowStart, rowEnd },
        onChunk: ({ columnName, columnData, rowStart: from }) => {
          filled.set(columnName, (filled.get(columnName) ?? 0) + columnData.length);
          // What is thrown here nobody would hear.
          try {
            take(columnName, from, columnData);
          } catch (error) {
            failure ??= error;
          }
        },
      });
      signal.throwIfAborted();
      if (failure !== undefined) throw failure as Error;
      const short = columns.find((column) => (filled.get(column) ?? 0) < rowEnd - rowStart);
      if (short !== undefined)
        throw new Problem(
          `${name}: expected ${rowEnd - rowStart} values in the column "${shorten(short)}", rows ${rowStart + 1} to ${rowEnd}, got ${filled.get(short) ?? 0}`,
        );
    }
    rowStart = rowEnd;
    progress(rowStart / rows);
    await pause.whenDue();
  }
};

/**
 * Opens a Parquet file of flat columns; columns and groups of rows are read when they are asked for. The reader and its decompressors
 * (hyparquet, MIT) are loaded when they are first needed.
 *
 * @throws Problem when it is damaged or nested, or has more rows than fit.
 */
export const openParquet = async (packed: Slices, hearer: Hearer): Promise<DataTable> => {
  const { name, size } = packed;
  // Of a gzip file every part costs all before it: it is unpacked once.
  const source = packed.direct ? packed : fileSlices(bytesFile(await readPart(packed, 0, size, hearer.signal)), name);
  const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  hearer.signal.throwIfAborted();
  const { metadata, names } = await mendable(name, hearer.signal, async () => {
    const metadata = await parquetMetadataAsync(bufferOf(source, hearer.signal));
    const { children } = parquetSchema(metadata);
    const nested = children.find((child) => child.children.length > 0);
    if (nested) throw new Problem(`${name}: expected flat columns, "${shorten(nested.element.name)}" is nested`);
    return { metadata, names: children.map(({ element }) => element.name) };
  });
  checkColumns(names.length, name);
  checkNames(names, name);
  const rows = Number(metadata.num_rows);
  if (!(rows >= 1) || names.length === 0) throw new Problem(`${name}: expected rows of numbers, there are none`);
  checkRows(rows, name);
  const grouped = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (grouped < rows) throw new Problem(`${name}: expected ${rows} rows in its groups, got ${grouped}`);
  const rowName = (index: number): string => `row ${index + 1}`;
  return {
    ...{ name, columns: names.map((column) => ({ name: column })), rows, rowName, named: true },
    load: (index, own) =>
      mendable(name, own.signal, async () => {
        const column = new ValueColumn(names[index]!, rows);
        const take: TakeValues = (_, from, values) => {
          for (let at = 0; at < values.length; at++) column.set(from + at, values[at]);
        };
        await readColumns(source, metadata, [names[index]!], () => true, take, own);
        return column.column();
      }),
    numbers: (wanted, taken, own) =>
      mendable(name, own.signal, async () => {
        const numbers = new Float64Array(taken.length * wanted.length);
        const places = new Places(taken);
        const order = new Map(wanted.map((index, d) => [names[index]!, d]));
        const take: TakeValues = (column, from, values) => {
          const d = order.get(column)!;
          for (let at = 0; at < values.length; at++)
            places.each(from + at, (place) => {
              const cell = cellOf(values[at]);
              if (typeof cell === 'string' || !Number.isFinite(cell)) throw noNumber({ name, rowName }, column, from + at, String(cell));
              numbers[place * wanted.length + d] = cell;
            });
        };
        await readColumns(source, metadata, [...order.keys()], (from, end) => places.anyIn(from, end), take, own);
        return numbers;
      }),
  };
};
