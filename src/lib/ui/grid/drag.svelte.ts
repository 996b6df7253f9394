import { movedTo, overlaps, type CellPosition } from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';
import { resizeTracks } from '$lib/sheet/edit';
import { LARGEST_TRACK, SMALLEST_TRACK } from '$lib/sheet/tracks';
import { moveSelected, spanSelected } from '../state/actions';
import { runsOf, tracksOf, wholeOf, type Whole } from '../state/areas';
import { around, between, cellAt, used } from '../state/selection';
import type { Workbook } from '../state/workbook.svelte';
import type { Geometry } from './geometry.svelte';

/** What is being dragged, as it is drawn meanwhile. */
export interface Ghost {
  /** Where it would come to lie: the selected areas, or what the larger cell covers. */
  readonly areas: readonly Area[];
  /** Whether cells lie there that would go, or (for a larger cell) that are in the way. */
  readonly taken: boolean;
  readonly what: 'move' | 'span';
}

/** How far a pointer goes before a press is a drag, in pixels. */
const threshold = 4;

/** The gestures of the pointer on the grid: each ends in one step of undo, and Escape leaves all as it was. */
export class Drag {
  ghost = $state.raw<Ghost | undefined>();
  /** True while a gesture goes on, so that what lies under it does not take it for its own. */
  active = $state(false);
  /** Whether the last press became a drag: the click that ends it is then none. */
  moved = false;
  #end: ((keep: boolean) => void) | undefined;

  constructor(
    readonly workbook: Workbook,
    readonly geometry: Geometry,
  ) {}

