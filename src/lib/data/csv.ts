import { Problem } from '$lib/base/problem';
import { delimiterNames, type Delimiter } from './delimiter';
import { shorten } from './number-text';

/** A record of a CSV file. `row` counts records from 1, the header first, as a spreadsheet numbers them. */
export interface CsvRecord {
  readonly row: number;
  readonly values: readonly string[];
}

/** A record longer than this is taken to lack its closing quotation mark. */
const LONGEST_RECORD = 2 ** 24;

/**
 * Reads CSV piece by piece, as in RFC 4180: values separated by a delimiter, records ended by CRLF, LF or CR, values in quotation marks
 * that may hold delimiters, line breaks and doubled quotation marks. A byte-order mark is dropped and empty lines are passed over (but
 * counted). Only the record that is not yet complete is kept.
 */
export class CsvReader {
  #rest = '';
  #row = 1;
  #begun = false;

  /**
   * @param name what the file is called in messages
   * @param take is given each record
   */
  constructor(
    readonly name: string,
    readonly delimiter: Delimiter,
    readonly take: (record: CsvRecord) => void,
  ) {}

  /** @throws Problem for a quotation mark that stands inside a value, and whatever `take` throws. */
  push(text: string): void {
    this.#read(text, false);
  }

  /** The file ends here. @throws Problem for a quotation mark that is never closed. */
  end(): void {
    this.#read('', true);
  }

  #read(more: string, last: boolean): void {
    const drop = !this.#begun && more.startsWith('\uFEFF') ? 1 : 0;
    this.#begun ||= more !== '';
    const text = this.#rest + more.slice(drop);
    let at = 0;
    while (at < text.length) {
      const record = this.#record(text, at, last);
      if (!record) break;
      at = record.end;
      const { values } = record;
      if (values.length > 1 || values[0] !== '' || record.quoted) this.take({ row: this.#row, values });
      this.#row += 1;
    }
    this.#rest = text.slice(at);
    if (this.#rest.length > LONGEST_RECORD)
      throw new Problem(`${this.name}, row ${this.#row}: is longer than 16 MiB; a quotation mark may be opened and never closed`);
  }

  /** The record from `at` on, and where the next one begins; undefined when its end has not been read yet. */
  #record(text: string, at: number, last: boolean): { values: string[]; end: number; quoted: boolean } | undefined {
    const ends = lineEnd(text, at, last);
    const line = ends && text.slice(at, ends.from);
    if (ends && line !== undefined && !line.includes('"')) return { values: this.#split(line), end: ends.to, quoted: false };
    return this.#quotedRecord(text, at, last);
  }

  #split(line: string): string[] {
    return this.delimiter === ' ' ? line.trim().split(/[ \t]+/) : line.split(this.delimiter);
  }

  #quotedRecord(text: string, from: number, last: boolean): { values: string[]; end: number; quoted: boolean } | undefined {
    const values: string[] = [];
    let at = from;
    let quoted = false;
    for (;;) {
      const isQuoted = text[at] === '"';
      const value = isQuoted ? this.#quoted(text, at, last) : this.#plain(text, at, last);
      if (!value) return undefined;
      quoted ||= isQuoted;
      values.push(value.text);
      at = value.end;
      if (at >= text.length) return last ? { values, end: at, quoted } : undefined;
      if (!this.#parts(text[at])) break;
      at += 1;
      if (this.delimiter === ' ') while (this.#parts(text[at])) at += 1;
    }
    const ends = lineEnd(text, at, last);
    return ends && { values, end: ends.to, quoted };
  }

  #parts(character: string | undefined): boolean {
    return character === this.delimiter || (this.delimiter === ' ' && character === '\t');
  }

  #plain(text: string, from: number, last: boolean): Value | undefined {
    let end = from;
    while (end < text.length && !this.#parts(text[end]) && text[end] !== '\n' && text[end] !== '\r') {
      if (text[end] === '"') throw new Problem(`${this.name}, row ${this.#row}: a quotation mark may only stand around a whole value`);
      end += 1;
    }
    return end < text.length || last ? { text: text.slice(from, end), end } : undefined;
  }

  #quoted(text: string, from: number, last: boolean): Value | undefined {
    let value = '';
    let at = from + 1;
    for (;;) {
      const close = text.indexOf('"', at);
      if (close < 0 || (close + 1 >= text.length && !last)) {
        if (!last) return undefined;
        throw new Problem(`${this.name}, row ${this.#row}: a quotation mark is opened and never closed`);
      }
      value += text.slice(at, close);
      const after = text[close + 1];
      if (after !== '"') {
        if (after !== undefined && !this.#parts(after) && after !== '\n' && after !== '\r') {
          const wanted = delimiterNames[this.delimiter];
          throw new Problem(`${this.name}, row ${this.#row}: expected a ${wanted} after a closing quotation mark, got "${shorten(after)}"`);
        }
        return { text: value, end: close + 1 };
      }
      value += '"';
      at = close + 2;
    }
  }
}

interface Value {
  readonly text: string;
  /** Where the delimiter or line break after it stands. */
  readonly end: number;
}

/** The first line end at or after `at`: CRLF, LF or CR; the end of the text where it is the last; undefined when it has not been read yet. */
const lineEnd = (text: string, at: number, last: boolean): { from: number; to: number } | undefined => {
  for (let index = at; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 10) return { from: index, to: index + 1 };
    if (code !== 13) continue;
    if (index + 1 === text.length && !last) return undefined;
    return { from: index, to: text.charCodeAt(index + 1) === 10 ? index + 2 : index + 1 };
  }
  return last ? { from: text.length, to: text.length } : undefined;
};
