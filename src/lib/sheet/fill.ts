import { Problem } from '$lib/base/problem';
import { movedTo, overlaps, type CellPosition } from './address';
import { copyCells } from './clipboard';
import type { Area, Cell, Sheet } from './document';
import { parse } from './parse';
import { putCells, type Shift } from './put';

/**
 * Fills an area from its first row (or, to the right, its first column), or, when it is only one row high (or one column wide), from the
 * cells before it. Copies repeat to the end of the area, as many as fit whole. An address in a formula that means none of the copied cells
 * shifts with the copy, so that `A2 = A1 + 1` filled down counts on; a name stays, unless it is that of a copied cell.
 * @throws Problem when there is nothing to fill from
 */
export function fill(text: string, area: Area, direction: 'down' | 'right'): string {
  const sheet = parse(text);
  const { source, first, last } = direction === 'down' ? band(sheet, area, 'row', 'lastRow') : band(sheet, area, 'column', 'lastColumn');
  const clip = parse(
    copyCells(
      text,
      source.map((cell) => cell.key),
    ),
  );
  const length = first.to - first.from + 1;
  let filled = text;
  for (let start = first.to + 1; start + length - 1 <= last; start += length) {
    const by = start - first.from;
    filled = putCells(filled, clip, ...shiftedBy(clip, direction === 'down' ? { columns: 0, rows: by } : { columns: by, rows: 0 }));
  }
  return filled;
}

function shiftedBy(clip: Sheet, shift: Shift): [Map<Cell, Area>, Shift] {
  const areas = clip.cells.flatMap((cell): [Cell, Area][] => {
    if (!cell.area) return [];
    return [[cell, movedTo(cell.area, { column: cell.area.column + shift.columns, row: cell.area.row + shift.rows })]];
  });
  return [new Map(areas), shift];
}

interface Band {
  readonly source: readonly Cell[];
  /** The tracks that are copied. */
  readonly first: { readonly from: number; readonly to: number };
  /** The last track to be filled. */
  readonly last: number;
}

/** What an area is filled from. */
function band(sheet: Sheet, area: Area, from: 'row' | 'column', to: 'lastRow' | 'lastColumn'): Band {
  const begins = (track: number): Cell[] =>
    sheet.cells.filter((cell) => cell.area?.[from] === track && overlaps(cell.area, { ...area, [from]: track, [to]: track }));
  const endOf = (cells: readonly Cell[], track: number): number => Math.max(track, ...cells.map((cell) => cell.area?.[to] ?? track));
  const own = begins(area[from]);
  const end = endOf(own, area[from]);
  if (end < area[to]) {
    if (own.length === 0) throw new Problem('there is no cell to fill from');
    return { source: own, first: { from: area[from], to: end }, last: area[to] };
  }
  const before = area[from] - 1;
  const across = sheet.cells.filter((cell) => cell.area && before >= 0 && overlaps(cell.area, { ...area, [from]: before, [to]: before }));
  const starts = across.map((cell) => cell.area?.[from] ?? before);
  if (across.length === 0 || new Set(starts).size > 1) throw new Problem('there is no cell to fill from');
  const start = Math.min(...starts);
  return { source: across, first: { from: start, to: before }, last: Math.max(area[to], before + (before - start + 1)) };
}

/**
 * Copies of cells with the formulas and the references among themselves, in the next places below that are free for all of them.
 * @returns the text, and by how many rows the copies lie lower
 * @throws Problem when there is no room below
 */
export function duplicateCells(text: string, keys: readonly string[]): { readonly text: string; readonly rows: number } {
  const sheet = parse(text);
  const clip = parse(copyCells(text, keys));
  const areas = clip.cells.flatMap((cell) => (cell.area ? [cell.area] : []));
  const top = Math.min(...areas.map((area) => area.row));
  const bottom = Math.max(...areas.map((area) => area.lastRow));
  const lower = (area: Area, rows: number): Area => movedTo(area, lowerCorner(area, rows));
  const isFree = (rows: number): boolean =>
    areas.every((area) => !sheet.cells.some((cell) => cell.area && overlaps(cell.area, lower(area, rows))));
  let rows = areas.length === 0 ? 0 : bottom - top + 1;
  while (areas.length > 0 && !isFree(rows)) rows += 1;
  const placed = clip.cells.flatMap((cell): [Cell, Area][] => (cell.area ? [[cell, lower(cell.area, rows)]] : []));
  return { text: putCells(text, clip, new Map(placed)), rows };
}

const lowerCorner = (area: Area, rows: number): CellPosition => ({ column: area.column, row: area.row + rows });
