import { COLUMNS, overlaps, ROWS, type CellPosition } from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';
import type { Move } from '../formula/create-editor';
import type { Placed } from '../grid/placement';

/** Whether a square lies in an area. */
export const contains = (area: Area, { column, row }: CellPosition): boolean =>
  column >= area.column && column <= area.lastColumn && row >= area.row && row <= area.lastRow;

/** The cell that covers a square. */
export const cellAt = (placed: readonly Placed[], square: CellPosition): Placed | undefined =>
  placed.find(({ area }) => contains(area, square));

const within = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));

/** One step from a square; a step leaves the whole of the cell that covers it. */
export const step = (placed: readonly Placed[], from: CellPosition, columns: number, rows: number): CellPosition => {
  const area = cellAt(placed, from)?.area ?? { column: from.column, row: from.row, lastColumn: from.column, lastRow: from.row };
  const column = columns > 0 ? area.lastColumn + columns : columns < 0 ? area.column + columns : from.column;
  const row = rows > 0 ? area.lastRow + rows : rows < 0 ? area.row + rows : from.row;
  return { column: within(column, COLUMNS), row: within(row, ROWS) };
};

/** The next cell of the sheet in reading order (Tab), or undefined after the last. */
export const neighbour = (placed: readonly Placed[], from: CellPosition, direction: 1 | -1): CellPosition | undefined => {
  const current = cellAt(placed, from)?.area ?? from;
  const before = (left: CellPosition, right: CellPosition): boolean =>
    left.row < right.row || (left.row === right.row && left.column < right.column);
  let best: CellPosition | undefined;
  for (const { area } of placed) {
    if (direction === 1 ? before(current, area) && (!best || before(area, best)) : before(area, current) && (!best || before(best, area)))
      best = { column: area.column, row: area.row };
  }
  return best;
};

/** What a cell refers to and what refers to it, by key. */
export interface Related {
  readonly precedents: ReadonlySet<string>;
  readonly dependents: ReadonlySet<string>;
}

/** The relations of one cell, of none when there is no key. */
export const related = (all: ReadonlyMap<string, readonly string[]>, key: string | undefined): Related => {
  if (key === undefined) return { precedents: new Set(), dependents: new Set() };
  const dependents = [...all].filter(([, keys]) => keys.includes(key)).map(([dependent]) => dependent);
  return { precedents: new Set(all.get(key)), dependents: new Set(dependents) };
};

/** With Ctrl: the next cell in a direction, or the border of what is used. */
export const jump = (placed: readonly Placed[], from: CellPosition, columns: number, rows: number): CellPosition => {
  let square = step(placed, from, columns, rows);
  const last = placed.reduce(
    (last, { area }) => ({ column: Math.max(last.column, area.lastColumn), row: Math.max(last.row, area.lastRow) }),
    { column: 0, row: 0 },
  );
  while (!cellAt(placed, square)) {
    const next = step(placed, square, columns, rows);
    if (next.column < 0 || next.row < 0 || next.column > last.column || next.row > last.row) break;
    if (next.column === square.column && next.row === square.row) break;
    square = next;
  }
  return square;
};

/** The area of one square. */
export const squareAt = ({ column, row }: CellPosition): Area => ({ column, row, lastColumn: column, lastRow: row });

/** What of an area lies on the grid, if anything does. */
export const onGridPart = (area: Area): Area[] => {
  const part = {
    column: Math.max(0, area.column),
    row: Math.max(0, area.row),
    lastColumn: Math.min(COLUMNS - 1, area.lastColumn),
    lastRow: Math.min(ROWS - 1, area.lastRow),
  };
  return part.column <= part.lastColumn && part.row <= part.lastRow ? [part] : [];
};

/** The least area that holds both. */
export const around = (one: Area, other: Area): Area => ({
  column: Math.min(one.column, other.column),
  row: Math.min(one.row, other.row),
  lastColumn: Math.max(one.lastColumn, other.lastColumn),
  lastRow: Math.max(one.lastRow, other.lastRow),
});

/** An area made so large that no cell lies across its border. */
export const grown = (placed: readonly Placed[], area: Area): Area => {
  let whole = area;
  for (;;) {
    const before = whole;
    for (const one of placed) if (overlaps(one.area, whole)) whole = around(whole, one.area);
    if (
      whole.column === before.column &&
      whole.row === before.row &&
      whole.lastColumn === before.lastColumn &&
      whole.lastRow === before.lastRow
    )
      return whole;
  }
};

/** The area between two squares, both included, with the whole of every cell that it touches. */
export const between = (placed: readonly Placed[], one: CellPosition, other: CellPosition): Area =>
  grown(placed, around(squareAt(one), squareAt(other)));

/** Where the other end of a selection goes when it is made one step larger or smaller: a step that changes nothing takes the next with it. */
export const extended = (
  placed: readonly Placed[],
  square: CellPosition,
  extent: CellPosition,
  columns: number,
  rows: number,
): CellPosition => {
  const before = between(placed, square, extent);
  let at = extent;
  for (;;) {
    const next = { column: within(at.column + columns, COLUMNS), row: within(at.row + rows, ROWS) };
    if (next.column === at.column && next.row === at.row) return at;
    at = next;
    const area = between(placed, square, at);
    if (
      area.column !== before.column ||
      area.row !== before.row ||
      area.lastColumn !== before.lastColumn ||
      area.lastRow !== before.lastRow
    )
      return at;
  }
};

/** The least area that holds all cells, or the first square of an empty sheet. */
export const used = (placed: readonly Placed[]): Area =>
  placed.length === 0 ? squareAt({ column: 0, row: 0 }) : placed.map(({ area }) => area).reduce(around);

/** The squares of an area in reading order, one for each cell that stands there. */
export const squaresOf = (placed: readonly Placed[], area: Area): CellPosition[] => {
  const squares: CellPosition[] = [];
  for (let row = area.row; row <= area.lastRow; row++)
    for (let column = area.column; column <= area.lastColumn; column++) {
      const over = cellAt(placed, { column, row });
      if (!over || (over.area.column === column && over.area.row === row)) squares.push({ column, row });
    }
  return squares;
};

/** Where the selection goes when what was written is taken into the sheet; undefined where it stays. */
export const squareAfter = (placed: readonly Placed[], square: CellPosition, move: Move): CellPosition | undefined => {
  if (move === 'down') return step(placed, square, 0, 1);
  if (move === 'up') return step(placed, square, 0, -1);
  if (move === 'right') return neighbour(placed, square, 1) ?? step(placed, square, 1, 0);
  if (move === 'left') return neighbour(placed, square, -1) ?? step(placed, square, -1, 0);
  return undefined;
};
