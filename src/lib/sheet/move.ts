import { Problem } from '$lib/base/problem';
import { printArea, printCorner } from './address';
import { applyChanges, cellOf, checkFree, renameWords, type Change } from './change';
import type { Area, Cell } from './document';
import { parse } from './parse';
import { cellsByReference } from './references';

/**
 * Moves a cell to another area, or makes it larger or smaller; what refers to it by address follows.
 * @throws Problem when the area is not free or not on the grid
 */
export function moveCell(text: string, key: string, area: Area): string {
  const sheet = parse(text);
  const cell = cellOf(sheet, key);
  checkFree(sheet, area, [cell]);
  const before = cell.area && printCorner(cell.area);
  const after = printCorner(area);
  const meant = before !== undefined && cellsByReference(sheet).get(before) === cell;
  const follow = meant ? renameWords(sheet, (word) => (word.name === before ? after : undefined)) : [];
  return applyChanges(text, [addressChange(cell, area), ...follow]);
}

/** The change that writes another address in the line of a cell. */
export function addressChange(cell: Cell, area: Area): Change {
  const insert = `@${printArea(area)}`;
  if (cell.addressSpan) return { ...cell.addressSpan, insert };
  if (cell.nameSpan) return { from: cell.nameSpan.to, to: cell.nameSpan.to, insert: ` ${insert}` };
  throw new Problem(`${cell.key}: the line cannot be read, so its cell cannot be placed`);
}
