import type { Corner } from '$lib/sheet/address';
import { jump, neighbour, step } from '../state/selection';
import type { Workbook } from '../state/workbook.svelte';

interface Grid {
  choose(square: Corner): void;
  /** Rows of one page. */
  readonly page: number;
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The control inside the selected cell (a slider, a choice), which the space bar reaches. */
const control = (target: EventTarget | null): HTMLElement | null =>
  target instanceof HTMLElement ? target.querySelector<HTMLElement>('[data-control]') : null;

/** What a key does while the grid has the keyboard. Keys that mean nothing here are left to the browser. */
export const gridKey = (event: KeyboardEvent, workbook: Workbook, grid: Grid): void => {
  const { key } = event;
  const inControl = event.target instanceof HTMLElement && event.target.matches('input, select, button, a');
  const control1 = event.ctrlKey || event.metaKey;
  const done = (): void => event.preventDefault();

  // The editor is still being loaded: what is typed is not lost.
  if (workbook.draft?.where === 'cell') {
    const { all = false, text } = workbook.draft;
    if (key.length === 1 && !control1 && !event.altKey) {
      workbook.drafting(all ? key : text + key);
      done();
    } else if (key === 'Backspace') {
      workbook.drafting(all ? '' : text.slice(0, -1));
      done();
    } else if (key.toLowerCase() === 'a' && control1) {
      workbook.selectDraft();
      done();
    } else if (key === 'Escape') workbook.cancel();
    else if (key === 'Enter') workbook.commit(workbook.draft.text, 'down');
    return;
  }
  if (inControl) {
    if (key === 'Escape' || key === 'Enter') {
      if (key === 'Enter' && event.target instanceof HTMLElement && event.target.matches('button, a')) return;
      done();
      workbook.wanted++;
    }
    return;
  }
  const arrow = arrows[key];
  if (arrow && !event.altKey && !event.shiftKey) {
    done();
    const [columns, rows] = arrow;
    grid.choose((control1 ? jump : step)(workbook.placed, workbook.selection, columns, rows));
  } else if (key === 'Tab' && !control1 && !event.altKey) {
    const next = neighbour(workbook.placed, workbook.selection, event.shiftKey ? -1 : 1);
    // After the last cell Tab leaves the grid, so that the keyboard is never caught.
    if (!next) return;
    done();
    grid.choose(next);
  } else if (key === 'Enter' || key === 'F2') {
    done();
    workbook.edit('cell');
  } else if (key === ' ' && control(event.target)) {
    done();
    control(event.target)?.focus();
  } else if ((key === 'Delete' || key === 'Backspace') && !control1) {
    done();
    workbook.remove();
    workbook.wanted++;
  } else if (key === 'Home') {
    done();
    grid.choose({ column: 0, row: control1 ? 0 : workbook.selection.row });
  } else if (key === 'End') {
    done();
    const all = workbook.placed.filter(
      ({ area }) => control1 || (area.row <= workbook.selection.row && workbook.selection.row <= area.lastRow),
    );
    const column = all.reduce((most, { area }) => Math.max(most, area.lastColumn), 0);
    const row = control1 ? all.reduce((most, { area }) => Math.max(most, area.lastRow), 0) : workbook.selection.row;
    grid.choose({ column, row });
  } else if (key === 'PageDown' || key === 'PageUp') {
    done();
    grid.choose(step(workbook.placed, workbook.selection, 0, key === 'PageDown' ? grid.page : -grid.page));
  } else if (key.length === 1 && !control1 && !event.altKey && key !== ' ') {
    done();
    workbook.edit('cell', key);
  }
};
