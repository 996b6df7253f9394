import { columnName, COLUMNS, printArea, ROWS, type Corner } from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';
import type { Placed } from '../grid/placement';
import { between } from './selection';

/** Columns or rows taken whole, from one edge of the grid to the other. */
export type Whole = 'columns' | 'rows';

/** The square that is written in, and how far the selection reaches from there. */
export class Selection {
  square = $state.raw<Corner>({ column: 0, row: 0 });
  /** The corner across from `square`; the same when one square is selected. */
  extent = $state.raw<Corner>({ column: 0, row: 0 });
  whole = $state.raw<Whole | undefined>();
  readonly #placed: () => readonly Placed[];
  readonly range: Area = $derived.by(() => {
    const { square, extent } = this;
    if (this.whole === 'columns')
      return {
        column: Math.min(square.column, extent.column),
        lastColumn: Math.max(square.column, extent.column),
        row: 0,
        lastRow: ROWS - 1,
      };
    if (this.whole === 'rows')
      return { row: Math.min(square.row, extent.row), lastRow: Math.max(square.row, extent.row), column: 0, lastColumn: COLUMNS - 1 };
    return between(this.#placed(), square, extent);
  });

  /** As it is written: `A1`, `A1:C3`, or `A:C` and `1:3` for whole columns and rows. */
  readonly name: string = $derived.by(() => {
    const { column, row, lastColumn, lastRow } = this.range;
    if (this.whole === 'columns') return `${columnName(column)}:${columnName(lastColumn)}`;
    if (this.whole === 'rows') return `${row + 1}:${lastRow + 1}`;
    return printArea(this.range);
  });

  constructor(placed: () => readonly Placed[]) {
    this.#placed = placed;
  }

  /** One square, and the whole of the cell that covers it. */
  at(square: Corner): void {
    this.square = square;
    this.extent = square;
    this.whole = undefined;
  }

  /** From the square that is written in to this one. */
  to(extent: Corner, whole?: Whole): void {
    this.extent = extent;
    this.whole = whole;
  }

  /** All of an area; the square that is written in is its first. */
  over(area: Area): void {
    this.square = { column: area.column, row: area.row };
    this.extent = { column: area.lastColumn, row: area.lastRow };
    this.whole = undefined;
  }

  /** Columns or rows as a whole. */
  tracks(whole: Whole, from: number, to: number): void {
    const { column, row } = this.square;
    this.square = whole === 'columns' ? { column: from, row } : { column, row: from };
    this.extent = whole === 'columns' ? { column: to, row } : { column, row: to };
    this.whole = whole;
  }
}
