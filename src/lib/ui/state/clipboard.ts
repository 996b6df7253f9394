import { Problem } from '$lib/base/problem';
import { printArea } from '$lib/sheet/address';
import { copyCells } from '$lib/sheet/edit';
import { parse } from '$lib/sheet/parse';
import { moveChosen } from './actions';
import { pasteAt } from './edits';
import { around, squareAt, squaresOf } from './selection';
import type { Workbook } from './workbook.svelte';

/** Whether text is being written there, so that the clipboard belongs to that field. */
export const inField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('.editor, textarea, input:not([type="range"])') !== null;

/** The selected cells as text, each with its place. */
export const copiedText = (workbook: Workbook): string => {
  const { text, keyOf } = workbook.pinned();
  return copyCells(
    text,
    workbook.chosen.map(({ cell }) => keyOf(cell)),
  );
};

const said = (workbook: Workbook): string =>
  workbook.chosen.length === 1 ? workbook.chosen[0]!.cell.key : `${workbook.chosen.length} cells`;

/** Says that the selected cells were copied, or wait to be moved. */
export const noteCopied = (workbook: Workbook, copied: string, cut: boolean): void => {
  const keys = new Set(workbook.chosen.map(({ cell }) => cell.key));
  workbook.cut = cut ? { copied, text: workbook.text, keys } : undefined;
  workbook.spoken = `${said(workbook)} ${cut ? 'cut: paste to move' : 'copied'}`;
};

/** Puts the selected cells on the clipboard of this event. */
export const copy = (workbook: Workbook, event: ClipboardEvent, cut = false): void => {
  if (workbook.chosen.length === 0 || inField(event.target)) return;
  event.preventDefault();
  const copied = copiedText(workbook);
  event.clipboardData?.setData('text/plain', copied);
  noteCopied(workbook, copied, cut);
};

export const paste = (workbook: Workbook, event: ClipboardEvent): void => {
  const copied = event.clipboardData?.getData('text/plain');
  if (!copied || inField(event.target)) return;
  event.preventDefault();
  pasteText(workbook, copied);
};

/** The system may have changed the ends of lines. */
const sameText = (one: string, other: string): boolean => one.replaceAll('\r\n', '\n') === other.replaceAll('\r\n', '\n');

/** Pastes text at the selection, in one step of undo; cells that were cut are moved, and what refers to them follows. */
export const pasteText = (workbook: Workbook, copied: string): void => {
  const { cutting } = workbook;
  if (cutting && sameText(cutting.copied, copied)) moveCut(workbook, cutting.keys);
  else pasteCopied(workbook, copied);
  workbook.cut = undefined;
  workbook.wanted++;
};

function moveCut(workbook: Workbook, keys: ReadonlySet<string>): void {
  const cells = workbook.placed.filter(({ cell }) => keys.has(cell.key));
  const from = cells.map(({ area }) => area).reduce(around);
  const { column, row } = workbook.choice.range;
  const [columns, rows] = [column - from.column, row - from.row];
  workbook.choice.over(from);
  moveChosen(workbook, columns, rows);
}

function pasteCopied(workbook: Workbook, copied: string): void {
  const { range } = workbook.choice;
  const clip = parse(copied);
  const before = workbook.text;
  const single = clip.cells.length === 1 && clip.cells[0]?.problem === undefined;
  const many = single && printArea(range) !== printArea(workbook.selected?.area ?? squareAt(workbook.selection));
  const pasted = workbook.attempt(() => {
    const { text } = workbook.pinned();
    if (!many) return pasteAt(text, { column: range.column, row: range.row }, copied);
    const squares = squaresOf(workbook.placed, range);
    if (workbook.choice.whole || squares.length > 1000) throw new Problem('the selection is too large to paste into every square of it');
    return squares.reduce((whole, square) => pasteAt(whole, square, copied), text);
  });
  if (!pasted || before === workbook.text) return;
  workbook.spoken = clip.cells.length > 1 ? `${clip.cells.length} cells pasted` : 'pasted';
  const areas = clip.cells.flatMap(({ area }) => area ?? []);
  if (many || areas.length < 2) return;
  const all = areas.reduce(around);
  const { column, row } = range;
  workbook.choice.over({ column, row, lastColumn: column + all.lastColumn - all.column, lastRow: row + all.lastRow - all.row });
}
