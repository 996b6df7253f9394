import { describe, expect, it } from 'vitest';
import { parseArea, parsePosition, printArea, type CellPosition } from '$lib/sheet/address';
import { parse } from '$lib/sheet/parse';
import { place } from '$lib/ui/grid/placement';
import { columnEdges, rowEdges, sizesOf, trackAt, zoomed } from '$lib/ui/grid/tracks';
import { findCells } from '$lib/ui/state/find';
import { pinned } from '$lib/ui/state/pinned';
import { between, extended, squaresOf, used } from '$lib/ui/state/selection';
import { staleCells } from '$lib/ui/state/stale';

const corner = (text: string): CellPosition => parsePosition(text);
const text = 'a @A1 = slider(1)\nb @B1:C3 = a * 2 # why\nc @D5 = a + b\n';
const { cells } = parse(text);
const placed = place(cells);

describe('a rectangle of squares', () => {
  it('takes cells whole', () => {
    expect(printArea(between(placed, corner('A1'), corner('B2')))).toBe('A1:C3');
    expect(printArea(between(placed, corner('D4'), corner('C3')))).toBe('B1:D4');
    expect(printArea(used(placed))).toBe('A1:D5');
    expect(printArea(used([]))).toBe('A1');
  });

  it('grows and shrinks by what makes a difference', () => {
    const right = extended(placed, corner('A1'), corner('B2'), 1, 0);
    expect(printArea(between(placed, corner('A1'), right))).toBe('A1:D3');
    expect(extended(placed, corner('A1'), corner('A1'), -1, 0)).toEqual({ column: 0, row: 0 });
  });

  it('is gone through cell by cell and square by square', () => {
    const squares = squaresOf(placed, parseArea('A1:C4')).map(({ column, row }) => `${column} ${row}`);
    expect(squares).toEqual(['0 0', '1 0', '0 1', '0 2', '0 3', '1 3', '2 3']);
  });
});

describe('edges', () => {
  it('are where a person put them, the others where they were', () => {
    const sizes = new Map([
      [1, 300],
      [7, 40],
    ]);
    const columns = sizesOf(columnEdges(placed, 1100, 0, sizes));
    expect(columns[1]).toBe(300);
    expect(columns[7]).toBe(40);
    expect(columns.slice(0, 4).reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1100);
    expect(sizesOf(rowEdges(placed, 900, 0, sizes))[1]).toBe(300);
  });

  it('are found again under a place, and drawn larger', () => {
    expect([-5, 0, 9, 10, 29, 30, 99].map((at) => trackAt([0, 10, 20, 30], at))).toEqual([0, 0, 0, 1, 2, 2, 2]);
    expect(zoomed([0, 10, 25], 1.5)).toEqual([0, 15, 38]);
  });
});

describe('the search', () => {
  it('finds all words, in names, formulas, kinds, places and comments', () => {
    expect(findCells(placed, text, 'A')).toEqual(['a', 'b', 'c']);
    expect(findCells(placed, text, 'slider a1')).toEqual(['a']);
    expect(findCells(placed, text, 'why')).toEqual(['b']);
    expect(findCells(placed, text, 'value + ')).toEqual(['c']);
    expect(findCells(placed, text, ' ')).toEqual([]);
  });
});

describe('what is stale', () => {
  it('is what has changed and what depends on it', () => {
    expect([...staleCells(text, parse(text))]).toEqual([]);
    expect([...staleCells(text, parse(text.replace('a * 2', 'a * 3')))]).toEqual(['b', 'c']);
    expect([...staleCells(text, parse(text.replace('# why', '# because')))]).toEqual([]);
    expect([...staleCells(text, parse(text.replace('a @A1 = slider(1)\n', '')))]).toEqual(['b', 'c']);
    expect([...staleCells('@A1 = 1\n@B1 = A1', parse('@A2 = 1\n@B1 = A1\n@A1 = 1'))].sort()).toEqual(['A2']);
  });
});

describe('pinning', () => {
  it('writes down where cells stand that do not say it', () => {
    const loose = 'a = 1\nnote = "n"\nb @B2 = a\nwhat is this\n';
    const before = place(parse(loose).cells);
    const { text: pin, keyOf } = pinned(loose, before);
    expect(pin).toBe('a @A3 = 1\nnote @B3 = "n"\nb @B2 = a\nwhat is this\n');
    expect(before.map(({ cell }) => keyOf(cell))).toEqual(['a', 'B3', 'b', '?4']);
    expect(pinned(pin, place(parse(pin).cells)).text).toBe(pin);
  });
});
