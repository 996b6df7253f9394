import { COLUMNS, overlaps, ROWS, type CellPosition } from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';
import { contains } from './selection';

/*
 * Sets of squares, each as areas that together hold it; the areas may overlap. Nothing here asks where cells stand: who takes a cell in or
 * out gives all of its squares.
 */

/** Columns or rows taken whole, from one edge of the grid to the other. */
export type Whole = 'columns' | 'rows';

/** Whether an area is whole columns, or whole rows. */
export const wholeOf = ({ column, row, lastColumn, lastRow }: Area): Whole | undefined =>
  row === 0 && lastRow === ROWS - 1 ? 'columns' : column === 0 && lastColumn === COLUMNS - 1 ? 'rows' : undefined;

/** All of the columns or rows from one to another. */
export const wholeTracks = (whole: Whole, one: number, other: number): Area => {
  const [first, last] = [Math.min(one, other), Math.max(one, other)];
  return whole === 'columns'
    ? { column: first, lastColumn: last, row: 0, lastRow: ROWS - 1 }
    : { row: first, lastRow: last, column: 0, lastColumn: COLUMNS - 1 };
};

/** Whether a square lies in one of the areas. */
export const holds = (areas: readonly Area[], square: CellPosition): boolean => areas.some((area) => contains(area, square));

/** An area but for the squares of another, as at most four areas: above, to the left, to the right, below. */
const but = (area: Area, hole: Area): Area[] => {
  const row = Math.max(area.row, hole.row);
  const lastRow = Math.min(area.lastRow, hole.lastRow);
  return [
    { ...area, lastRow: row - 1 },
    { ...area, row, lastRow, lastColumn: hole.column - 1 },
    { ...area, row, lastRow, column: hole.lastColumn + 1 },
    { ...area, row: lastRow + 1 },
  ].filter((one) => one.column <= one.lastColumn && one.row <= one.lastRow);
};

/** What is left of areas when the squares of one are taken out of them. */
export const without = (areas: readonly Area[], hole: Area): Area[] =>
  areas.flatMap((area) => (overlaps(area, hole) ? but(area, hole) : [area]));

/** Tracks beside each other: so many from the first on. */
export interface Run {
  readonly first: number;
  readonly count: number;
}

/** The tracks that areas take up, as runs from the first to the last; tracks beside each other are one run. */
export const runsOf = (areas: readonly Area[], along: Whole): Run[] => {
  const spans = areas
    .map((area): [number, number] => (along === 'columns' ? [area.column, area.lastColumn + 1] : [area.row, area.lastRow + 1]))
    .sort(([one], [other]) => one - other);
  const runs: [number, number][] = [];
  for (const [from, to] of spans) {
    const last = runs.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else runs.push([from, to]);
  }
  return runs.map(([from, to]) => ({ first: from, count: to - from }));
};

/** Every track of some runs. */
export const tracksOf = (runs: readonly Run[]): number[] =>
  runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, index) => first + index));

/** A line between squares: from one edge of columns and rows to another, edge `n` being before track `n`. */
export interface Line {
  readonly from: CellPosition;
  readonly to: CellPosition;
}

/** A set of squares as it is drawn: as areas of which no two overlap, and the lines around them. */
export interface Outline {
  readonly inside: readonly Area[];
  readonly lines: readonly Line[];
}

const cuts = (edges: readonly number[]): number[] => [...new Set(edges)].sort((one, other) => one - other);

/** What areas look like together: a line runs only where selected squares end. */
export const outlineOf = (areas: readonly Area[]): Outline => {
  const columns = cuts(areas.flatMap(({ column, lastColumn }) => [column, lastColumn + 1]));
  const rows = cuts(areas.flatMap(({ row, lastRow }) => [row, lastRow + 1]));
  const isIn = (column: number | undefined, row: number | undefined): boolean =>
    column !== undefined && row !== undefined && holds(areas, { column, row });
  const inside: Area[] = [];
  const lines: Line[] = [];
  rows.forEach((row, down) =>
    columns.forEach((column, right) => {
      const here = isIn(column, row);
      const nextColumn = columns[right + 1];
      const nextRow = rows[down + 1];
      if (nextRow !== undefined && here !== isIn(columns[right - 1], row))
        lines.push({ from: { column, row }, to: { column, row: nextRow } });
      if (nextColumn !== undefined && here !== isIn(column, rows[down - 1]))
        lines.push({ from: { column, row }, to: { column: nextColumn, row } });
      if (here && nextColumn !== undefined && nextRow !== undefined)
        inside.push({ column, row, lastColumn: nextColumn - 1, lastRow: nextRow - 1 });
    }),
  );
  return { inside, lines };
};
