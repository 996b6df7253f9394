import { columnName, overlaps, printArea, printPosition, type CellPosition } from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';
import type { Placed } from '../grid/placement';
import { holds, without, wholeOf, wholeTracks, type Whole } from './areas';
import { between } from './selection';

export type { Whole } from './areas';

/**
 * What is selected: the square that is written in with the rectangle that reaches from there, and any areas that were selected before it
 * and kept. The square may also be only looked at, when what it holds was taken out of the selection or has yet to be taken in.
 */
export class Selection {
  square = $state.raw<CellPosition>({ column: 0, row: 0 });
  /** The corner across from `square`; the same when one square is selected. */
  extent = $state.raw<CellPosition>({ column: 0, row: 0 });
  whole = $state.raw<Whole | undefined>();
  /** What is selected besides the rectangle. */
  more = $state.raw<readonly Area[]>([]);
  /** The rectangle is not selected: its square is only looked at. */
  bare = $state(false);
  /** Keys that go elsewhere leave selected what is. */
  adding = $state(false);
  readonly #placed: () => readonly Placed[];
  /** The rectangle from the square that is written in. */
  readonly range: Area = $derived.by(() => {
    const { square, extent } = this;
    if (this.whole === 'columns') return wholeTracks('columns', square.column, extent.column);
    if (this.whole === 'rows') return wholeTracks('rows', square.row, extent.row);
    return between(this.#placed(), square, extent);
  });

  /** All that is selected; these areas may overlap. */
  readonly areas: readonly Area[] = $derived(this.bare ? this.more : [...this.more, this.range]);
  /** Whether this is more, or other, than the rectangle from the square that is written in. */
  readonly isSet: boolean = $derived(this.bare || this.more.length > 0);

  /** Columns or rows, where nothing but whole ones is selected. */
  readonly wholly: Whole | undefined = $derived.by(() => {
    const [first, ...others] = this.areas.map(wholeOf);
    return others.every((one) => one === first) ? first : undefined;
  });

  /** As it is written: `A1`, `A1:C3`, or `A:C` and `1:3` for whole columns and rows; of many areas only the square that is written in. */
  readonly name: string = $derived.by(() => {
    const { column, row, lastColumn, lastRow } = this.range;
    if (this.isSet) return printPosition(this.square);
    if (this.whole === 'columns') return `${columnName(column)}:${columnName(lastColumn)}`;
    if (this.whole === 'rows') return `${row + 1}:${lastRow + 1}`;
    return printArea(this.range);
  });

  constructor(placed: () => readonly Placed[]) {
    this.#placed = placed;
  }

  /** Whether a square is selected. */
  holds(square: CellPosition): boolean {
    return holds(this.areas, square);
  }

  /** Whether a column or row is selected as a whole. */
  holdsTrack(whole: Whole, track: number): boolean {
    return holds(
      this.areas.filter((area) => wholeOf(area) === whole),
      wholeTracks(whole, track, track),
    );
  }

  #become(square: CellPosition, extent: CellPosition, whole: Whole | undefined, more: readonly Area[], bare = false): void {
    this.square = square;
    this.extent = extent;
    this.whole = whole;
    this.more = more;
    this.bare = bare;
  }

  /** One square, and the whole of the cell that covers it; nothing else. */
  at(square: CellPosition): void {
    this.adding = false;
    this.#become(square, square, undefined, []);
  }

  /** Goes to a square: selects it, or, while areas are being added, leaves selected what is. */
  go(square: CellPosition): void {
    if (this.adding) this.#become(square, square, undefined, this.areas, true);
    else this.at(square);
  }

  /** From the square that is written in to this one. */
  to(extent: CellPosition, whole?: Whole): void {
    this.extent = extent;
    this.whole = whole;
    this.bare = false;
  }

  /** All of an area and nothing else; the square that is written in is its first. */
  over(area: Area): void {
    this.all([area]);
  }

  /** All of some areas and nothing else; the square that is written in is the first of the last of them. */
  all(areas: readonly Area[]): void {
    const last = areas.at(-1);
    if (!last) return;
    this.adding = false;
    this.#become({ column: last.column, row: last.row }, { column: last.lastColumn, row: last.lastRow }, undefined, areas.slice(0, -1));
  }

  /** Columns or rows as a whole; what is selected stays so if it is kept. */
  tracks(whole: Whole, from: number, to: number, keep = this.adding): void {
    const { column, row } = this.square;
    const more = keep ? this.areas : [];
    this.adding &&= keep;
    if (whole === 'columns') this.#become({ column: from, row }, { column: to, row }, whole, more);
    else this.#become({ column, row: from }, { column, row: to }, whole, more);
  }

  /** Takes the cell or empty square here in, or out where it is selected. The last one stays. Answers whether it is selected now. */
  toggle(square: CellPosition): boolean {
    const here = between(this.#placed(), square, square);
    if (this.areas.some((area) => overlaps(area, here))) {
      this.takeOut(this.areas, here, square);
      return !this.bare;
    }
    this.#become(square, square, undefined, this.areas);
    return true;
  }

  /** Takes a column or a row in, or out where all of it is selected. */
  toggleTrack(whole: Whole, track: number): void {
    const { column, row } = this.square;
    if (!this.holdsTrack(whole, track)) this.tracks(whole, track, track, true);
    else this.takeOut(this.areas, wholeTracks(whole, track, track), whole === 'columns' ? { column: track, row } : { column, row: track });
  }

  /** Selects areas but for the squares of one, and goes to a square. Where nothing would be left, that square is selected. */
  takeOut(areas: readonly Area[], hole: Area, square: CellPosition): void {
    const left = without(areas, hole);
    this.#become(square, square, undefined, left, left.length > 0);
  }
}
