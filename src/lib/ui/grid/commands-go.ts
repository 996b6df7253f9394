import { COLUMNS, ROWS, type CellPosition } from '$lib/sheet/address';
import type { Whole } from '../state/areas';
import { addSelected } from '../state/select';
import { extended, jump, neighbour, step, used } from '../state/selection';
import type { Workbook } from '../state/workbook.svelte';
import { returning, vector, withArrows, type Command } from './command';

/** Selects one square and scrolls to it. */
const go = (workbook: Workbook, square: CellPosition): true => {
  workbook.selection.go(square);
  workbook.wanted++;
  return true;
};
/** Extends the selection up to a square and scrolls to that. */
const reach = (workbook: Workbook, extent: CellPosition, whole?: Whole): true => {
  workbook.selection.to(extent, whole);
  workbook.wanted++;
  return true;
};
/** The last square that a cell covers: of all cells, or of those in the active row. */
const end = (workbook: Workbook, all: boolean): CellPosition => {
  const { row } = workbook.activeSquare;
  const here = workbook.placed.filter(({ area }) => all || (area.row <= row && row <= area.lastRow));
  const last = used(here);
  return { column: last.lastColumn, row: all ? last.lastRow : row };
};

const bounded = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));

/** Commands that move in the grid, and those that select in it. */
export const goingCommands = {
  step: {
    title: 'Go to the next square',
    group: 'Move about',
    keys: withArrows(''),
    where: 'grid',
    run: (workbook, event) => go(workbook, step(workbook.placed, workbook.activeSquare, ...vector(event))),
  },
  jump: {
    title: 'Go to the next cell, or to the border of what is used',
    group: 'Move about',
    keys: withArrows('Ctrl+'),
    where: 'grid',
    run: (workbook, event) => go(workbook, jump(workbook.placed, workbook.activeSquare, ...vector(event))),
  },
  next: {
    title: 'Go to the next or the previous cell of the sheet; after the last, out of the grid',
    group: 'Move about',
    keys: ['Tab', 'Shift+Tab'],
    where: 'grid',
    run: (workbook, event) => {
      const found = neighbour(workbook.placed, workbook.activeSquare, event?.shiftKey ? -1 : 1);
      return found ? go(workbook, found) : false;
    },
  },
  home: {
    title: 'Go to the beginning or the end of the row',
    group: 'Move about',
    keys: ['Home', 'End'],
    where: 'grid',
    run: (workbook, event) => go(workbook, event?.key === 'End' ? end(workbook, false) : { column: 0, row: workbook.activeSquare.row }),
  },
  ends: {
    title: 'Go to the first square or to the last cell',
    group: 'Move about',
    keys: ['Ctrl+Home', 'Ctrl+End'],
    where: 'grid',
    run: (workbook, event) => go(workbook, event?.key === 'End' ? end(workbook, true) : { column: 0, row: 0 }),
  },
  page: {
    title: 'Go one window up or down',
    group: 'Move about',
    keys: ['PageUp', 'PageDown'],
    where: 'grid',
    run: (workbook, event) =>
      go(workbook, step(workbook.placed, workbook.activeSquare, 0, (event?.key === 'PageUp' ? -1 : 1) * workbook.layout.page)),
  },
  extend: {
    title: 'Select more or fewer squares',
    group: 'Select',
    keys: withArrows('Shift+'),
    mouse: 'drag, or Shift and a click',
    where: 'grid',
    run: (workbook, event) => {
      const { square, extent, whole } = workbook.selection;
      const [columns, rows] = vector(event);
      if (whole === 'columns') return reach(workbook, { ...extent, column: bounded(extent.column + columns, COLUMNS) }, whole);
      if (whole === 'rows') return reach(workbook, { ...extent, row: bounded(extent.row + rows, ROWS) }, whole);
      return reach(workbook, extended(workbook.placed, square, extent, columns, rows));
    },
  },
  extendFar: {
    title: 'Select as far as the next cell',
    group: 'Select',
    keys: withArrows('Ctrl+Shift+'),
    where: 'grid',
    run: (workbook, event) => reach(workbook, jump(workbook.placed, workbook.selection.extent, ...vector(event))),
  },
  add: {
    title: 'Add to the selection: go elsewhere, then once more takes a cell in or out',
    group: 'Select',
    keys: ['Shift+F8'],
    mouse: 'Ctrl and a click, or Ctrl and drag',
    where: 'grid',
    run: returning(addSelected),
  },
  all: {
    title: 'Select all cells',
    group: 'Select',
    keys: ['Ctrl+A'],
    mouse: 'click on the corner',
    where: 'grid',
    run: returning((workbook) => workbook.selection.over(used(workbook.placed))),
  },
  column: {
    title: 'Select the whole column',
    group: 'Select',
    keys: ['Ctrl+Space'],
    mouse: 'click on its letter',
    where: 'grid',
    run: returning(({ selection }) => selection.tracks('columns', selection.range.column, selection.range.lastColumn)),
  },
  row: {
    title: 'Select the whole row',
    group: 'Select',
    keys: ['Shift+Space'],
    mouse: 'click on its number',
    where: 'grid',
    run: returning(({ selection }) => selection.tracks('rows', selection.range.row, selection.range.lastRow)),
  },
  escape: {
    title: 'Select one square only; leave what was cut where it is',
    group: 'Select',
    keys: ['Escape'],
    where: 'grid',
    run: returning((workbook) => {
      workbook.cut = undefined;
      workbook.select(workbook.activeSquare);
    }),
  },
} satisfies Readonly<Record<string, Command>>;
