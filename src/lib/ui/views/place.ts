/** An entry of a picture, counted from its upper left corner. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Where something is drawn, and how many entries it has. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
  /** Entries are square and the whole begins at the upper left, so that some of the width or of the height may stay empty. */
  readonly square: boolean;
}

/** Width and height of one entry in pixels. */
export const entrySize = ({ width, height, rows, columns, square }: Grid): readonly [width: number, height: number] => {
  const sides = [width / columns, height / rows] as const;
  const least = Math.min(...sides);
  return square ? [least, least] : sides;
};

/** The entry at a distance from the upper left corner; undefined outside of the picture. */
export const placeAt = (grid: Grid, x: number, y: number): Place | undefined => {
  const [wide, high] = entrySize(grid);
  const place = { row: Math.floor(y / high), column: Math.floor(x / wide) };
  const inside = place.row >= 0 && place.row < grid.rows && place.column >= 0 && place.column < grid.columns;
  return inside ? place : undefined;
};
