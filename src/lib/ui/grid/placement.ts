import { part, stretches, type Steps } from '$lib/base/steps';
import { WorkedOut } from '$lib/base/worked-out';
import type { Area, Cell } from '$lib/sheet/document';
import { Occupied } from '$lib/sheet/occupied';
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
export const place = (cells: readonly Cell[]): readonly Placed[] => placing.of(cells);

/** Finds the places in steps: to the next `place` of these cells nothing is left to do. */
export const placeAhead = (cells: readonly Cell[]): Steps<void> => placing.ahead(cells);

/** Cells that are placed without a look up. */
const STRETCH = 128;

const placing = new WorkedOut(function* (cells: readonly Cell[]): Steps<readonly Placed[]> {
  const taken = new Occupied<Cell>();
  const areas = new Map<Cell, Area>();
  const each = (from: number, to: number, work: (cell: Cell) => void): Steps<void> =>
    part(
      stretches(cells.length, STRETCH, (first, end) => cells.slice(first, end).forEach(work)),
      from,
      to,
    );
  yield* each(0, 0.4, (cell) => {
    if (!cell.area || taken.under(cell.area)) return;
    taken.add(cell.area, cell);
    areas.set(cell, cell.area);
  });
  const stood = [...areas.values()];
  const firstRow = stood.reduce((row, area) => Math.max(row, area.lastRow + 1), 0);
  const columns = stood.reduce((count, area) => Math.max(count, area.lastColumn + 1), 4);
  const filling = new Filling(firstRow, columns);
  const placed: Placed[] = [];
  yield* each(0.4, 1, (cell) => {
    const kind = kindOf(cell);
    placed.push({ cell, kind, area: areas.get(cell) ?? filling.take(squaresWanted(kind)) });
  });
  return placed;
});

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Fills the grid from a row on, where nothing stands yet, within some columns. */
export class Filling {
  /** Full squares of each row. */
  readonly #full = new Map<number, Set<number>>();
  /** Where the search for each size goes on: squares only become full, so what was too narrow before is so for ever. */
  readonly #from = new Map<string, { row: number; column: number }>();
  /** How many places were looked at so far, for tests of the cost. */
  looked = 0;

  constructor(
    readonly firstRow: number,
    readonly columns: number,
  ) {}

  /** The first free place of this size, row by row; it is full from now on. */
  take(size: Size): Area {
    const name = `${size.columns} ${size.rows}`;
    let { row, column } = this.#from.get(name) ?? { row: this.firstRow, column: 0 };
    while (!this.#isFree(row, column, size)) {
      this.looked += 1;
      column += 1;
      if (column + size.columns > Math.max(this.columns, size.columns)) [row, column] = [row + 1, 0];
    }
    this.#from.set(name, { row, column });
    for (let at = row; at < row + size.rows; at++) {
      const full = this.#full.get(at) ?? new Set();
      for (let across = column; across < column + size.columns; across++) full.add(across);
      this.#full.set(at, full);
    }
    return { column, row, lastColumn: column + size.columns - 1, lastRow: row + size.rows - 1 };
  }

  #isFree(row: number, column: number, { columns, rows }: Size): boolean {
    for (let at = row; at < row + rows; at++)
      for (let across = column; across < column + columns; across++) if (this.#full.get(at)?.has(across)) return false;
    return true;
  }
}

/** The placed cells by the keys of their cells. */
export const placedByKey = (placed: readonly Placed[]): ReadonlyMap<string, Placed> => new Map(placed.map((one) => [one.cell.key, one]));

/** The keys of placed cells. */
export const keysOf = (placed: readonly Placed[]): ReadonlySet<string> => new Set(placed.map(({ cell }) => cell.key));
