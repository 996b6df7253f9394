import { overlaps } from './address';
import type { Area } from './document';

/** Columns and rows of a tile. */
const WIDE = 16;
const HIGH = 32;
/** An area over more tiles than this is kept in a plain list. */
const MOST_TILES = 16;

const tilesOf = (area: Area): number[] | undefined => {
  const [left, right] = [Math.floor(area.column / WIDE), Math.floor(area.lastColumn / WIDE)];
  const [top, bottom] = [Math.floor(area.row / HIGH), Math.floor(area.lastRow / HIGH)];
  if ((right - left + 1) * (bottom - top + 1) > MOST_TILES) return undefined;
  const tiles: number[] = [];
  for (let row = top; row <= bottom; row++) for (let column = left; column <= right; column++) tiles.push(row * 1024 + column);
  return tiles;
};

interface Held<Value> {
  readonly area: Area;
  readonly value: Value;
  readonly place: number;
}

/** Areas of the grid with what lies on them. Asking what lies under another area looks at those near it only. */
export class Occupied<Value> {
  readonly #all: Held<Value>[] = [];
  readonly #large: Held<Value>[] = [];
  readonly #tiles = new Map<number, Held<Value>[]>();
  /** How many areas were compared so far, for tests of the cost. */
  compared = 0;

  add(area: Area, value: Value): void {
    const held = { area, value, place: this.#all.length };
    this.#all.push(held);
    const tiles = tilesOf(area);
    if (!tiles) this.#large.push(held);
    for (const tile of tiles ?? []) {
      const there = this.#tiles.get(tile);
      if (there) there.push(held);
      else this.#tiles.set(tile, [held]);
    }
  }

  /** What was added first of all that shares a square with an area. */
  under(area: Area): Value | undefined {
    const tiles = tilesOf(area);
    const lists = tiles ? [this.#large, ...tiles.map((tile) => this.#tiles.get(tile) ?? [])] : [this.#all];
    let first: Held<Value> | undefined;
    for (const list of lists)
      for (const held of list) {
        if (first && held.place >= first.place) break;
        this.compared += 1;
        if (overlaps(held.area, area)) first = held;
      }
    return first?.value;
  }
}
