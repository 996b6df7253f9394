import { Problem } from '$lib/base/problem';
import { movedTo, printCorner, type Corner } from './address';
import { appendLine, applyChanges, cellOf, checkFree, lineOf, renameWords, type Change } from './change';
import type { Area, Cell, Sheet } from './document';
import { linesOf } from './lines';
import { addressChange } from './move';
import { parse } from './parse';
import { cellsByReference } from './references';

/** The lines of some cells, in the order of the sheet, as text for the clipboard. */
export function copyCells(text: string, keys: readonly string[]): string {
  const sheet = parse(text);
  const cells = new Set(keys.map((key) => cellOf(sheet, key)));
  return sheet.cells
    .filter((cell) => cells.has(cell))
    .map((cell) => `${lineOf(text, cell)}\n`)
    .join('');
}

/**
 * Adds copied cells to a sheet, the upper left corner of all at `at`. A name that is taken gets a number (`gamma_2`). What the copies
 * refer to among themselves they refer to still; what they refer to outside is as it was.
 * @throws Problem when a place is not free, or when the text is not cells
 */
export function pasteCells(text: string, copied: string, at: Corner): string {
  const sheet = parse(text);
  const clip = parse(copied);
  if (clip.problem) throw clip.problem;
  if (clip.cells.length === 0) throw new Problem('there is no cell on the clipboard');
  const nameless = clip.cells.find((cell) => !cell.nameSpan && !cell.area);
  if (nameless) throw nameless.problem ?? new Problem('what is on the clipboard is not cells');
  const areas = newAreas(clip, at);
  for (const area of areas.values()) checkFree(sheet, area);
  const names = newNames(sheet, clip);
  const changes: Change[] = [];
  for (const cell of clip.cells) {
    const area = areas.get(cell);
    const name = names.get(cell);
    if (area) changes.push(addressChange(cell, area));
    if (name !== undefined && name !== cell.name && cell.nameSpan) changes.push({ ...cell.nameSpan, insert: name });
  }
  const cells = cellsByReference(clip);
  const follow = renameWords(clip, (word) => {
    const cell = cells.get(word.name);
    const area = cell && areas.get(cell);
    if (!cell) return undefined;
    return word.name === cell.name ? names.get(cell) : area && printCorner(area);
  });
  const pasted = applyChanges(copied, [...changes, ...follow]);
  const lines = linesOf(pasted);
  return clip.cells.reduce((whole, cell) => {
    const line = lines[cell.line - 1];
    return line ? appendLine(whole, pasted.slice(line.from, line.to)) : whole;
  }, text);
}

function newAreas(clip: Sheet, at: Corner): Map<Cell, Area> {
  const placed = clip.cells.flatMap((cell) => (cell.area ? [{ cell, area: cell.area }] : []));
  const column = Math.min(...placed.map(({ area }) => area.column));
  const row = Math.min(...placed.map(({ area }) => area.row));
  return new Map(
    placed.map(({ cell, area }) => [cell, movedTo(area, { column: at.column + area.column - column, row: at.row + area.row - row })]),
  );
}

function newNames(sheet: Sheet, clip: Sheet): Map<Cell, string> {
  const taken = new Set(sheet.cells.map((cell) => cell.name));
  const own = new Set(clip.cells.map((cell) => cell.name));
  const names = new Map<Cell, string>();
  for (const cell of clip.cells) {
    if (cell.name === undefined) continue;
    let name = cell.name;
    for (let number = 2; taken.has(name); number += 1) {
      const numbered = `${cell.name}_${number}`;
      if (!own.has(numbered)) name = numbered;
    }
    taken.add(name);
    names.set(cell, name);
  }
  return names;
}
