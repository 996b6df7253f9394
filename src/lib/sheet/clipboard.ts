import { Problem } from '$lib/base/problem';
import { movedTo, type CellPosition } from './address';
import { cellOf, lineOf } from './change';
import type { Area, Cell, Sheet } from './document';
import { parse } from './parse';
import { putCells } from './put';

/** The lines of some cells, in the order of the sheet, as text for the clipboard. */
export function copyCells(text: string, keys: readonly string[]): string {
  const sheet = parse(text);
  const cells = new Set(keys.map((key) => cellOf(sheet, key)));
  return sheet.cells
    .filter((cell) => cells.has(cell))
    .map((cell) => `${lineOf(text, cell)}\n`)
    .join('');
}

/**
 * Adds copied cells to a sheet, the upper left corner of all at `at`; cells that lie there are replaced (`putCells` says how). A name that
 * is taken gets a number (`gamma_2`). What the copies refer to among themselves they refer to still; what they refer to outside is as it was.
 * @throws Problem when they would not lie on the grid, or when the text is not cells
 */
export function pasteCells(text: string, copied: string, at: CellPosition): string {
  const clip = parse(copied);
  if (clip.problem) throw clip.problem;
  if (clip.cells.length === 0) throw new Problem('there is no cell on the clipboard');
  const nameless = clip.cells.find((cell) => !cell.nameSpan && !cell.area);
  if (nameless) throw nameless.problem ?? new Problem('what is on the clipboard is not cells');
  return putCells(text, clip, areasAt(clip, at));
}

/** Where the cells of a clip that have an address lie when the upper left corner of all is at `at`. */
export function areasAt(clip: Sheet, at: CellPosition): Map<Cell, Area> {
  const placed = clip.cells.flatMap((cell) => (cell.area ? [{ cell, area: cell.area }] : []));
  const column = Math.min(...placed.map(({ area }) => area.column));
  const row = Math.min(...placed.map(({ area }) => area.row));
  return new Map(
    placed.map(({ cell, area }) => [cell, movedTo(area, { column: at.column + area.column - column, row: at.row + area.row - row })]),
  );
}
