import type { Area } from '$lib/sheet/document';
import type { Placed } from './placement';
import { heightOver, heightWanted } from './sizes';

/** Columns or rows: where each begins, in pixels; one entry more than there are tracks. */
export type Edges = readonly number[];

export const headerWidth = 38;
export const headerHeight = 24;
const emptyHeight = 36;
const narrowest = 150;
const widest = 216;

const edges = (sizes: readonly number[]): Edges => {
  const result = [0];
  for (const size of sizes) result.push(result[result.length - 1]! + size);
  return result;
};

/**
 * Columns as wide as lets all used ones be seen at once, between 150 and 216 pixels, and enough empty ones to fill the window
 * (always one more than is used, so that there is room to write), and those up to `reach`, where the selection is.
 */
export const columnEdges = (placed: readonly Placed[], width: number, reach: number): Edges => {
  const used = placed.reduce((count, { area }) => Math.max(count, area.lastColumn + 1), 0);
  const room = Math.max(0, width - headerWidth);
  const size = Math.floor(Math.min(widest, Math.max(narrowest, room / Math.max(used, 5))));
  const count = Math.max(used + 1, Math.ceil(room / size), reach + 2);
  // What does not divide evenly goes to the first columns, a pixel each, so that the last used one ends at the window's edge.
  const rest = size > narrowest && size < widest ? room - size * Math.max(used, 5) : 0;
  return edges(Array.from({ length: count }, (_, column) => size + (column < rest ? 1 : 0)));
};

/**
 * Rows as high as what stands in them wants, known from the formulas alone so that nothing jumps when values arrive. What a cell
 * over several rows lacks is added to those of its rows that hold nothing else, or to all of them.
 */
export const rowEdges = (placed: readonly Placed[], height: number, reach: number): Edges => {
  const used = placed.reduce((count, { area }) => Math.max(count, area.lastRow + 1), 0);
  const sizes = Array.from({ length: used }, () => emptyHeight);
  const own = new Set<number>();
  for (const { area, kind } of placed) {
    if (area.row !== area.lastRow) continue;
    own.add(area.row);
    sizes[area.row] = Math.max(sizes[area.row]!, heightWanted(kind));
  }
  for (const { area, kind } of placed) {
    if (area.row === area.lastRow) continue;
    const rows = Array.from({ length: area.lastRow - area.row + 1 }, (_, index) => area.row + index);
    const lacking = heightOver(kind, rows.length) - rows.reduce((sum, row) => sum + sizes[row]!, 0);
    if (lacking <= 0) continue;
    const free = rows.filter((row) => !own.has(row));
    const growing = free.length > 0 ? free : rows;
    for (const row of growing) sizes[row] = sizes[row]! + Math.ceil(lacking / growing.length);
  }
  let total = sizes.reduce((sum, size) => sum + size, 0);
  do {
    sizes.push(emptyHeight);
    total += emptyHeight;
  } while (total < height - headerHeight || sizes.length < Math.max(used, reach) + 3);
  return edges(sizes);
};

/** Where an area stands, in pixels from the grid's first square. */
export const rectangle = (area: Area, columns: Edges, rows: Edges) => {
  const left = columns[area.column] ?? columns[columns.length - 1]!;
  const top = rows[area.row] ?? rows[rows.length - 1]!;
  return {
    left,
    top,
    width: (columns[area.lastColumn + 1] ?? columns[columns.length - 1]!) - left,
    height: (rows[area.lastRow + 1] ?? rows[rows.length - 1]!) - top,
  };
};

/** The tracks seen between `start` and `start + size` pixels, and those within `margin` of them. */
export const windowOf = (edges: Edges, start: number, size: number, margin: number): { readonly first: number; readonly last: number } => {
  const count = edges.length - 1;
  let first = 0;
  while (first < count - 1 && edges[first + 1]! <= start - margin) first++;
  let last = first;
  while (last < count - 1 && edges[last + 1]! < start + size + margin) last++;
  return { first, last };
};
