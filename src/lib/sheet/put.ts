import { positionOf, onGrid, overlaps, printPosition, type CellPosition } from './address';
import { appendLine } from './append';
import { applyChanges, checkOnGrid, lineAway, renameWords, standing, type Change } from './change';
import type { Area, Cell, Sheet } from './document';
import { linesOf } from './lines';
import { addressChange } from './move';
import { parse } from './parse';
import { cellsByReference } from './references';

/** By how many columns and rows addresses shift. */
export interface Shift {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Puts the cells of a clip into a sheet. Cells of the sheet that lie where they come to lie are replaced; one whose upper left corner is
 * theirs hands on its name, as in other spreadsheets, where a name belongs to the place. Any other name that is taken gets a number
 * (`gamma_2`). What the copies refer to among themselves they refer to still.
 *
 * @param areas where the cells of the clip that have an address go
 * @param shift what happens to addresses that mean no cell of the clip: by default nothing
 * @throws Problem when an area is not on the grid
 */
export function putCells(text: string, clip: Sheet, areas: ReadonlyMap<Cell, Area>, shift: Shift = { columns: 0, rows: 0 }): string {
  const sheet = parse(text);
  for (const area of areas.values()) checkOnGrid(area);
  const targets = [...areas.values()];
  const replaced = standing(sheet).filter((cell) => targets.some((area) => cell.area && overlaps(cell.area, area)));
  const heirs = heirsOf(areas, replaced);
  const names = namesOf(sheet, clip, replaced, heirs);
  const lines = linesFor(clip, areas, names, shift);

  const inPlace = new Map([...heirs].map(([cell, heir]) => [heir, cell]));
  const changes = replaced.map((cell): Change => {
    const own = inPlace.get(cell);
    const line = own && lines.get(own);
    return line === undefined ? lineAway(text, cell) : { ...cell.span, insert: line };
  });
  return clip.cells
    .filter((cell) => !heirs.has(cell))
    .reduce((whole, cell) => appendLine(whole, lines.get(cell) ?? ''), applyChanges(text, changes));
}

/** The cells that are replaced by one with the same upper left corner, by the latter. */
function heirsOf(areas: ReadonlyMap<Cell, Area>, replaced: readonly Cell[]): Map<Cell, Cell> {
  const heirs = new Map<Cell, Cell>();
  const given = new Set<Cell>();
  for (const [cell, area] of areas) {
    const other = replaced.find((one) => one.area?.column === area.column && one.area.row === area.row && !given.has(one));
    if (!other) continue;
    given.add(other);
    heirs.set(cell, other);
  }
  return heirs;
}

/** The names that the cells of the clip get, where they get one. */
function namesOf(sheet: Sheet, clip: Sheet, replaced: readonly Cell[], heirs: ReadonlyMap<Cell, Cell>): Map<Cell, string> {
  const names = new Map<Cell, string>();
  const taken = new Set(sheet.cells.flatMap((cell) => (cell.name === undefined || replaced.includes(cell) ? [] : [cell.name])));
  for (const [cell, { name, note }] of heirs) {
    if (name === undefined || note || cell.note || taken.has(name)) continue;
    names.set(cell, name);
    taken.add(name);
  }
  const own = new Set(clip.cells.map((cell) => cell.name));
  for (const cell of clip.cells) {
    if (cell.name === undefined || names.has(cell)) continue;
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

/** The lines of the clip as they stand in the sheet. */
function linesFor(clip: Sheet, areas: ReadonlyMap<Cell, Area>, names: ReadonlyMap<Cell, string>, shift: Shift): Map<Cell, string> {
  const changes: Change[] = [];
  for (const cell of clip.cells) {
    const area = areas.get(cell);
    const name = names.get(cell);
    if (area) changes.push(addressChange(cell, area));
    if (name === undefined || name === cell.name) continue;
    if (cell.nameSpan) changes.push({ ...cell.nameSpan, insert: name });
    else if (cell.addressSpan) changes.push({ from: cell.addressSpan.from, to: cell.addressSpan.from, insert: `${name} ` });
  }
  const cells = cellsByReference(clip);
  const follow = renameWords(clip, (word) => {
    const cell = cells.get(word.name);
    if (!cell) return shifted(word.name, shift);
    const area = areas.get(cell);
    // The axis of a cell is called by its name, once it has one.
    return word.name === cell.name || (word.role === 'axis' && names.has(cell)) ? names.get(cell) : area && printPosition(area);
  });
  const text = applyChanges(clip.text, [...changes, ...follow]);
  const lines = linesOf(text);
  return new Map(
    clip.cells.map((cell) => {
      const line = lines[cell.line - 1];
      return [cell, line ? text.slice(line.from, line.to) : ''];
    }),
  );
}

/** An address so many columns and rows on; nothing for a name, and for an address that would leave the grid. */
function shifted(word: string, { columns, rows }: Shift): string | undefined {
  const position = positionOf(word);
  if (!position || (columns === 0 && rows === 0)) return undefined;
  const to: CellPosition = { column: position.column + columns, row: position.row + rows };
  return onGrid({ ...to, lastColumn: to.column, lastRow: to.row }) ? printPosition(to) : undefined;
}
