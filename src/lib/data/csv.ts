import { Problem } from '$lib/base/problem';

/** A record of a CSV file. `row` counts records from 1, the header first, as a spreadsheet numbers them. */
export interface CsvRecord {
  readonly row: number;
  readonly values: readonly string[];
}

/**
 * Reads CSV as RFC 4180 has it: commas, records ended by CRLF or LF, values in quotation marks that may hold commas, line breaks and
 * doubled quotation marks. A byte-order mark is dropped and empty lines are passed over (but counted).
 *
 * @param name what the file is called in messages
 * @throws Problem for a quotation mark that is never closed or stands inside a value.
 */
export const readCsv = (text: string, name: string): CsvRecord[] => {
  const records: CsvRecord[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  for (let row = 1; at < text.length; row++) {
    const values: string[] = [];
    let quoted = false;
    for (;;) {
      const value = text[at] === '"' ? readQuoted(text, at, name, row) : readPlain(text, at, name, row);
      quoted ||= text[at] === '"';
      values.push(value.text);
      at = value.end;
      if (text[at] !== ',') break;
      at += 1;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    if (values.length > 1 || values[0] !== '' || quoted) records.push({ row, values });
  }
  return records;
};

interface Value {
  readonly text: string;
  /** Where the comma or line break after it stands. */
  readonly end: number;
}

const readPlain = (text: string, from: number, name: string, row: number): Value => {
  let end = from;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && !text.startsWith('\r\n', end)) {
    if (text[end] === '"') throw new Problem(`${name}, row ${row}: a quotation mark may only stand around a whole value`);
    end += 1;
  }
  return { text: text.slice(from, end), end };
};

const readQuoted = (text: string, from: number, name: string, row: number): Value => {
  let value = '';
  let at = from + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close < 0) throw new Problem(`${name}, row ${row}: a quotation mark is opened and never closed`);
    value += text.slice(at, close);
    if (text[close + 1] !== '"') {
      const end = close + 1;
      if (end < text.length && text[end] !== ',' && text[end] !== '\n' && !text.startsWith('\r\n', end)) {
        throw new Problem(`${name}, row ${row}: expected a comma after a closing quotation mark, got "${text[end]!}"`);
      }
      return { text: value, end };
    }
    value += '"';
    at = close + 2;
  }
};
