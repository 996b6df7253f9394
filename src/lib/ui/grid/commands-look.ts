import { saveFile } from '../state/files';
import { printSheet } from '../state/print';
import type { ViewState } from '../state/view-state.svelte';
import { simply, returning, type Command } from './command';

/** What is seen of the sheet, and the sheet as a whole. */
export const lookingCommands = {
  find: {
    title: 'Find names, formulas and kinds',
    group: 'Look',
    keys: ['Ctrl+F'],
    where: 'everywhere',
    run: simply(({ viewState }) => {
      viewState.find();
    }),
  },
  outline: {
    title: 'List the cells in order, with their state',
    group: 'Look',
    keys: ['Ctrl+B'],
    where: 'everywhere',
    run: simply(({ viewState }) => {
      viewState.outlined = !viewState.outlined;
    }),
  },
  inspector: {
    title: 'Inspector: parameters, equations, health',
    group: 'Look',
    keys: ['Ctrl+I'],
    where: 'everywhere',
    run: simply(({ viewState }) => {
      viewState.inspecting = !viewState.inspecting;
    }),
  },
  larger: zoom('Draw the grid larger', ['Ctrl+Plus'], 1),
  smaller: zoom('Draw the grid smaller', ['Ctrl+Minus'], -1),
  natural: zoom('Draw the grid as large as it is', ['Ctrl+0'], 0),
  menu: {
    title: 'Menu of the selection',
    group: 'Look',
    keys: ['ContextMenu', 'Shift+F10'],
    mouse: 'right click',
    where: 'grid',
    run: (workbook, event) => {
      const box = event?.target instanceof HTMLElement ? event.target.getBoundingClientRect() : undefined;
      workbook.viewState.menu = { x: (box?.left ?? 80) + 24, y: (box?.top ?? 120) + 24 };
      return undefined;
    },
  },
  help: {
    title: 'This list',
    group: 'Look',
    keys: ['?', 'F1'],
    where: 'page',
    run: simply(({ viewState }) => {
      viewState.helping = true;
    }),
  },
  pause: {
    title: 'Pause computing, or go on',
    group: 'Sheet',
    keys: ['F9'],
    where: 'everywhere',
    run: simply(({ engine }) => {
      engine.pause(!engine.paused);
    }),
  },
  save: {
    title: 'Save as a file',
    group: 'Sheet',
    keys: ['Ctrl+S'],
    where: 'everywhere',
    run: simply((workbook) => {
      saveFile(workbook);
    }),
  },
  print: {
    title: 'Print all cells',
    group: 'Sheet',
    keys: ['Ctrl+P'],
    where: 'everywhere',
    run: simply(({ viewState }) => {
      void printSheet(viewState);
    }),
  },
  recent: {
    title: 'Recent sheets',
    group: 'Sheet',
    keys: [],
    where: 'page',
    run: showing('recent'),
  },
  elsewhere: {
    title: 'Run elsewhere: a cell with axes as tasks for a cluster',
    group: 'Sheet',
    keys: [],
    mouse: 'in the menu and the inspector',
    where: 'page',
    run: showing('elsewhere'),
  },
  open: {
    title: 'Open a sheet, or add a data file',
    group: 'Sheet',
    keys: ['Ctrl+O'],
    where: 'everywhere',
    run: simply(({ viewState }) => {
      viewState.openFile();
    }),
  },
} satisfies Readonly<Record<string, Command>>;

function showing(dialog: ViewState['dialog']): NonNullable<Command['run']> {
  return simply(({ viewState }) => {
    viewState.dialog = dialog;
  });
}

function zoom(title: string, keys: string[], direction: -1 | 0 | 1): Command {
  return {
    title,
    group: 'Look',
    keys,
    where: 'grid',
    run: returning(({ viewState }) => viewState.zoomBy(direction)),
  };
}
