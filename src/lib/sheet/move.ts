import { Problem } from '$lib/base/problem';
import { overlaps, printArea, printPosition } from './address';
import { applyChanges, cellOf, checkFree, checkOnGrid, lineAway, renameWords, standing, type Change } from './change';
import type { Area, Cell } from './document';
import { parse } from './parse';
import { cellsByReference } from './references';

/**
 * Moves a cell to another area, or makes it larger or smaller; what refers to it by address follows.
 * @throws Problem when the area is not free or not on the grid
 */
export function moveCell(text: string, key: string, area: Area): string {
  const sheet = parse(text);
  checkFree(sheet, area, [cellOf(sheet, key)]);
  return moveCells(text, new Map([[key, area]]));
}

/**
 * Moves cells at once, so that they may take each other's places; what refers to them by address follows. Cells that lie where they come
 * to lie are replaced: their lines go, and a reference by address to one of them becomes `deleted_A1`, an unknown name, since another cell
 * is now at A1.
 * @param moves the areas they come to lie in, by key
 * @throws Problem when an area is not on the grid, or when two of them overlap
 */
export function moveCells(text: string, moves: ReadonlyMap<string, Area>): string {
  const sheet = parse(text);
  const moved = new Map([...moves].map(([key, area]) => [cellOf(sheet, key), area]));
  const areas = [...moved.values()];
  for (const [index, area] of areas.entries()) {
    checkOnGrid(area);
    if (areas.slice(0, index).some((other) => overlaps(other, area))) {
      throw new Problem(`address: two cells cannot both be moved to ${printArea(area)}`);
    }
  }
  const replaced = new Set(
    standing(sheet).filter((cell) => !moved.has(cell) && areas.some((area) => cell.area && overlaps(cell.area, area))),
  );
  const cells = cellsByReference(sheet);
  const follow = renameWords(
    sheet,
    ({ name }) => {
      const cell = cells.get(name);
      if (!cell || cell.name === name) return undefined;
      if (replaced.has(cell)) return deletedName(name);
      const area = moved.get(cell);
      return area && printPosition(area);
    },
    replaced,
  );
  const heads = [...moved].map(([cell, area]) => addressChange(cell, area));
  const gone = [...replaced].map((cell) => lineAway(text, cell));
  return applyChanges(text, [...heads, ...gone, ...follow]);
}

/** Writes into the lines of cells without an address where they stand, so that they stay there whatever happens to the others. */
export function pinCells(text: string, places: ReadonlyMap<string, Area>): string {
  const pinned = parse(text).cells.flatMap((cell) => {
    const area = places.get(cell.key);
    return cell.area || !area || !cell.nameSpan || cell.addressSpan ? [] : [addressChange(cell, area)];
  });
  return applyChanges(text, pinned);
}

/** What stands for the address of a cell that is gone where another may come to lie: a name that no cell has. */
export const deletedName = (address: string): string => `deleted_${address}`;

/** The change that writes another address in the line of a cell. */
export function addressChange(cell: Cell, area: Area): Change {
  const insert = `@${printArea(area)}`;
  if (cell.addressSpan) return { ...cell.addressSpan, insert };
  if (cell.nameSpan) return { from: cell.nameSpan.to, to: cell.nameSpan.to, insert: ` ${insert}` };
  throw new Problem(`${cell.key}: the line cannot be read, so its cell cannot be placed`);
}
