/** A place in a figure: from its left and from its top, in percent of its width and height. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve of a figure without axes (`Curves.svelte`). */
export interface Curve {
  /** Undefined at gaps, over which no line is drawn. */
  readonly points: readonly (Point | undefined)[];
  /** Upper and lower edge of the band around it. */
  readonly band?: readonly [readonly (Point | undefined)[], readonly (Point | undefined)[]] | undefined;
  /** Any colour of CSS. */
  readonly colour: string;
  /** A solid line when not given. */
  readonly style?: 'dashed' | 'dotted' | 'faint';
}
