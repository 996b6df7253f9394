import { COLUMNS, overlaps } from '$lib/sheet/address';
import type { Area, Sheet } from '$lib/sheet/document';
import { addCell } from '$lib/sheet/edit';
import { cellsByReference, precedents } from '$lib/sheet/references';
import type { KindReport } from '$lib/worker/protocol';
import { squaresWanted } from '../grid/sizes';
import type { Placed } from '../grid/placement';
import type { Candidates } from './candidates';

/** Columns to the right of a cell that are looked at before the next row: what belongs together stays in sight. */
const REACH = 4;

const at = (column: number, row: number, size: { columns: number; rows: number }): Area => ({
  column,
  row,
  lastColumn: column + size.columns - 1,
  lastRow: row + size.rows - 1,
});

/** Where a cell of a kind goes: onto the selected square if that is free, else right of what stands there, else below it. */
export const placeFor = (kind: string, selected: Area, placed: readonly Placed[]): Area => {
  const size = squaresWanted(kind);
  const free = (area: Area): boolean => area.lastColumn < COLUMNS && !placed.some((one) => overlaps(one.area, area));
  const here = at(selected.column, selected.row, size);
  if (free(here)) return here;
  for (let row = selected.row; ; row++)
    for (let column = row === selected.row ? selected.lastColumn + 1 : selected.column; column <= selected.lastColumn + REACH; column++) {
      const area = at(column, row, size);
      if (free(area)) return area;
    }
};

/** The sheet as what a new formula can be wired to. */
export const candidatesOf = (
  sheet: Sheet,
  placed: readonly Placed[],
  kinds: readonly KindReport[],
  selected: ReadonlySet<string>,
): Candidates => {
  const cells = cellsByReference(sheet);
  const makes = new Map(kinds.map((kind) => [kind.name, kind.makes]));
  const reference = new Map<string, string>();
  for (const [word, cell] of cells) if (!reference.has(cell.key) || word === cell.name) reference.set(cell.key, word);
  return {
    kinds,
    plots: placed.filter(({ kind, cell }) => kind === 'plot' && !cell.problem).map(({ cell }) => cell),
    cells: placed.flatMap(({ cell, kind }) => {
      const mine = reference.get(cell.key);
      if (mine === undefined || cell.problem) return [];
      const uses = precedents(cell, cells).flatMap((key) => reference.get(key) ?? []);
      return [{ reference: mine, makes: makes.get(kind), selected: selected.has(cell.key), uses }];
    }),
  };
};

/** A name that no cell has: the one asked for, or that with a number; any number of cells are notes. */
export const freeName = (sheet: Sheet, wanted: string): string => {
  if (wanted === 'note') return wanted;
  const taken = new Set(sheet.cells.map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
  return name;
};

/** Adds the cell. @throws Problem as `addCell`. */
export const put = (sheet: Sheet, name: string, area: Area, formula: string): string =>
  addCell(sheet.text, { name: freeName(sheet, name), area, formula });
