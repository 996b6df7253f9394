import { columnName, COLUMNS, movedTo, overlaps, printArea, ROWS } from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';
import {
  deleteCells,
  deleteColumns,
  deleteRows,
  duplicateCells,
  fill,
  insertColumns,
  insertRows,
  moveCell,
  moveCells,
  resizeTracks,
} from '$lib/sheet/edit';
import type { Whole } from './selection.svelte';
import { around, used } from './selection';
import type { Workbook } from './workbook.svelte';

/* What a person does to the selected squares. Each is one step of undo, and says aloud what it did. */

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const cellsSaid = (workbook: Workbook): string =>
  workbook.chosen.length === 1 ? workbook.chosen[0]!.cell.key : counted(workbook.chosen.length, 'cell');

const shiftedBy = (area: Area, columns: number, rows: number): Area =>
  movedTo(area, { column: area.column + columns, row: area.row + rows });

/** Deletes the selected cells. */
export const removeChosen = (workbook: Workbook): void => {
  if (workbook.chosen.length === 0) return;
  const said = cellsSaid(workbook);
  const { text, keyOf } = workbook.pinned();
  if (
    workbook.attempt(() =>
      deleteCells(
        text,
        workbook.chosen.map(({ cell }) => keyOf(cell)),
      ),
    )
  )
    workbook.spoken = `${said} deleted`;
};

/** Moves the selected cells by so many columns and rows; what lies where they come to lie goes. */
export const moveChosen = (workbook: Workbook, columns: number, rows: number): void => {
  const { chosen } = workbook;
  if (chosen.length === 0 || (columns === 0 && rows === 0)) return;
  const area = workbook.choice.whole ? chosen.map((one) => one.area).reduce(around) : workbook.choice.range;
  const { text, keyOf } = workbook.pinned();
  const moves = new Map(chosen.map((one) => [keyOf(one.cell), shiftedBy(one.area, columns, rows)]));
  if (!workbook.attempt(() => moveCells(text, moves))) return;
  workbook.choice.over(shiftedBy(area, columns, rows));
  workbook.spoken = `${counted(chosen.length, 'cell')} moved to ${printArea(workbook.choice.range)}`;
};

/** Moves the selected cells to the next places in a direction that are free for all of them, over what lies between. */
export const nudgeChosen = (workbook: Workbook, columns: number, rows: number): void => {
  const { chosen, placed } = workbook;
  const others = placed.filter((one) => !chosen.includes(one));
  const edge = { column: 0, row: 0, lastColumn: COLUMNS - 1, lastRow: ROWS - 1 };
  for (let steps = 1; ; steps++) {
    const areas = chosen.map(({ area }) => shiftedBy(area, steps * columns, steps * rows));
    const inside = areas.every(
      (area) => area.column >= edge.column && area.row >= edge.row && area.lastColumn <= edge.lastColumn && area.lastRow <= edge.lastRow,
    );
    if (!inside || areas.length === 0) return;
    if (areas.some((area) => others.some((other) => overlaps(other.area, area)))) continue;
    moveChosen(workbook, steps * columns, steps * rows);
    return;
  }
};

/** Lets the selected cell cover another area, which must be free. */
export const spanChosen = (workbook: Workbook, area: Area): void => {
  const { selected } = workbook;
  if (!selected || area.lastColumn < area.column || area.lastRow < area.row || printArea(area) === printArea(selected.area)) return;
  const { text, keyOf } = workbook.pinned();
  if (!workbook.attempt(() => moveCell(text, keyOf(selected.cell), area))) return;
  workbook.choice.over(area);
  workbook.spoken = `${selected.cell.key} covers ${printArea(area)}`;
};

