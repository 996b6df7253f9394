import { Problem } from '$lib/base/problem';
import type { Area } from './document';

/** The grid: columns A … ZZ, rows 1 … 9999. */
export const COLUMNS = 26 * 27;
export const ROWS = 9999;

/** A place of the grid, 0-based. */
export interface CellPosition {
  readonly column: number;
  readonly row: number;
}

const RULE = 'columns are letters from A to ZZ and rows are numbers from 1 to 9999';

/** Whether a word is, or was meant as, an address of one grid cell: one or two capital letters and digits. Such a word cannot be a name. */
export const looksLikeAddress = (word: string): boolean => /^[A-Z]{1,2}[0-9]+$/.test(word);

/** `0` → `A`, `25` → `Z`, `26` → `AA`, `701` → `ZZ`. */
export const columnName = (column: number): string =>
  (column >= 26 ? String.fromCharCode(64 + Math.floor(column / 26)) : '') + String.fromCharCode(65 + (column % 26));

/** `{ column: 0, row: 0 }` → `A1`. */
export const printPosition = (position: CellPosition): string => `${columnName(position.column)}${position.row + 1}`;

/** `A1`, or `A1:C3` when the area is more than one place of the grid. */
export function printArea(area: Area): string {
  const first = printPosition(area);
  const last = printPosition({ column: area.lastColumn, row: area.lastRow });
  return first === last ? first : `${first}:${last}`;
}

/** The place that `A1` names, or nothing when it is not an address on the grid. */
export function positionOf(word: string): CellPosition | undefined {
  const match = /^([A-Z]{1,2})([1-9][0-9]{0,3})$/.exec(word);
  const letters = match?.[1];
  if (!match || letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return { column: column - 1, row: Number(match[2]) - 1 };
}

/** Reads `A1`. Throws a Problem that says how addresses are written. */
export function parsePosition(word: string): CellPosition {
  const position = positionOf(word);
  if (position) return position;
  const capital = positionOf(word.toUpperCase());
  if (capital) throw new Problem(`address: columns are capital letters, got ${word}; write ${printPosition(capital)}`);
  if (/^[A-Za-z]{1,2}0+$/.test(word)) throw new Problem(`address: columns are letters and rows start at 1, got ${word}`);
  throw new Problem(`address: ${RULE}, got ${word === '' ? 'nothing' : word}`);
}

/** Reads `A1` or `A1:C3`. Throws a Problem when it is not an address or when the first corner is not the upper left one. */
export function parseArea(text: string): Area {
  const [first = '', last, ...rest] = text.split(':');
  if (rest.length > 0) throw new Problem(`address: an area has two corners, as in A1:C3, got ${text}`);
  const from = parsePosition(first);
  const to = last === undefined ? from : parsePosition(last);
  if (to.column < from.column || to.row < from.row) {
    const upper = { column: Math.min(from.column, to.column), row: Math.min(from.row, to.row) };
    const lower = { lastColumn: Math.max(from.column, to.column), lastRow: Math.max(from.row, to.row) };
    throw new Problem(`address: the upper left corner comes first, got ${text}; write ${printArea({ ...upper, ...lower })}`);
  }
  return { column: from.column, row: from.row, lastColumn: to.column, lastRow: to.row };
}

/** Whether two areas share a place of the grid. */
export const overlaps = (a: Area, b: Area): boolean =>
  a.column <= b.lastColumn && b.column <= a.lastColumn && a.row <= b.lastRow && b.row <= a.lastRow;

/** Whether an area lies on the grid. */
export const onGrid = (area: Area): boolean =>
  area.column >= 0 &&
  area.row >= 0 &&
  area.lastColumn >= area.column &&
  area.lastRow >= area.row &&
  area.lastColumn < COLUMNS &&
  area.lastRow < ROWS;

/** An area whose upper left corner is at `to` and that is as large as `area`. */
export const movedTo = (area: Area, to: CellPosition): Area => ({
  column: to.column,
  row: to.row,
  lastColumn: to.column + area.lastColumn - area.column,
  lastRow: to.row + area.lastRow - area.row,
});
