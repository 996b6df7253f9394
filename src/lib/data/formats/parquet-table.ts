import type { AsyncBuffer, Compressors } from 'hyparquet';
import { platformBytes } from '$lib/base/bytes';
import { Problem } from '$lib/base/problem';
import { checkColumns, checkNames, type DataTable } from '../data-table';
import { largestFile, maximumEntries } from '../limits';
import { shorten } from '../number-text';
import { ValueColumn } from './value-columns';

/** Whether these bytes begin as a Parquet file. */
export const isParquet = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x41 && bytes[2] === 0x52 && bytes[3] === 0x31;

/** Bytes as hyparquet asks for them. */
const bufferOf = (bytes: Uint8Array): AsyncBuffer => {
  const { buffer, byteOffset } = platformBytes(bytes);
  return { byteLength: bytes.length, slice: (start, end = bytes.length) => buffer.slice(byteOffset + start, byteOffset + end) };
};

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

/**
 * Reads a Parquet file of flat columns. The reader and its decompressors (hyparquet, MIT) are loaded when they are first needed.
 *
 * @throws Problem when it is damaged, nested, or larger than fits.
 */
export const readParquet = async (bytes: Uint8Array, name: string, signal: AbortSignal): Promise<DataTable> => {
  const [{ parquetMetadataAsync, parquetRead, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  signal.throwIfAborted();
  try {
    const file = bufferOf(bytes);
    const metadata = await parquetMetadataAsync(file);
    const { children } = parquetSchema(metadata);
    const names = children.map(({ element }) => element.name);
    const rows = Number(metadata.num_rows);
    const nested = children.find((child) => child.children.length > 0);
    if (nested) throw new Problem(`${name}: expected flat columns, "${shorten(nested.element.name)}" is nested`);
    checkColumns(names.length, name);
    checkNames(names, name);
    if (!(rows >= 1) || names.length === 0) throw new Problem(`${name}: expected rows of numbers, there are none`);
    if (rows * names.length > maximumEntries) throw new Problem(`${name}: ${rows} rows of ${names.length} columns are more than fit`);
    const columns = new Map(names.map((column) => [column, new ValueColumn(column, rows)]));
    const filled = new Map(names.map((column) => [column, 0]));
    await parquetRead({
      file,
      metadata,
      compressors: bounded(compressors, name),
      onChunk: ({ columnName, columnData, rowStart }) => {
        signal.throwIfAborted();
        for (let index = 0; index < columnData.length; index++) columns.get(columnName)?.set(rowStart + index, columnData[index]);
        filled.set(columnName, (filled.get(columnName) ?? 0) + columnData.length);
      },
    });
    const short = names.find((column) => filled.get(column) !== rows);
    if (short !== undefined)
      throw new Problem(`${name}: expected ${rows} values in the column "${shorten(short)}", got ${filled.get(short) ?? 0}`);
    return {
      name,
      columns: [...columns.values()].map((column) => column.column()),
      rows,
      rowName: (index) => `row ${index + 1}`,
      named: true,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem) throw error;
    // The reader of a foreign format ends with errors of its own; of a damaged file they are what a person can mend.
    throw new Problem(
      `${name}: expected a Parquet file, but it is damaged (${shorten(error instanceof Error ? error.message : String(error))})`,
    );
  }
};
