import type { Workbook } from '../state/workbook.svelte';
import { allCommands, type Command } from './commands';

const named: Readonly<Record<string, string>> = { Space: ' ', Plus: '+', Minus: '-' };

/** Whether an event is this key, written as `Ctrl+Shift+Z`; Ctrl is ⌘ too. How a sign is typed, with Shift or without, does not matter. */
export const isKey = (event: KeyboardEvent, written: string): boolean => {
  const parts = written.split('+');
  const name = parts.pop() ?? '';
  const wanted = named[name] ?? name;
  const got = event.key === '=' ? '+' : event.key === '_' ? '-' : event.key;
  const isSign = wanted.length === 1 && wanted !== ' ' && !/[A-Z]/.test(wanted);
  return (
    got.toUpperCase() === wanted.toUpperCase() &&
    (event.ctrlKey || event.metaKey) === parts.includes('Ctrl') &&
    event.altKey === parts.includes('Alt') &&
    (isSign || event.shiftKey === parts.includes('Shift'))
  );
};

/** Whether ⌘ is what Ctrl is elsewhere. */
export const isMac = (): boolean => typeof navigator !== 'undefined' && /Mac|iP(?:hone|ad)/.test(navigator.platform);
const shown: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Plus: '+',
  Minus: '−',
  Delete: 'Del',
  Escape: 'Esc',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
  ContextMenu: 'Menu',
};

/** The keys of a command as people read them, each as the parts that are pressed together; four arrows are one. */
export const keysShown = (keys: readonly string[], mac = isMac()): readonly (readonly string[])[] => {
  const words = (key: string): string[] => key.split('+').map((part) => (part === 'Ctrl' && mac ? '⌘' : (shown[part] ?? part)));
  const arrows = keys.filter((key) => /Arrow(?:Left|Right|Up|Down)$/.test(key));
  const [first] = arrows;
  if (arrows.length !== 4 || first === undefined) return keys.map(words);
  return [[...words(first).slice(0, -1), '← → ↑ ↓'], ...keys.filter((key) => !arrows.includes(key)).map(words)];
};

/** Runs the command of a key, if there is one that is taken here. Answers whether there was. */
const runs = (event: KeyboardEvent, workbook: Workbook, taken: (command: Command) => boolean): boolean => {
  const command = allCommands.find((one) => one.run && !one.native && taken(one) && one.keys.some((key) => isKey(event, key)));
  if (!command?.run || command.run(workbook, event) === false) return false;
  event.preventDefault();
  return true;
};

const isText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('.cm-editor, input:not([type="range"]), textarea') !== null;

/** Keys that work wherever the keyboard is, except that undo inside a text field is that field's own. */
export const pageKey = (event: KeyboardEvent, workbook: Workbook): void => {
  if (event.defaultPrevented) return;
  const inText = isText(event.target);
  runs(event, workbook, ({ where }) => where === 'everywhere' || (where === 'page' && !inText));
};

/** What a key does while the grid has the keyboard. Keys that mean nothing here are left to the browser. */
export const gridKey = (event: KeyboardEvent, workbook: Workbook): void => {
  const { key } = event;
  const { target } = event;
  if (workbook.viewState.choosing) {
    earlyChoice(event, workbook);
    return;
  }
  if (workbook.draft?.where === 'cell') {
    early(event, workbook, workbook.draft);
    return;
  }
  if (target instanceof HTMLElement && target.matches('input, select, button, a')) {
    if (key === 'Escape' || (key === 'Enter' && !target.matches('button, a'))) {
      event.preventDefault();
      workbook.wanted++;
    }
    return;
  }
  if (runs(event, workbook, ({ where }) => where === 'grid' || (where === 'page' && key === '?'))) return;
  if (key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && key !== ' ') {
    event.preventDefault();
    workbook.edit('cell', key);
  }
};

/** The palette is still being loaded: what is typed is for it. */
const earlyChoice = (event: KeyboardEvent, { viewState }: Workbook): void => {
  const { key } = event;
  if (key === 'Escape') viewState.choosing = false;
  else if (key === 'Backspace') viewState.wantedKind = viewState.wantedKind.slice(0, -1);
  else if (key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) viewState.wantedKind += key;
  event.preventDefault();
};

/** The editor is still being loaded: what is typed is not lost. */
const early = (
  event: KeyboardEvent,
  workbook: Workbook,
  { text, all = false }: { readonly text: string; readonly all?: boolean },
): void => {
  const { key } = event;
  const control = event.ctrlKey || event.metaKey;
  if (key.length === 1 && !control && !event.altKey) workbook.drafting(all ? key : text + key);
  else if (key === 'Backspace') workbook.drafting(all ? '' : text.slice(0, -1));
  else if (key.toLowerCase() === 'a' && control) workbook.selectDraft();
  else if (key === 'Escape') {
    workbook.cancel();
    return;
  } else if (key === 'Enter') {
    workbook.commit(text, 'down');
    return;
  } else return;
  event.preventDefault();
};
