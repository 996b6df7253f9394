import type { CellPosition } from '$lib/sheet/address';

/** A formula being written. */
export interface Draft {
  readonly square: CellPosition;
  /** The cell being changed; undefined for a new one. */
  readonly key: string | undefined;
  readonly text: string;
  /** Over the cell, or in the bar. */
  readonly where: 'cell' | 'bar';
  /** All of it is selected, to be replaced by what is typed, though the editor is not there yet. */
  readonly all?: boolean;
}

/** Cells that wait to be pasted elsewhere: until then they stay, and an edit lets them stay for good. */
export interface Cutting {
  /** What is on the clipboard, and the text of the sheet when it was put there. */
  readonly copied: string;
  readonly text: string;
  readonly keys: ReadonlySet<string>;
}

/** What went wrong with a cell, wherever it was found. */
export interface CellProblem {
  readonly message: string;
  readonly place: { readonly line: number; readonly column: number; readonly length: number } | undefined;
}

/** What the grid says of itself: sizes of columns and rows at a zoom of 1, in pixels, and how many rows the window shows. */
export interface Layout {
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  readonly page: number;
}

/** A message to the person, shown until the next or until closed. */
export interface Notice {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'plain';
  /** Shown to be copied. */
  readonly link?: string;
}
