import { Problem } from '$lib/base/problem';
import { onGrid, overlaps, printArea } from './address';
import type { Area, Cell, Sheet } from './document';
import type { Span } from './formula';
import { checkName } from './line';
import { linesOf } from './lines';
import { Occupied } from './occupied';
import { cellWords, type CellWord } from './words';

/** A part of the text and what takes its place. */
export interface Change extends Span {
  readonly insert: string;
}

/** A text with changes made, all given as offsets in the text before; they must not overlap. */
export function applyChanges(text: string, changes: readonly Change[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { from, to, insert } of [...changes].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < at) throw new RangeError('changes overlap');
    parts.push(text.slice(at, from), insert);
    at = to;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/**
 * The cell of this key.
 * @throws Problem when there is none
 */
export function cellOf(sheet: Sheet, key: string): Cell {
  const cell = sheet.cells.find((candidate) => candidate.key === key);
  if (!cell) throw new Problem(sheet.problem?.message ?? `${key}: there is no such cell`);
  return cell;
}

/** The line of a cell, without its end. */
export const lineOf = (text: string, cell: Cell): string => text.slice(cell.span.from, cell.span.to);

/** The change that takes the whole line of a cell away, with its comment and its end. */
export function lineAway(text: string, cell: Cell): Change {
  const line = linesOf(text)[cell.line - 1];
  return { from: line?.from ?? cell.span.from, to: line?.next ?? cell.span.to, insert: '' };
}

/** The cells that hold the place they say, in order: of two that lie over each other, the first. */
export function standing(sheet: Sheet): Cell[] {
  const held: Cell[] = [];
  const occupied = new Occupied<Cell>();
  for (const cell of sheet.cells) {
    if (!cell.area || occupied.under(cell.area)) continue;
    occupied.add(cell.area, cell);
    held.push(cell);
  }
  return held;
}

/**
 * Checks that an area lies on the grid.
 * @throws Problem when it does not
 */
export function checkOnGrid(area: Area): void {
  if (!onGrid(area)) throw new Problem('address: must lie within the grid, which ends at ZZ9999');
}

/**
 * Checks that an area is on the grid and free, but for the cells `except`.
 * @throws Problem that names the cell in the way
 */
export function checkFree(sheet: Sheet, area: Area, except: readonly Cell[] = []): void {
  checkOnGrid(area);
  const other = sheet.cells.find((cell) => cell.area && overlaps(cell.area, area) && !except.includes(cell));
  if (other?.area) {
    throw new Problem(`address: ${printArea(area)} lies over ${printArea(other.area)} of the cell ${other.key} on line ${other.line}`);
  }
}

/**
 * Changes that give cells another name wherever formulas mention them, also in lines that cannot be read.
 * @param rename the new word, or nothing to leave it
 * @param without cells whose lines stay as they are, since they go
 */
export function renameWords(
  sheet: Sheet,
  rename: (word: CellWord) => string | undefined,
  without: ReadonlySet<Cell> = new Set(),
): Change[] {
  return sheet.cells.flatMap((cell) =>
    without.has(cell)
      ? []
      : cellWords(lineOf(sheet.text, cell)).flatMap((word) => {
          const insert = rename(word);
          if (insert === undefined || insert === word.name) return [];
          return [{ from: word.span.from + cell.span.from, to: word.span.to + cell.span.from, insert }];
        }),
  );
}

/**
 * Checks that a name can be given to a cell.
 * @throws Problem when another has it or it cannot be a name
 */
export function checkNewName(sheet: Sheet, name: string, self?: Cell): void {
  checkName(name);
  const other = sheet.cells.find((cell) => cell.name === name && cell !== self);
  if (other) throw new Problem(`${name}: is already the name of the cell on line ${other.line}`);
}
