import { Problem } from '$lib/base/problem';
import type { Column } from './tidy';

const typeOf = ({ values }: Column): 'DOUBLE' | 'STRING' | 'BOOLEAN' => {
  const first = values.find((value) => value !== null);
  return typeof first === 'string' ? 'STRING' : typeof first === 'boolean' ? 'BOOLEAN' : 'DOUBLE';
};

/** A table as a Parquet file, where a column is a number, a text or a boolean in every row, or nothing. */
export const parquetBytes = async (columns: readonly Column[]): Promise<Uint8Array> => {
  if (columns.length === 0) throw new Problem('--parquet: no cell varies over an axis, there is no table');
  // Loaded only when asked for.
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columns.map((column) => ({ name: column.name, data: [...column.values], type: typeOf(column), nullable: true })),
    }),
  );
};
