import { Problem, type Place } from '$lib/base/problem';
import { atOnce, type Steps } from '$lib/base/steps';
import { printArea, printPosition } from './address';
import type { Cell, Sheet } from './document';
import type { Span } from './formula';
import { headingOf } from './heading';
import { readLine, type CellLine } from './line';
import { eachLine, trimmed, type Line } from './lines';
import { Occupied } from './occupied';

export { parseFormula } from './line';

/** The longest text that is read as a sheet, in UTF-16 units. */
export const LONGEST = 1 << 20;
/** The most cells a sheet may have; the line after them is an error and what follows it is not read. */
export const MOST_CELLS = 10_000;

/** The longest texts are read in steps ahead of time, and what was read last of them is kept: a page asks again and again. */
export const LONG = 10_000;
const MOST_KEPT = 2;
let kept: readonly Sheet[] = [];

/**
 * Reads a sheet. Never throws: what cannot be read is the problem of its line, with line, column and what was expected, and touches no
 * other line. `parse(text).text` is `text`.
 */
export const parse = (text: string): Sheet => keptOf(text) ?? keep(atOnce(reading(text)));

const keptOf = (text: string): Sheet | undefined => kept.find((sheet) => sheet.text === text);

const keep = (sheet: Sheet): Sheet => {
  if (sheet.text.length > LONG) kept = [sheet, ...kept].slice(0, MOST_KEPT);
  return sheet;
};

/** Reads a long text in steps, of some milliseconds each: to the next `parse` of it nothing is left to do. */
export function* readAhead(text: string): Steps<void> {
  if (text.length > LONG && !keptOf(text)) keep(yield* reading(text));
}

/** Lines that are read without a look up. */
const STRETCH = 32;

function* reading(text: string): Steps<Sheet> {
  if (text.length > LONGEST) {
    const problem = new Problem(`sheet: must be at most ${LONGEST} characters long, got ${text.length}`);
    return { text, title: '', description: '', cells: [], problem };
  }
  const reader = new Reader(text);
  let number = 0;
  for (const line of eachLine(text)) {
    number += 1;
    reader.read(line, number);
    if (reader.cells.length > MOST_CELLS) break;
    if (number % STRETCH === 0) yield line.next / text.length;
  }
  return { text, ...headingOf(text, eachLine(text)), cells: reader.cells, problem: undefined };
}

/** Reads line after line and knows which names, keys and places are taken. */
class Reader {
  readonly cells: Cell[] = [];
  readonly #keys = new Map<string, number>();
  readonly #names = new Map<string, number>();
  readonly #occupied = new Occupied<Cell>();

  constructor(readonly text: string) {}

  read(line: Line, number: number): void {
    const content = trimmed(this.text, line.from, line.to);
    if (content.from === content.to || this.text.charAt(content.from) === '#') return;
    const span = { from: line.from, to: line.to };
    const read = this.cells.length < MOST_CELLS ? readLine(this.text.slice(line.from, line.to), line.from) : tooMany(content);
    const { problem: own, ...facts } = read;
    const found = own ?? this.#conflict(read);
    const problem = found?.problem.at(placeOf(found.span, line, number));
    const cell = { ...facts, key: this.#key(read, number), problem, line: number, span };
    this.cells.push(cell);
    if (cell.area) this.#occupied.add(cell.area, cell);
    if (read.name !== undefined && !this.#names.has(read.name)) this.#names.set(read.name, number);
  }

  #key(read: CellLine, line: number): string {
    const base = read.name ?? (read.area ? printPosition(read.area) : read.note ? 'note' : `?${line}`);
    const count = (this.#keys.get(base) ?? 0) + 1;
    this.#keys.set(base, count);
    return count === 1 ? base : `${base}#${count}`;
  }

  #conflict(read: CellLine): CellLine['problem'] {
    const { name, nameSpan, area, addressSpan } = read;
    const taken = name === undefined ? undefined : this.#names.get(name);
    if (taken !== undefined && nameSpan) {
      return { problem: new Problem(`${name}: is already the name of the cell on line ${taken}`), span: nameSpan };
    }
    if (!area || !addressSpan) return undefined;
    const under = this.#occupied.under(area);
    if (!under?.area) return undefined;
    const whose = under.name === undefined ? '' : ` (${under.name})`;
    const message = `address: ${printArea(area)} lies over ${printArea(under.area)} of the cell on line ${under.line}${whose}`;
    return { problem: new Problem(message), span: addressSpan };
  }
}

const tooMany = (span: Span): CellLine => ({
  name: undefined,
  area: undefined,
  note: false,
  formula: undefined,
  formulaSpan: span,
  nameSpan: undefined,
  addressSpan: undefined,
  problem: { problem: new Problem(`sheet: must have at most ${MOST_CELLS} cells; nothing is read from here on`), span },
});

/** Line and column, both from 1, of a part of a line; a place past the end of the line is just after it. */
const placeOf = (span: Span, line: Line, number: number): Place => ({
  line: number,
  column: span.from - line.from + 1,
  length: Math.max(1, span.to - span.from),
});
