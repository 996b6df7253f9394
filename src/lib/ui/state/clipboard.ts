import { Problem } from '$lib/base/problem';
import { printArea, printPosition } from '$lib/sheet/address';
import { areasAt } from '$lib/sheet/clipboard';
import { copyCells } from '$lib/sheet/edit';
import { parse } from '$lib/sheet/parse';
import { moveSelected } from './actions';
import { wholeOf } from './areas';
import { selectCells } from './select';
import { areCells, pasteAt } from './edits';
import { around, squareAt, squaresOf } from './selection';
import type { Workbook } from './workbook.svelte';

/** Whether text is being written there, so that the clipboard belongs to that field. */
const inField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('.editor, textarea, input:not([type="range"])') !== null;

/** The selected cells as text, each with its place. */
export const copiedText = (workbook: Workbook): string => {
  const { text, keyOf } = workbook.pinned();
  return copyCells(
    text,
    workbook.selectedCells.map(({ cell }) => keyOf(cell)),
  );
};

const said = (workbook: Workbook): string =>
  workbook.selectedCells.length === 1 ? workbook.selectedCells[0]!.cell.key : `${workbook.selectedCells.length} cells`;

/** Says that the selected cells were copied, or wait to be moved. */
export const noteCopied = (workbook: Workbook, copied: string, cut: boolean): void => {
  workbook.cut = cut ? { copied, text: workbook.text, keys: workbook.selectedKeys } : undefined;
  workbook.spoken = `${said(workbook)} ${cut ? 'cut: paste to move' : 'copied'}`;
};

/** Puts the selected cells on the clipboard of this event. */
export const copy = (workbook: Workbook, event: ClipboardEvent, cut = false): void => {
  if (workbook.selectedCells.length === 0 || inField(event.target)) return;
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
  const { column, row } = workbook.selection.range;
  const [columns, rows] = [column - from.column, row - from.row];
  selectCells(
    workbook,
    cells.map(({ area }) => area),
  );
  moveSelected(workbook, columns, rows);
}

function pasteCopied(workbook: Workbook, copied: string): void {
  const { selection } = workbook;
  const { range, areas } = selection;
  const clip = parse(copied);
  const before = workbook.text;
  const single = clip.cells.length === 1 && areCells(clip);
  const many = single && (selection.isSet || printArea(range) !== printArea(workbook.activeCell?.area ?? squareAt(workbook.activeSquare)));
  const pasted = workbook.attempt(() => {
    const { text } = workbook.pinned();
    if (!many) return pasteAt(text, { column: range.column, row: range.row }, copied);
    const isWhole = areas.some(wholeOf);
    const all = isWhole ? [] : areas.flatMap((area) => squaresOf(workbook.placed, area));
    const squares = new Map(all.map((square) => [printPosition(square), square]));
    if (isWhole || squares.size > 1000) throw new Problem('the selection is too large to paste into every square of it');
    return [...squares.values()].reduce((whole, square) => pasteAt(whole, square, copied), text);
  });
  if (!pasted || before === workbook.text) return;
  workbook.spoken = clip.cells.length > 1 ? `${clip.cells.length} cells pasted` : 'pasted';
  if (!many && clip.cells.length > 1) selectCells(workbook, [...areasAt(clip, range).values()]);
}