  /**
   * Follows the pointer until it is let go.
   * @param move hears of every move once it is a drag
   * @param done hears at the end whether the drag counts
   */
  #follow(event: PointerEvent, move: (event: PointerEvent) => void, done: (keep: boolean) => void): void {
    this.#end?.(false);
    this.moved = false;
    const { clientX, clientY, pointerId } = event;
    const onmove = (next: PointerEvent): void => {
      if (next.pointerId !== pointerId) return;
      if (!this.active && Math.hypot(next.clientX - clientX, next.clientY - clientY) < threshold) return;
      this.active = true;
      this.moved = true;
      this.#scroll(next);
      move(next);
    };
    const onup = (next: PointerEvent): void => {
      if (next.pointerId === pointerId) this.#end?.(next.type === 'pointerup');
    };
    const onkey = (next: KeyboardEvent): void => {
      if (next.key !== 'Escape' || !this.active) return;
      next.preventDefault();
      next.stopPropagation();
      this.#end?.(false);
    };
    const listening = new AbortController();
    const { signal } = listening;
    addEventListener('pointermove', onmove, { signal });
    addEventListener('pointerup', onup, { signal });
    addEventListener('pointercancel', onup, { signal });
    addEventListener('keydown', onkey, { signal, capture: true });
    this.#end = (keep) => {
      listening.abort();
      this.#end = undefined;
      const counts = keep && this.active;
      this.active = false;
      done(counts);
      this.ghost = undefined;
    };
  }

  /** Near the edge of the window the grid comes along. */
  #scroll({ clientX, clientY }: PointerEvent): void {
    const { scroller } = this.geometry;
    const box = scroller?.getBoundingClientRect();
    if (!scroller || !box) return;
    const over = (at: number, from: number, to: number): number => (at > to - 28 ? 18 : at < from + 28 ? -18 : 0);
    scroller.scrollBy(over(clientX, box.left + 38, box.right), over(clientY, box.top + 24, box.bottom));
    this.geometry.scrolled();
  }

  /**
   * Selects all squares between where it began and the pointer, or takes them out.
   * @param before what was selected, to take squares out of
   */
  select(event: PointerEvent, before?: readonly Area[]): void {
    const { workbook, geometry } = this;
    const { selection } = workbook;
    const from = selection.square;
    this.#follow(
      event,
      (next) => {
        const to = geometry.squareUnder(next.clientX, next.clientY);
        if (before) selection.takeOut(before, between(workbook.placed, from, to), from);
        else selection.to(to);
      },
      (keep) => {
        if (keep) workbook.wanted++;
      },
    );
  }

  /** Selects whole columns or rows. */
  selectTracks(event: PointerEvent, along: Whole): void {
    this.#follow(
      event,
      (next) => this.workbook.selection.to(this.geometry.squareUnder(next.clientX, next.clientY), along),
      () => undefined,
    );
  }

  /** Moves the selected cells. */
  move(event: PointerEvent): void {
    const { workbook, geometry } = this;
    const from = geometry.squareUnder(event.clientX, event.clientY);
    const { areas, isSet, whole } = workbook.selection;
    const cells = workbook.selectedCells.map(({ area }) => area);
    const seen = isSet || whole ? cells : areas;
    const edge = seen.reduce(around);
    let by: CellPosition = { column: 0, row: 0 };
    this.#follow(
      event,
      (next) => {
        const to = geometry.squareUnder(next.clientX, next.clientY);
        by = { column: Math.max(to.column - from.column, -edge.column), row: Math.max(to.row - from.row, -edge.row) };
        const shift = (area: Area): Area => movedTo(area, { column: area.column + by.column, row: area.row + by.row });
        this.ghost = { areas: seen.map(shift), taken: this.#taken(cells.map(shift)), what: 'move' };
      },
      (keep) => {
        if (keep) moveSelected(workbook, by.column, by.row);
        workbook.wanted++;
      },
    );
  }

  /** Lets the selected cell cover the squares up to the pointer. */
  span(event: PointerEvent): void {
    const { workbook, geometry } = this;
    const { activeCell } = workbook;
    if (!activeCell) return;
    this.#follow(
      event,
      (next) => {
        const to = geometry.squareUnder(next.clientX, next.clientY);
        const { area } = activeCell;
        const spanned = { ...area, lastColumn: Math.max(area.column, to.column), lastRow: Math.max(area.row, to.row) };
        this.ghost = { areas: [spanned], taken: this.#taken([spanned]), what: 'span' };
      },
      (keep) => {
        const [area] = this.ghost?.areas ?? [];
        if (keep && area) spanSelected(workbook, area);
        workbook.wanted++;
      },
    );
  }

  #taken(areas: readonly Area[]): boolean {
    const { selectedKeys, placed } = this.workbook;
    return placed.some((one) => !selectedKeys.has(one.cell.key) && areas.some((area) => overlaps(one.area, area)));
  }

  /** Makes a column wider or a row higher, and with it all others that are selected as a whole. */
  resize(event: PointerEvent, along: Whole, track: number): void {
    const { workbook, geometry } = this;
    const last = used(workbook.placed)[along === 'columns' ? 'lastColumn' : 'lastRow'];
    const whole = workbook.selection.areas.filter((area) => wholeOf(area) === along);
    const wholeTracks = tracksOf(runsOf(whole, along));
    const tracks = wholeTracks.includes(track) ? wholeTracks.filter((one) => one <= last || one === track) : [track];
    const before = geometry.sizes()[along][track] ?? 0;
    this.#follow(
      event,
      (next) => {
        const by = along === 'columns' ? next.clientX - event.clientX : next.clientY - event.clientY;
        const size = Math.round(Math.min(LARGEST_TRACK, Math.max(SMALLEST_TRACK, before + by / geometry.zoom)));
        geometry.resizing = { along, tracks, size };
      },
      (keep) => {
        const { resizing } = geometry;
        geometry.resizing = undefined;
        if (keep && resizing) workbook.attempt(() => resizeTracks(workbook.text, along, resizing.tracks, resizing.size));
        workbook.wanted++;
      },
    );
  }

  /** Whether a press on the head of a cell may move the selection that is there: it holds the cell already. */
  holds(square: CellPosition): boolean {
    const { selectedCells, selectedKeys, selection, placed } = this.workbook;
    const cell = cellAt(placed, square)?.cell;
    return selectedCells.length > 0 && (cell ? selectedKeys.has(cell.key) : selection.holds(square));
  }
}
