import type { Placed } from './placement';

interface Tracks {
  readonly first: number;
  readonly last: number;
}

/** One row of the grid as it is drawn: the cells that begin in it, and its empty squares in the window. */
export interface DrawnRow {
  readonly row: number;
  readonly cells: readonly Placed[];
  readonly empty: readonly number[];
}

/**
 * The rows that are drawn: those in the window, and those where a drawn cell begins; in order.
 * @param isDrawn whether a cell is drawn: it is near the window, or in use
 */
export const drawnRows = (
  placed: readonly Placed[],
  columns: Tracks,
  rows: Tracks,
  isDrawn: (placed: Placed) => boolean = () => true,
): readonly DrawnRow[] => {
  const byRow = new Map<number, { cells: Placed[]; empty: number[] }>();
  const at = (row: number): { cells: Placed[]; empty: number[] } => {
    const entry = byRow.get(row) ?? { cells: [], empty: [] };
    byRow.set(row, entry);
    return entry;
  };
  const covered = new Set<string>();
  for (const one of placed) {
    const { area } = one;
    if (isDrawn(one)) at(area.row).cells.push(one);
    for (let row = Math.max(area.row, rows.first); row <= Math.min(area.lastRow, rows.last); row++)
      for (let column = Math.max(area.column, columns.first); column <= Math.min(area.lastColumn, columns.last); column++)
        covered.add(`${column} ${row}`);
  }
  for (let row = rows.first; row <= rows.last; row++) {
    const { empty } = at(row);
    for (let column = columns.first; column <= columns.last; column++) if (!covered.has(`${column} ${row}`)) empty.push(column);
  }
  return [...byRow].sort(([one], [other]) => one - other).map(([row, { cells, empty }]) => ({ row, cells, empty }));
};
