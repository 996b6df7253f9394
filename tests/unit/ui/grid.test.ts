import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps, printArea } from '$lib/sheet/address';
import { parse } from '$lib/sheet/parse';
import { place } from '$lib/ui/grid/placement';
import { columnEdges, rowEdges, windowOf } from '$lib/ui/grid/tracks';
import { defaultSheet } from '$lib/ui/default-sheet';
import { jump, neighbour, step } from '$lib/ui/state/selection';

const placesOf = (text: string): string[] => place(parse(text).cells).map(({ area }) => printArea(area));

describe('where cells stand', () => {
  it('is where their addresses say, the others below, row by row', () => {
    expect(placesOf('a @B2 = 1\nb = 2\nc = 3\nd @A1:C1 = 4')).toEqual(['B2', 'A3', 'B3', 'A1:C1']);
  });

  it('is a free place for a cell whose address lies over another', () => {
    expect(placesOf('a @A1:B2 = 1\nb @B2 = 2')).toEqual(['A1:B2', 'A3']);
  });

  it('never overlaps, whatever the addresses', () => {
    const line = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(2), fc.nat(2), fc.boolean()).map(([column, row, wide, high, placed], index = 0) => {
      const letter = (at: number): string => String.fromCharCode(65 + at);
      return placed ? ` @${letter(column)}${row + 1}:${letter(column + wide)}${row + high + 1} = ${index}` : ' = plot(1)';
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const placed = place(parse(lines.map((one, index) => `c${String.fromCharCode(97 + index)}x${one}`).join('\n')).cells);
        expect(placed).toHaveLength(lines.length);
        placed.forEach((one, index) => placed.slice(index + 1).forEach((other) => expect(overlaps(one.area, other.area)).toBe(false)));
      }),
    );
  });
});

describe('tracks', () => {
  const placed = place(parse(defaultSheet).cells);

  it('show the whole default sheet at 1440 × 900, inspector included', () => {
    const columns = columnEdges(placed, 1440 - 300, 0);
    const rows = rowEdges(placed, 900 - 82, 0);
    expect(columns[7]).toBeLessThanOrEqual(1440 - 300 - 38);
    expect(rows[5]).toBeLessThanOrEqual(900 - 82 - 24);
  });

  it('leave room to write below and to the right', () => {
    expect(columnEdges(placed, 360, 0).length - 1).toBeGreaterThan(7);
    expect(rowEdges(placed, 300, 0).length - 1).toBeGreaterThan(5);
  });

  it('in the window are those that are seen and their margin', () => {
    const edges = Array.from({ length: 101 }, (_, index) => 10 * index);
    expect(windowOf(edges, 0, 100, 0)).toEqual({ first: 0, last: 9 });
    expect(windowOf(edges, 500, 100, 20)).toEqual({ first: 48, last: 61 });
    expect(windowOf(edges, 990, 100, 20).last).toBe(99);
  });
});

describe('the selection', () => {
  const placed = place(parse('a @A1 = 1\nb @B1:C3 = 2\nc @D5 = 3').cells);

  it('steps out of a cell that spans several squares', () => {
    expect(step(placed, { column: 1, row: 1 }, 1, 0)).toEqual({ column: 3, row: 1 });
    expect(step(placed, { column: 2, row: 1 }, -1, 0)).toEqual({ column: 0, row: 1 });
    expect(step(placed, { column: 0, row: 0 }, 0, -1)).toEqual({ column: 0, row: 0 });
  });

  it('goes from cell to cell in reading order', () => {
    expect(neighbour(placed, { column: 0, row: 0 }, 1)).toEqual({ column: 1, row: 0 });
    expect(neighbour(placed, { column: 2, row: 2 }, 1)).toEqual({ column: 3, row: 4 });
    expect(neighbour(placed, { column: 3, row: 4 }, 1)).toBeUndefined();
    expect(neighbour(placed, { column: 3, row: 4 }, -1)).toEqual({ column: 1, row: 0 });
  });

  it('jumps to the next cell or the border of what is used', () => {
    expect(jump(placed, { column: 3, row: 0 }, 0, 1)).toEqual({ column: 3, row: 4 });
    expect(jump(placed, { column: 0, row: 0 }, 0, 1)).toEqual({ column: 0, row: 4 });
  });
});
