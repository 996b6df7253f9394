import { readCsvTable, type TextFormat } from './csv-table';
import { dataUrlName, isDataUrl, readDataUrl } from './data-url';
import type { DataTable } from './data-table';
import type { FileSource } from './dataset';

/** A table in a file, or in a data URL, which is its own file. */
export const openTable = async (file: string, format: TextFormat, files: FileSource, signal: AbortSignal): Promise<DataTable> => {
  const name = isDataUrl(file) ? dataUrlName(file) : file;
  const bytes = isDataUrl(file) ? readDataUrl(file) : await files.read(file, signal);
  return readCsvTable(bytes, name, format, signal);
};
