import { printArea } from '$lib/sheet/address';
import type { Placed } from '../grid/placement';

/**
 * The keys of the cells that hold all these words, in the order in which the grid is read: in their name, their kind, their place, their
 * formula or its comment. Capitals do not matter.
 */
export const findCells = (placed: readonly Placed[], text: string, words: string): readonly string[] => {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  return placed
    .filter(({ cell, kind, area }) => {
      const whole = [text.slice(cell.span.from, cell.span.to), kind, kind.replaceAll('_', ' '), printArea(area)].join('\n').toLowerCase();
      return wanted.every((word) => whole.includes(word));
    })
    .sort((one, other) => one.area.row - other.area.row || one.area.column - other.area.column)
    .map(({ cell }) => cell.key);
};

/** The same as a set. */
export const foundCells = (placed: readonly Placed[], text: string, words: string): ReadonlySet<string> =>
  new Set(findCells(placed, text, words));
