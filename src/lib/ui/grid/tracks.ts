import { COLUMNS, ROWS } from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';
import type { Sizes } from '$lib/sheet/tracks';
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
 * Columns as wide as a person made them, the others as lets all used ones be seen at once, between 150 and 216 pixels, and enough empty
 * ones to fill the window (always one more than is used, so that there is room to write), and those up to `reach`, where the selection is.
 */
export const columnEdges = (placed: readonly Placed[], width: number, reach: number, sizes: Sizes = new Map()): Edges => {
  const used = placed.reduce((count, { area }) => Math.max(count, area.lastColumn + 1), 0);
  const room = Math.max(0, width - headerWidth);
  const given = [...sizes].filter(([column]) => column < used);
  const shared = Math.max(1, Math.max(used, 5) - given.length);
  const left = room - given.reduce((sum, [, size]) => sum + size, 0);
  const size = Math.floor(Math.min(widest, Math.max(narrowest, left / shared)));
  // What does not divide evenly goes to the first columns, a pixel each, so that the last used one ends at the window's edge.
  let rest = size > narrowest && size < widest ? left - size * shared : 0;
  const result: number[] = [];
  const last = Math.max(used, reach + 1, ...[...sizes.keys()].map((column) => column + 1));
  let total = 0;
  while (result.length < COLUMNS && (result.length <= last || total < room)) {
    const own = sizes.get(result.length);
    const extra = own === undefined && rest-- > 0 ? 1 : 0;
    result.push(own ?? size + extra);
    total += result[result.length - 1]!;
  }
  return edges(result);
};

/**
 * Rows as high as what stands in them wants, known from the formulas alone so that nothing jumps when values arrive. What a cell
 * over several rows lacks is added to those of its rows that hold nothing else, or to all of them. Rows that a person sized are as high as
 * that.
 */
export const rowEdges = (placed: readonly Placed[], height: number, reach: number, given: Sizes = new Map()): Edges => {
  const used = placed.reduce((count, { area }) => Math.max(count, area.lastRow + 1), 0);
  const sizes = Array.from(
    { length: Math.max(used, ...[...given.keys()].map((row) => row + 1)) },
    (_, row) => given.get(row) ?? emptyHeight,
  );
  const own = new Set(given.keys());
  for (const { area, kind } of placed) {
    if (area.row !== area.lastRow) continue;
    own.add(area.row);
    if (!given.has(area.row)) sizes[area.row] = Math.max(sizes[area.row]!, heightWanted(kind));
  }
  for (const { area, kind } of placed) {
    if (area.row === area.lastRow) continue;
    const rows = Array.from({ length: area.lastRow - area.row + 1 }, (_, index) => area.row + index);
    const lacking = heightOver(kind, rows.length) - rows.reduce((sum, row) => sum + sizes[row]!, 0);
    if (lacking <= 0) continue;
    const free = rows.filter((row) => !own.has(row));
    const growing = free.length > 0 ? free : rows.filter((row) => !given.has(row));
    for (const row of growing) sizes[row] = sizes[row]! + Math.ceil(lacking / growing.length);
  }
  let total = sizes.reduce((sum, size) => sum + size, 0);
  do {
    sizes.push(emptyHeight);
    total += emptyHeight;
  } while (sizes.length < ROWS && (total < height - headerHeight || sizes.length < Math.max(used, reach) + 3));
  return edges(sizes);
};

/** Sizes of which some tracks have another. */
export const withSizes = (sizes: Sizes, tracks: readonly number[], size: number): Sizes =>
  new Map([...sizes, ...tracks.map((track) => [track, size] as const)]);

/** Edges of a grid that is drawn larger or smaller. */
export const zoomed = (edges: Edges, zoom: number): Edges => (zoom === 1 ? edges : edges.map((edge) => Math.round(edge * zoom)));

/** The size of each track. */
export const sizesOf = (edges: Edges): readonly number[] => edges.slice(1).map((edge, index) => edge - edges[index]!);

/** The track that covers a place, in pixels from the first, or the nearest. */
export const trackAt = (edges: Edges, place: number): number => {
  const track = edges.findIndex((edge, index) => index > 0 && place < edge) - 1;
  return place < 0 ? 0 : track < 0 ? edges.length - 2 : track;
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
