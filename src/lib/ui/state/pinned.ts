import type { Cell } from '$lib/sheet/document';
import { pinCells } from '$lib/sheet/edit';
import { parse } from '$lib/sheet/parse';
import type { Placed } from '../grid/placement';

/** A text in which every cell says where it stands, and the keys that cells have in it. */
export interface Pinned {
  readonly text: string;
  readonly keyOf: (cell: Cell) => string;
}

/**
 * Writes down where cells without an address stand. What a person does to places is done to this text, so that cells which were put where
 * there was room stay where they are seen when another comes, goes or moves.
 */
export const pinned = (text: string, placed: readonly Placed[]): Pinned => {
  if (placed.every(({ cell }) => cell.area)) return { text, keyOf: (cell) => cell.key };
  const pin = pinCells(text, new Map(placed.map(({ cell, area }) => [cell.key, area])));
  // A note without an address gets another key with it; lines stay where they are.
  const keys = new Map(parse(pin).cells.map((cell) => [cell.line, cell.key]));
  return { text: pin, keyOf: (cell) => keys.get(cell.line) ?? cell.key };
};
