import { Problem } from '$lib/base/problem';
import { positionOf, onGrid, printArea, printPosition } from './address';
import { applyChanges, lineAway, renameWords, type Change } from './change';
import type { Area, Cell } from './document';
import { addressChange, deletedName } from './move';
import { parse } from './parse';
import { cellsByReference } from './references';
import { shiftTracks } from './tracks';

type Interval = readonly [first: number, last: number];

/** Where rows (or columns) `first`…`last` come to lie, or nothing when none of them is left. */
type Shift = (interval: Interval) => Interval | undefined;

/** Inserts `count` empty rows above row `at` (0-based). A cell that lies across grows; references by address and sizes of rows follow. */
export const insertRows = (text: string, at: number, count = 1): string => shifted(text, 'row', inserting(at, count));

/** Inserts `count` empty columns left of column `at` (0-based), as `insertRows`. */
export const insertColumns = (text: string, at: number, count = 1): string => shifted(text, 'column', inserting(at, count));

/**
 * Deletes rows `at` … `at + count − 1` (0-based) and the cells that lie in them wholly; a cell that lies in them partly shrinks.
 * References by address follow; one to a cell that is gone becomes `deleted_A1`, an unknown name, since another cell may now be at A1.
 */
export const deleteRows = (text: string, at: number, count = 1): string => shifted(text, 'row', deleting(at, count));

/** Deletes columns `at` … `at + count − 1` (0-based), as `deleteRows`. */
export const deleteColumns = (text: string, at: number, count = 1): string => shifted(text, 'column', deleting(at, count));

const inserting =
  (at: number, count: number): Shift =>
  ([first, last]) => [first >= at ? first + count : first, last >= at ? last + count : last];

const deleting =
  (at: number, count: number): Shift =>
  ([first, last]) => {
    const left = first < at ? first : Math.max(first - count, at);
    const right = last < at ? last : Math.max(last - count, at - 1);
    return left <= right ? [left, right] : undefined;
  };

function shiftArea(area: Area, along: 'row' | 'column', shift: Shift): Area | undefined {
  const interval = shift(along === 'row' ? [area.row, area.lastRow] : [area.column, area.lastColumn]);
  if (!interval) return undefined;
  const [first, last] = interval;
  return along === 'row' ? { ...area, row: first, lastRow: last } : { ...area, column: first, lastColumn: last };
}

function shifted(text: string, along: 'row' | 'column', shift: Shift): string {
  const sheet = parse(text);
  const cells = cellsByReference(sheet);
  const gone = new Set<Cell>();
  const changes: Change[] = [];
  for (const cell of sheet.cells) {
    if (!cell.area) continue;
    const area = shiftArea(cell.area, along, shift);
    if (area) {
      if (!onGrid(area)) throw new Problem(`address: ${printArea(cell.area)} of the cell ${cell.key} would be pushed off the grid`);
      if (printArea(area) !== printArea(cell.area)) changes.push(addressChange(cell, area));
    } else {
      gone.add(cell);
      changes.push(lineAway(text, cell));
    }
  }
  const rename = ({ name }: { readonly name: string }): string | undefined => {
    const position = positionOf(name);
    if (!position) return undefined;
    const area = cells.get(name)?.area ?? { ...position, lastColumn: position.column, lastRow: position.row };
    const moved = shiftArea(area, along, shift);
    return moved ? printPosition(moved) : deletedName(name);
  };
  const after = applyChanges(text, [...changes, ...renameWords(sheet, rename, gone)]);
  return shiftTracks(after, along === 'row' ? 'rows' : 'columns', (track) => shift([track, track])?.[0]);
}
