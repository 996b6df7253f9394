import { Problem } from '$lib/base/problem';
import { bytesFile } from './byte-file';
import { readCsvTable, type TextFormat } from './csv-table';
import { dataUrlName, isDataUrl, readDataUrl } from './data-url';
import type { DataTable } from './data-table';
import type { FileSource } from './dataset';
import { archiveTable, arrayTable } from './formats/array-table';
import { isNpy, openNpy } from './formats/npy-file';
import { openNpz } from './formats/npz-file';
import { isParquet, openParquet } from './formats/parquet-table';
import { readPart } from './formats/slices';
import { openSlices } from './formats/unpack';
import { isZip, readZip } from './formats/zip';
import { partOf, type Hearer } from './in-turns';
import { openPinned } from './pinned-file';

/** How a table is read. */
export interface TableFormat extends TextFormat {
  /** Names the array of labels in an archive. */
  readonly label: string | number;
  /** SHA-256 of the file that is meant. */
  readonly sha256?: string;
}

/** A table in a file, or in a data URL, which is its own file: text, Parquet, NPY or NPZ, plain or gzip; the bytes tell which. */
export const openTable = async (file: string, format: TableFormat, files: FileSource, hearer: Hearer): Promise<DataTable> => {
  const { signal } = hearer;
  const name = isDataUrl(file) ? dataUrlName(file) : file;
  const raw = isDataUrl(file) ? bytesFile(readDataUrl(file)) : await openPinned(file, format.sha256, files, partOf(hearer, 0, 0.3));
  const source = await openSlices(raw, name, signal);
  const head = await readPart(source, 0, Math.min(source.size, 16), signal);
  if (isParquet(head)) return openParquet(source, partOf(hearer, 0.3, 1));
  if (isNpy(head)) return arrayTable(await openNpy(source, signal));
  if (isZip(head)) {
    if ((await readZip(source, signal)).some((entry) => entry.name.startsWith('xl/')))
      throw new Problem(`${name}: is an Excel workbook; save the sheet that is meant as CSV`);
    return archiveTable(await openNpz(source, signal), format.label);
  }
  return readCsvTable(source, format, partOf(hearer, 0.3, 1));
};
