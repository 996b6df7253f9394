import { overlaps, printArea, printPosition, type CellPosition } from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';
import { counted } from './counted';
import { around, cellAt } from './selection';
import type { Workbook } from './workbook.svelte';

/* How cells that do not lie together are selected; the selection says aloud what became of it. */

/** Takes the cell or empty square here into the selection, or out of it. */
export const toggleSelected = (workbook: Workbook, square: CellPosition): void => {
  const isIn = workbook.selection.toggle(square);
  const said = cellAt(workbook.placed, square)?.cell.key ?? printPosition(square);
  workbook.spoken = `${said} ${isIn ? 'selected' : 'not selected'}, ${counted(workbook.selectedCells.length, 'cell')} in all`;
};

/** Begins to add to the selection by keys; once that is so, takes what is here in or out. */
export const addSelected = (workbook: Workbook): void => {
  const { selection } = workbook;
  if (selection.adding) toggleSelected(workbook, selection.square);
  else {
    selection.adding = true;
    workbook.spoken = 'adding to the selection: go to another cell and press Shift+F8 there; Escape ends';
  }
};

/** Whether no cells lie in an area but those of some areas. */
const isTheirs = (workbook: Workbook, area: Area, cells: readonly Area[]): boolean => {
  const own = new Set(cells.map(printArea));
  return workbook.placed.every((one) => !overlaps(one.area, area) || own.has(printArea(one.area)));
};

/**
 * Selects cells by the areas where they now lie, and no others: where such lie among them, or when they were selected one by one, each by
 * itself, else all as one rectangle.
 */
export const selectCells = (workbook: Workbook, cells: readonly Area[], each = false): void => {
  if (cells.length === 0) return;
  const all = cells.reduce(around);
  workbook.selection.all(!each && isTheirs(workbook, all, cells) ? [all] : cells);
};

/** Selects areas and of the cells in them only some; where others lie in an area, only those. */
export const selectAreas = (workbook: Workbook, areas: readonly Area[], cells: readonly Area[]): void => {
  workbook.selection.all(
    areas.flatMap((area) => (isTheirs(workbook, area, cells) ? [area] : cells.filter((cell) => overlaps(cell, area)))),
  );
};
