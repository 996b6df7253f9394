import { duplicateSelected, fillSelected, growSelected, nudgeSelected, deleteSelected } from '../state/actions';
import { copiedText, noteCopied, pasteText } from '../state/clipboard';
import { deleteTracks, insertTracks, sizeTracks } from '../state/track-actions';
import type { Workbook } from '../state/workbook.svelte';
import { simply, returning, vector, withArrows, type Command } from './command';

/** Writing, copying, moving, and columns and rows. */
export const editingCommands = {
  type: {
    title: 'Write a new formula, or name = formula',
    group: 'Write',
    keys: [],
    mouse: 'any letter, digit or sign begins to write',
    where: 'grid',
  },
  edit: {
    title: 'Change the formula',
    group: 'Write',
    keys: ['Enter', 'F2'],
    mouse: 'double click',
    where: 'grid',
    run: simply((workbook) => {
      workbook.edit('cell');
    }),
  },
  palette: {
    title: 'Choose a new cell from a list, wired to the one selected',
    group: 'Write',
    keys: ['/', 'Insert'],
    where: 'grid',
    run: simply(({ viewState }) => {
      viewState.choose();
    }),
  },
  control: {
    title: 'Take hold of the slider or list of the cell; Escape lets it go',
    group: 'Write',
    keys: ['Space'],
    where: 'grid',
    run: (_workbook, event) => {
      const control = event?.target instanceof HTMLElement ? event.target.querySelector<HTMLElement>('[data-control]') : undefined;
      control?.focus();
      return control ? undefined : false;
    },
  },
  delete: {
    title: 'Delete cells',
    group: 'Write',
    keys: ['Delete', 'Backspace'],
    where: 'grid',
    run: returning(deleteSelected),
  },
  undo: {
    title: 'Undo',
    group: 'Write',
    keys: ['Ctrl+Z'],
    where: 'page',
    run: (workbook, event) => turned(workbook, event, () => workbook.undo()),
  },
  redo: {
    title: 'Redo',
    group: 'Write',
    keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
    where: 'page',
    run: (workbook, event) => turned(workbook, event, () => workbook.redo()),
  },
  copy: { title: 'Copy', group: 'Copy and move', keys: ['Ctrl+C'], where: 'grid', native: true, run: (workbook) => clip(workbook, false) },
  cut: {
    title: 'Cut: paste moves the cells, references follow',
    group: 'Copy and move',
    keys: ['Ctrl+X'],
    where: 'grid',
    native: true,
    run: (workbook) => clip(workbook, true),
  },
  paste: {
    title: 'Paste cells, a sheet, or a table of another program',
    group: 'Copy and move',
    keys: ['Ctrl+V'],
    where: 'grid',
    native: true,
    run: simply((workbook) => {
      void navigator.clipboard.readText().then(
        (text) => pasteText(workbook, text),
        () => (workbook.notice = { text: 'The browser does not let the clipboard be read here; press Ctrl+V in the grid.', tone: 'plain' }),
      );
    }),
  },
  duplicate: { title: 'Duplicate below', group: 'Copy and move', keys: ['Ctrl+Shift+D'], where: 'grid', run: returning(duplicateSelected) },
  fillDown: {
    title: 'Fill down from the first row of the selection, or from the row above',
    group: 'Copy and move',
    keys: ['Ctrl+D'],
    where: 'grid',
    run: returning((workbook) => fillSelected(workbook, 'down')),
  },
  fillRight: {
    title: 'Fill to the right from the first column of the selection, or from the column before',
    group: 'Copy and move',
    keys: ['Ctrl+R'],
    where: 'grid',
    run: returning((workbook) => fillSelected(workbook, 'right')),
  },
  nudge: {
    title: 'Move cells to the next free place; references follow',
    group: 'Copy and move',
    keys: withArrows('Alt+'),
    mouse: 'drag the head of a cell, or the border of the selection',
    where: 'grid',
    run: moving(nudgeSelected),
  },
  grow: {
    title: 'Let the cell cover more or fewer squares; make whole columns or rows larger or smaller',
    group: 'Copy and move',
    keys: withArrows('Alt+Shift+'),
    mouse: 'drag the corner of the selection, or the edge of a letter or number',
    where: 'grid',
    run: moving(growSelected),
  },
  insert: {
    title: 'Insert as many columns or rows as are selected',
    group: 'Columns and rows',
    keys: ['Ctrl+Alt+Plus'],
    where: 'grid',
    run: returning((workbook) => insertTracks(workbook, workbook.selection.wholly ?? 'rows', false)),
  },
  deleteTracks: {
    title: 'Delete the selected columns or rows with their cells',
    group: 'Columns and rows',
    keys: ['Ctrl+Alt+Minus'],
    where: 'grid',
    run: returning((workbook) => deleteTracks(workbook, workbook.selection.wholly ?? 'rows')),
  },
  rowsAbove: track('Insert rows above', (workbook) => insertTracks(workbook, 'rows', false)),
  rowsBelow: track('Insert rows below', (workbook) => insertTracks(workbook, 'rows', true)),
  columnsLeft: track('Insert columns to the left', (workbook) => insertTracks(workbook, 'columns', false)),
  columnsRight: track('Insert columns to the right', (workbook) => insertTracks(workbook, 'columns', true)),
  deleteRows: track('Delete rows', (workbook) => deleteTracks(workbook, 'rows')),
  deleteColumns: track('Delete columns', (workbook) => deleteTracks(workbook, 'columns')),
  fit: {
    title: 'Let columns and rows fit their cells again',
    group: 'Columns and rows',
    keys: ['Alt+Shift+Home'],
    mouse: 'double click on the edge of a letter or number',
    where: 'grid',
    run: returning((workbook) => {
      const { wholly } = workbook.selection;
      if (wholly !== 'rows') sizeTracks(workbook, 'columns', undefined);
      if (wholly !== 'columns') sizeTracks(workbook, 'rows', undefined);
    }),
  },
} satisfies Readonly<Record<string, Command>>;

function moving(move: (workbook: Workbook, columns: number, rows: number) => void): NonNullable<Command['run']> {
  return (workbook, event) => returning((given) => move(given, ...vector(event)))(workbook);
}

function track(title: string, what: (workbook: Workbook) => void): Command {
  return { title, group: 'Columns and rows', keys: [], where: 'grid', run: returning(what) };
}

/** Copy and cut by key come as events of the clipboard, which need no permission; this is for the menu. */
function clip(workbook: Workbook, cut: boolean): undefined {
  if (workbook.selectedCells.length === 0) return;
  const copied = copiedText(workbook);
  void navigator.clipboard.writeText(copied).then(
    () => noteCopied(workbook, copied, cut),
    () => (workbook.notice = { text: 'The browser does not let the clipboard be written here; press Ctrl+C in the grid.', tone: 'plain' }),
  );
  workbook.wanted++;
}

/** Undo and redo may take the cell away that has the keyboard: it then goes back to the grid. */
function turned(workbook: Workbook, event: KeyboardEvent | undefined, turn: () => void): undefined {
  turn();
  if (event?.target instanceof HTMLElement && (event.target === document.body || event.target.closest('[role="grid"]'))) workbook.wanted++;
}
