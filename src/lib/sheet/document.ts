import type { Problem } from '$lib/base/problem';
import type { Formula, Span } from './formula';

/** A rectangle of the grid, 0-based and inclusive: `A1:C3` is columns 0…2, rows 0…2. */
export interface Area {
  readonly column: number;
  readonly row: number;
  readonly lastColumn: number;
  readonly lastRow: number;
}

/** One cell, one line. */
export interface Cell {
  /**
   * Unique in the sheet and stable: the name, else the first address, else `note`, else (a line of which neither could be read) `?` and
   * its line number; a repeated one gets `#2`, `#3` … and, unless it is a note, a problem.
   */
  readonly key: string;
  readonly name: string | undefined;
  readonly area: Area | undefined;
  /** `note @A1 = "…"`: shown as Markdown, has no name, may be repeated. */
  readonly note: boolean;
  /** Absent when the line could not be read; then `problem` says why. It may also be there beside a problem (a name given twice). */
  readonly formula: Formula | undefined;
  readonly problem: Problem | undefined;
  /** 1-based line, and where line and formula stand in the text. */
  readonly line: number;
  readonly span: Span;
  /**
   * From after `=` to before the comment, without the blanks; of a line without `=`, what follows the address; of one
   * with neither name nor address, all of it.
   */
  readonly formulaSpan: Span;
  /** The word before `@` or `=`, also when it is `note`, and the address with its `@`, as far as they could be read. */
  readonly nameSpan: Span | undefined;
  readonly addressSpan: Span | undefined;
}

/** A sheet as read. The text is the document; this is what it says. */
export interface Sheet {
  readonly text: string;
  /** First comment line, without `#`; empty when there is none. */
  readonly title: string;
  readonly description: string;
  readonly cells: readonly Cell[];
  /** Set when the text as a whole is refused (it is too long); then there are no cells. */
  readonly problem: Problem | undefined;
}
