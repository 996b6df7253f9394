import type { Area, Cell } from '$lib/sheet/document';
import { overlaps } from '$lib/sheet/address';
import { kindOf, squaresWanted } from './sizes';

/** A cell with where it stands on the grid. */
export interface Placed {
  readonly cell: Cell;
  readonly kind: string;
  readonly area: Area;
}

/**
 * Where every cell stands. A cell with an address stands there; if an earlier one already does, or it has no address, it takes
 * the first free place, row by row, below all cells with addresses and within their columns (at least four). So a sheet without
 * any address is laid out in its own order, and giving one cell an address never moves the addressed ones.
 */
export const place = (cells: readonly Cell[]): readonly Placed[] => {
  const taken: Area[] = [];
  const areas = new Map<Cell, Area>();
  for (const cell of cells) {
    if (!cell.area || taken.some((area) => overlaps(area, cell.area!))) continue;
    taken.push(cell.area);
    areas.set(cell, cell.area);
  }
  const firstRow = taken.reduce((row, area) => Math.max(row, area.lastRow + 1), 0);
  const columns = taken.reduce((count, area) => Math.max(count, area.lastColumn + 1), 4);
  for (const cell of cells) {
    if (areas.has(cell)) continue;
    const area = firstFree(taken, squaresWanted(kindOf(cell)), firstRow, columns);
    taken.push(area);
    areas.set(cell, area);
  }
  return cells.map((cell) => ({ cell, kind: kindOf(cell), area: areas.get(cell)! }));
};

const firstFree = (taken: readonly Area[], size: { columns: number; rows: number }, firstRow: number, columns: number): Area => {
  for (let row = firstRow; ; row++) {
    for (let column = 0; column + size.columns <= Math.max(columns, size.columns); column++) {
      const area = { column, row, lastColumn: column + size.columns - 1, lastRow: row + size.rows - 1 };
      if (!taken.some((other) => overlaps(other, area))) return area;
    }
  }
};

/** The placed cells by the keys of their cells. */
export const placedByKey = (placed: readonly Placed[]): ReadonlyMap<string, Placed> => new Map(placed.map((one) => [one.cell.key, one]));

/** The keys of placed cells. */
export const keysOf = (placed: readonly Placed[]): ReadonlySet<string> => new Set(placed.map(({ cell }) => cell.key));