/** Makes what is selected one step larger or smaller: whole columns wider, whole rows higher, else the selected cell by a square. */
export const growChosen = (workbook: Workbook, columns: number, rows: number): void => {
  const { whole } = workbook.choice;
  if (whole) {
    const by = 16 * (whole === 'columns' ? columns : rows);
    if (by !== 0) sizeTracks(workbook, whole, by);
    return;
  }
  const { selected } = workbook;
  if (selected) {
    const { area } = selected;
    spanChosen(workbook, { ...area, lastColumn: area.lastColumn + columns, lastRow: area.lastRow + rows });
  }
};

/** Fills the selection from its first row or column, or from the cells before it. */
export const fillChosen = (workbook: Workbook, direction: 'down' | 'right'): void => {
  const { range, whole } = workbook.choice;
  const end = used(workbook.placed);
  const area = whole
    ? { ...range, lastColumn: Math.min(range.lastColumn, end.lastColumn), lastRow: Math.min(range.lastRow, end.lastRow) }
    : range;
  const { text } = workbook.pinned();
  if (workbook.attempt(() => fill(text, area, direction))) workbook.spoken = `filled ${direction}`;
};

/** Puts copies of the selected cells below, where there is room, and selects them. */
export const duplicateChosen = (workbook: Workbook): void => {
  const { chosen } = workbook;
  if (chosen.length === 0) return;
  const { text, keyOf } = workbook.pinned();
  let rows = 0;
  const made = workbook.attempt(() => {
    const copies = duplicateCells(
      text,
      chosen.map(({ cell }) => keyOf(cell)),
    );
    ({ rows } = copies);
    return copies.text;
  });
  if (!made) return;
  workbook.choice.over(shiftedBy(chosen.map(({ area }) => area).reduce(around), 0, rows));
  workbook.spoken = `${counted(chosen.length, 'cell')} duplicated at ${printArea(workbook.choice.range)}`;
};

/** The selected columns or rows. */
export const tracksChosen = (workbook: Workbook, along: Whole): { readonly first: number; readonly count: number } => {
  const { range, whole } = workbook.choice;
  if (whole !== undefined && whole !== along) return { first: 0, count: 1 };
  return along === 'columns'
    ? { first: range.column, count: range.lastColumn - range.column + 1 }
    : { first: range.row, count: range.lastRow - range.row + 1 };
};

/** Inserts as many columns or rows as are selected, before or after them. */
export const insertTracks = (workbook: Workbook, along: Whole, after: boolean): void => {
  const { first, count } = tracksChosen(workbook, along);
  const { text } = workbook.pinned();
  const at = after ? first + count : first;
  if (!workbook.attempt(() => (along === 'columns' ? insertColumns : insertRows)(text, at, count))) return;
  workbook.choice.tracks(along, at, at + count - 1);
  workbook.spoken = `${counted(count, along === 'columns' ? 'column' : 'row')} inserted`;
};

/** Deletes the selected columns or rows with the cells that lie in them wholly. */
export const deleteTracks = (workbook: Workbook, along: Whole): void => {
  const { first, count } = tracksChosen(workbook, along);
  const { text } = workbook.pinned();
  if (!workbook.attempt(() => (along === 'columns' ? deleteColumns : deleteRows)(text, first, count))) return;
  workbook.choice.tracks(along, first, first);
  workbook.spoken = `${counted(count, along === 'columns' ? 'column' : 'row')} deleted`;
};

/** Makes the selected columns wider or rows higher by so many pixels, or (`undefined`) as they are by themselves. */
export const sizeTracks = (workbook: Workbook, along: Whole, by: number | undefined): void => {
  const { first, count } = tracksChosen(workbook, along);
  const tracks = Array.from({ length: count }, (_, index) => first + index);
  const sizes = workbook.layout[along];
  const size = by === undefined ? undefined : (sizes[first] ?? 0) + by;
  if (!workbook.attempt(() => resizeTracks(workbook.text, along, tracks, size))) return;
  const name = along === 'columns' ? `column ${columnName(first)}` : `row ${first + 1}`;
  workbook.spoken = size === undefined ? `${name} fits its cells` : `${name} measures ${Math.round(size)} pixels`;
};
