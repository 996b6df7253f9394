import { Problem } from '$lib/base/problem';
import { appendLine } from './append';
import { applyChanges, cellOf, checkFree, checkNewName, lineAway } from './change';
import type { Area, Cell } from './document';
import { parse } from './parse';
import { printCell } from './print';

export { copyCells, pasteCells } from './clipboard';
export { deleteColumns, deleteRows, insertColumns, insertRows } from './grid';
export { duplicateCells, fill } from './fill';
export { moveCell, moveCells, pinCells } from './move';
export { renameCell } from './rename';
export { readTracks, resizeTracks } from './tracks';

/*
 * A person's edits: text in, text out. Lines that an edit does not mean stay as they are, byte for byte. An edit that cannot be made
 * throws a Problem that says why.
 */

/** Formulas are typed as text; an end of line in one would begin another cell. */
const oneLine = (formula: string): string => formula.replace(/\r\n|\n|\r/g, ' ').trim();

/**
 * Gives a cell another formula. The comment of the line stays. On a line without `=`, the formula comes after name and address; a line
 * of which neither could be read is replaced as a whole.
 * @param formula text as typed, right or wrong
 */
export function setFormula(text: string, key: string, formula: string): string {
  const cell = cellOf(parse(text), key);
  const { from, to } = cell.formulaSpan;
  const head = headEnd(cell);
  const headless = head === cell.span.from;
  const blank = from === to && !headless;
  const lead = blank && !/[ \t]$/.test(text.slice(head, from)) ? ' ' : '';
  const equals = headless || text.slice(head, from).includes('=') ? '' : '= ';
  const after = blank && to < cell.span.to && !/[ \t]/.test(text.charAt(to)) ? ' ' : '';
  return applyChanges(text, [{ from, to, insert: lead + equals + oneLine(formula) + after }]);
}

const headEnd = (cell: Cell): number => cell.addressSpan?.to ?? cell.nameSpan?.to ?? cell.span.from;

/** What a new cell is made of. Name or area must be there; the name `note` makes a note. */
export interface NewCell {
  readonly name?: string | undefined;
  readonly area?: Area | undefined;
  readonly formula: string;
}

/**
 * Adds a cell as the last line of the sheet.
 * @throws Problem when the name is taken or cannot be one, or when the place is not free
 */
export function addCell(text: string, cell: NewCell): string {
  const sheet = parse(text);
  if (cell.name === undefined && !cell.area) throw new Problem('a cell must have a name or an address');
  if (cell.name !== undefined && cell.name !== 'note') checkNewName(sheet, cell.name);
  if (cell.area) checkFree(sheet, cell.area);
  return appendLine(text, printCell({ ...cell, formula: oneLine(cell.formula) }));
}

/** Takes a cell away, line and comment. What refers to it says so by its own problem, and is right again when such a cell comes back. */
export const deleteCell = (text: string, key: string): string => deleteCells(text, [key]);

/** Takes cells away, each as `deleteCell` does. */
export function deleteCells(text: string, keys: Iterable<string>): string {
  const sheet = parse(text);
  return applyChanges(
    text,
    [...new Set(keys)].map((key) => lineAway(text, cellOf(sheet, key))),
  );
}
