import type { CellPosition } from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';
import { wholeOf, type Whole } from '../state/areas';
import type { Workbook } from '../state/workbook.svelte';
import { drawnRows } from './drawn';
import type { Placed } from './placement';
import type { Sizes } from '$lib/sheet/tracks';
import {
  columnEdges,
  headerHeight,
  headerWidth,
  rectangle,
  rowEdges,
  sizesOf,
  trackAt,
  windowOf,
  withSizes,
  zoomed,
  type Edges,
} from './tracks';

/** How far outside the window cells are drawn, in pixels, so that they are there when they are scrolled to. */
const margin = 300;

/** Where everything stands: the window onto the squares, the edges of columns and rows in pixels of the screen, and what is drawn. */
export class Geometry {
  readonly #workbook: Workbook;
  scroller: HTMLElement | undefined = $state.raw();
  width = $state(1000);
  height = $state(700);
  left = $state(0);
  top = $state(0);
  /** Tracks whose edge is being dragged, and the size they would have. */
  resizing = $state.raw<{ readonly along: Whole; readonly tracks: readonly number[]; readonly size: number } | undefined>();

  readonly #reach = $derived.by(() => {
    const { square, extent, whole, more } = this.#workbook.selection;
    return {
      column: Math.max(
        square.column,
        whole === 'rows' ? 0 : extent.column,
        ...more.map((area) => (wholeOf(area) === 'rows' ? area.column : area.lastColumn)),
      ),
      row: Math.max(
        square.row,
        whole === 'columns' ? 0 : extent.row,
        ...more.map((area) => (wholeOf(area) === 'columns' ? area.row : area.lastRow)),
      ),
    };
  });
  readonly #columns: Edges = $derived.by(() =>
    columnEdges(this.#workbook.placed, this.width / this.zoom, this.#reach.column, this.#sizes('columns')),
  );
  readonly #rows: Edges = $derived.by(() => rowEdges(this.#workbook.placed, this.height / this.zoom, this.#reach.row, this.#sizes('rows')));
  readonly columns: Edges = $derived(zoomed(this.#columns, this.zoom));
  readonly rows: Edges = $derived(zoomed(this.#rows, this.zoom));
  readonly total = $derived({ width: this.columns[this.columns.length - 1]!, height: this.rows[this.rows.length - 1]! });
  readonly shownColumns = $derived(windowOf(this.columns, this.left, this.width, 200));
  readonly shownRows = $derived(windowOf(this.rows, this.top, this.height, 200));
  readonly drawn = $derived.by(() => drawnRows(this.#workbook.placed, this.shownColumns, this.shownRows, (one) => this.#isDrawn(one)));

  constructor(workbook: Workbook) {
    this.#workbook = workbook;
  }

  get zoom(): number {
    return this.#workbook.viewState.zoom;
  }

  #sizes(along: Whole): Sizes {
    const sizes = this.#workbook.sizes[along];
    const { resizing } = this;
    return resizing?.along === along ? withSizes(sizes, resizing.tracks, resizing.size) : sizes;
  }

  /** Sizes of all tracks at a zoom of 1. */
  sizes(): { readonly columns: readonly number[]; readonly rows: readonly number[] } {
    return { columns: sizesOf(this.#columns), rows: sizesOf(this.#rows) };
  }

  rectangle(area: Area): ReturnType<typeof rectangle> {
    return rectangle(area, this.columns, this.rows);
  }

  /** A cell near the window; the one that is written in, which holds the keyboard; on paper all. */
  #isDrawn({ area }: Placed): boolean {
    if (this.#workbook.viewState.printing) return true;
    const { square } = this.#workbook.selection;
    if (square.column >= area.column && square.column <= area.lastColumn && square.row >= area.row && square.row <= area.lastRow)
      return true;
    const box = this.rectangle(area);
    return (
      box.left < this.left + this.width + margin &&
      box.left + box.width > this.left - margin &&
      box.top < this.top + this.height + margin &&
      box.top + box.height > this.top - margin
    );
  }

  /** The square under a place of the window. */
  squareUnder(x: number, y: number): CellPosition {
    const box = this.scroller?.getBoundingClientRect() ?? { left: 0, top: 0 };
    return {
      column: trackAt(this.columns, x - box.left + this.left - headerWidth),
      row: trackAt(this.rows, y - box.top + this.top - headerHeight),
    };
  }

  /** What the scroller says of itself. */
  scrolled(): void {
    if (!this.scroller) return;
    this.left = this.scroller.scrollLeft;
    this.top = this.scroller.scrollTop;
  }

  /** Moves the window so that an area is seen whole, or from its beginning. */
  reveal(area: Area): void {
    const { scroller } = this;
    if (!scroller) return;
    const box = this.rectangle(area);
    const free = { width: scroller.clientWidth - headerWidth, height: scroller.clientHeight - headerHeight };
    if (box.left < scroller.scrollLeft || box.width > free.width) scroller.scrollLeft = box.left;
    else if (box.left + box.width > scroller.scrollLeft + free.width) scroller.scrollLeft = box.left + box.width - free.width;
    if (box.top < scroller.scrollTop || box.height > free.height) scroller.scrollTop = box.top;
    else if (box.top + box.height > scroller.scrollTop + free.height) scroller.scrollTop = box.top + box.height - free.height;
    this.scrolled();
  }
}
