import { COLUMNS, movedTo, overlaps, printArea, ROWS } from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';
import { deleteCells, duplicateCells, fill, moveCell, moveCells } from '$lib/sheet/edit';
import { wholeOf } from './areas';
import { selectAreas, selectCells } from './select';
import { counted } from './counted';
import { onGridPart, used } from './selection';
import { sizeTracks } from './track-actions';
import type { Workbook } from './workbook.svelte';

/* What a person does to the selected squares. Each is one step of undo, and says aloud what it did. */

const cellsSaid = (workbook: Workbook): string =>
  workbook.selectedCells.length === 1 ? workbook.selectedCells[0]!.cell.key : counted(workbook.selectedCells.length, 'cell');

/** What is selected, as it is said after something was done to it. */
const areaSaid = ({ selection }: Workbook): string =>
  selection.isSet ? `${counted(selection.areas.length, 'area')} from ${selection.name}` : selection.name;

const shiftedBy = (area: Area, columns: number, rows: number): Area =>
  movedTo(area, { column: area.column + columns, row: area.row + rows });

/** Deletes the selected cells. */
export const deleteSelected = (workbook: Workbook): void => {
  if (workbook.selectedCells.length === 0) return;
  const said = cellsSaid(workbook);
  const { text, keyOf } = workbook.pinned();
  if (
    workbook.attempt(() =>
      deleteCells(
        text,
        workbook.selectedCells.map(({ cell }) => keyOf(cell)),
      ),
    )
  )
    workbook.spoken = `${said} deleted`;
};

/** Moves the selected cells by so many columns and rows; what lies where they come to lie goes. */
export const moveSelected = (workbook: Workbook, columns: number, rows: number): void => {
  const { selectedCells } = workbook;
  if (selectedCells.length === 0 || (columns === 0 && rows === 0)) return;
  const { selection } = workbook;
  const { text, keyOf } = workbook.pinned();
  const moves = new Map(selectedCells.map((one) => [keyOf(one.cell), shiftedBy(one.area, columns, rows)]));
  const shifted = (areas: readonly Area[]): Area[] => areas.flatMap((area) => onGridPart(shiftedBy(area, columns, rows)));
  const cells = selectedCells.map(({ area }) => area);
  const { areas, isSet } = selection;
  if (!workbook.attempt(() => moveCells(text, moves))) return;
  if (areas.some(wholeOf)) selectCells(workbook, shifted(cells), isSet);
  else selectAreas(workbook, shifted(areas), shifted(cells));
  workbook.spoken = `${counted(selectedCells.length, 'cell')} moved to ${areaSaid(workbook)}`;
};

/** Moves the selected cells to the next places in a direction that are free for all of them, over what lies between. */
export const nudgeSelected = (workbook: Workbook, columns: number, rows: number): void => {
  const { selectedCells, selectedKeys, placed } = workbook;
  const others = placed.filter(({ cell }) => !selectedKeys.has(cell.key));
  const edge = { column: 0, row: 0, lastColumn: COLUMNS - 1, lastRow: ROWS - 1 };
  for (let steps = 1; ; steps++) {
    const areas = selectedCells.map(({ area }) => shiftedBy(area, steps * columns, steps * rows));
    const inside = areas.every(
      (area) => area.column >= edge.column && area.row >= edge.row && area.lastColumn <= edge.lastColumn && area.lastRow <= edge.lastRow,
    );
    if (!inside || areas.length === 0) return;
    if (areas.some((area) => others.some((other) => overlaps(other.area, area)))) continue;
    moveSelected(workbook, steps * columns, steps * rows);
    return;
  }
};

/** Lets the selected cell cover another area, which must be free. */
export const spanSelected = (workbook: Workbook, area: Area): void => {
  const { activeCell } = workbook;
  if (!activeCell || area.lastColumn < area.column || area.lastRow < area.row || printArea(area) === printArea(activeCell.area)) return;
  const { text, keyOf } = workbook.pinned();
  if (!workbook.attempt(() => moveCell(text, keyOf(activeCell.cell), area))) return;
  workbook.selection.over(area);
  workbook.spoken = `${activeCell.cell.key} covers ${printArea(area)}`;
};

/** Makes what is selected one step larger or smaller: whole columns wider, whole rows higher, else the selected cell by a square. */
export const growSelected = (workbook: Workbook, columns: number, rows: number): void => {
  const { wholly } = workbook.selection;
  if (wholly) {
    const by = 16 * (wholly === 'columns' ? columns : rows);
    if (by !== 0) sizeTracks(workbook, wholly, by);
    return;
  }
  const { activeCell } = workbook;
  if (activeCell) {
    const { area } = activeCell;
    spanSelected(workbook, { ...area, lastColumn: area.lastColumn + columns, lastRow: area.lastRow + rows });
  }
};

/** Fills the selection from its first row or column, or from the cells before it. */
export const fillSelected = (workbook: Workbook, direction: 'down' | 'right'): void => {
  const { range, whole, isSet } = workbook.selection;
  if (isSet) {
    workbook.notice = { text: 'Fill works on one rectangle; several areas are selected.', tone: 'plain' };
    return;
  }
  const end = used(workbook.placed);
  const area = whole
    ? { ...range, lastColumn: Math.min(range.lastColumn, end.lastColumn), lastRow: Math.min(range.lastRow, end.lastRow) }
    : range;
  const { text } = workbook.pinned();
  if (workbook.attempt(() => fill(text, area, direction))) workbook.spoken = `filled ${direction}`;
};

/** Puts copies of the selected cells below, where there is room, and selects them. */
export const duplicateSelected = (workbook: Workbook): void => {
  const { selectedCells } = workbook;
  if (selectedCells.length === 0) return;
  const { text, keyOf } = workbook.pinned();
  let rows = 0;
  const made = workbook.attempt(() => {
    const copies = duplicateCells(
      text,
      selectedCells.map(({ cell }) => keyOf(cell)),
    );
    ({ rows } = copies);
    return copies.text;
  });
  if (!made) return;
  const areas = selectedCells.map(({ area }) => shiftedBy(area, 0, rows));
  selectCells(workbook, areas, workbook.selection.isSet);
  workbook.spoken = `${counted(selectedCells.length, 'cell')} duplicated at ${areaSaid(workbook)}`;
};
