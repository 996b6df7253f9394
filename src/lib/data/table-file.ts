import { Problem } from '$lib/base/problem';
import { readCsvTable, type TextFormat } from './csv-table';
import { dataUrlName, isDataUrl, readDataUrl } from './data-url';
import type { DataTable } from './data-table';
import type { FileSource } from './dataset';
import { archiveTable, arrayTable } from './formats/array-table';
import { isNpy, readNpy } from './formats/npy-file';
import { openNpz } from './formats/npz-file';
import { isParquet, readParquet } from './formats/parquet-table';
import { plainBytes } from './formats/unpack';
import { isZip, readZip } from './formats/zip';
import { readPinned } from './pinned-file';

/** How a table is read. */
export interface TableFormat extends TextFormat {
  /** Names the array of labels in an archive. */
  readonly label: string | number;
  /** SHA-256 of the file that is meant. */
  readonly sha256?: string;
}

/** A table in a file, or in a data URL, which is its own file: text, Parquet, NPY or NPZ, plain or gzip; the bytes tell which. */
export const openTable = async (file: string, format: TableFormat, files: FileSource, signal: AbortSignal): Promise<DataTable> => {
  const name = isDataUrl(file) ? dataUrlName(file) : file;
  const raw = isDataUrl(file) ? readDataUrl(file) : await readPinned(file, format.sha256, files, signal);
  const bytes = await plainBytes(raw, name, signal);
  if (isParquet(bytes)) return readParquet(bytes, name, signal);
  if (isNpy(bytes)) return arrayTable(readNpy(bytes, name));
  if (isZip(bytes)) {
    if (readZip(bytes, name).some((entry) => entry.name.startsWith('xl/')))
      throw new Problem(`${name}: is an Excel workbook; save the sheet that is meant as CSV`);
    return archiveTable(openNpz(bytes, name, signal), format.label);
  }
  return readCsvTable(bytes, name, format, signal);
};
