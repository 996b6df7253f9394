import { Problem } from '$lib/base/problem';
import { CsvReader, type CsvRecord } from './csv';
import { checkColumns, checkNames, ColumnBuilder, heldTable, type DataTable } from './data-table';
import { delimiterNames, findDelimiter, type Delimiter } from './delimiter';
import { numberOf, type DecimalMark } from './number-text';
import type { Slices } from './formats/slices';
import type { Hearer } from './in-turns';
import { Pause } from './pause';
import { textSlices } from './text';

/** How a text file is read; what is not given is detected. */
export interface TextFormat {
  /** Whether the first row names the columns; when not given it does, and a first row of numbers is a problem. */
  readonly header?: boolean;
  readonly decimal?: DecimalMark;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

const readHeader = ({ row, values }: CsvRecord, name: string, { header, decimal }: TextFormat): string[] => {
  const columns = values.map((value) => value.trim());
  if (header === undefined && columns.every((value) => numberOf(value, decimal) !== undefined))
    throw new Problem(
      `${name}: the first row holds numbers; a header is expected. Write header: false if the file has none, header: true if they are names`,
    );
  checkNames(columns, `${name}, row ${row}`);
  return columns;
};

/** Why a row may have another number of values than the header. */
const raggedHint = (expected: number, got: number, delimiter: Delimiter, first: boolean): string => {
  if (got === expected + 1 && first) return '; the header may lack the name of the first column';
  if (got === 1 && expected > 1 && !first) return '';
  return delimiter === ',' ? '' : ` (apart by a ${delimiterNames[delimiter]})`;
};

/**
 * Reads a table of text: values separated by commas, semicolons, tabs, bars or spaces, whichever the file has, with or without a header.
 *
 * @throws Problem that names file and row: encoding, quotation marks, rows of other lengths than the header, no rows, too many columns.
 */
export const readCsvTable = async (source: Slices, format: TextFormat, { signal, progress }: Hearer): Promise<DataTable> => {
  const { name } = source;
  const mark = format.decimal ?? '.';
  const rowNumbers: number[] = [];
  let builder: ColumnBuilder | undefined;
  let reader: CsvReader | undefined;
  let delimiter: Delimiter = ',';
  const take = (record: CsvRecord): void => {
    const { row, values } = record;
    if (!builder) {
      checkColumns(values.length, name);
      builder = new ColumnBuilder(format.header === false ? numbered(values.length) : readHeader(record, name, format), mark);
      if (format.header !== false) return;
    }
    const expected = builder.names.length;
    if (values.length !== expected) {
      const like = format.header === false ? 'the first row' : 'the header';
      const hint = raggedHint(expected, values.length, delimiter, builder.rows === 0);
      throw new Problem(`${name}, row ${row}: expected ${expected} values as in ${like}, got ${values.length}${hint}`);
    }
    rowNumbers.push(row);
    builder.add(values, name);
  };
  const pause = new Pause(signal);
  for await (const { text, end } of textSlices(source, signal)) {
    if (!reader) {
      delimiter = findDelimiter(text.slice(0, 2 ** 17).replace(/^\uFEFF/, ''));
      reader = new CsvReader(name, delimiter, take);
    }
    reader.push(text);
    progress(end / source.size);
    await pause.whenDue();
  }
  reader?.end();
  if (!builder) throw new Problem(`${name}: expected a header and rows of numbers, the file is empty`);
  if (builder.rows === 0) throw new Problem(`${name}: expected rows of numbers after the header, there are none`);
  return heldTable(builder.columns(), {
    name,
    rows: builder.rows,
    rowName: (index) => `row ${rowNumbers[index]!}`,
    named: format.header !== false,
    mark,
  });
};
