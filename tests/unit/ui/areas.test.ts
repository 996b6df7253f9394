import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArea, parsePosition, printArea, type CellPosition } from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';
import { holds, outlineOf, runsOf, tracksOf, wholeOf, wholeTracks, without } from '$lib/ui/state/areas';
import { contains } from '$lib/ui/state/selection';

const SIZE = 7;
const area: fc.Arbitrary<Area> = fc
  .tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1), fc.nat(3), fc.nat(3))
  .map(([column, row, wide, high]) => ({ column, row, lastColumn: column + wide, lastRow: row + high }));
const areas = fc.array(area, { maxLength: 5 });
const squares = Array.from({ length: (SIZE + 5) ** 2 }, (_, index) => ({
  column: index % (SIZE + 5),
  row: Math.floor(index / (SIZE + 5)),
}));

describe('sets of squares', () => {
  it('hold, after an area is taken out, all they held but its squares', () => {
    fc.assert(
      fc.property(areas, area, (all, hole) => {
        const left = without(all, hole);
        expect(squares.filter((square) => holds(left, square) !== (holds(all, square) && !contains(hole, square)))).toEqual([]);
      }),
    );
    expect(without([parseArea('A1:C3')], parseArea('B2')).map(printArea)).toEqual(['A1:C1', 'A2', 'C2', 'A3:C3']);
    expect(without([parseArea('A1:B2')], parseArea('A1:C3'))).toEqual([]);
  });

  it('are drawn as areas that hold every square of theirs once, with a line wherever they end and nowhere else', () => {
    fc.assert(
      fc.property(areas, (all) => {
        const { inside, lines } = outlineOf(all);
        const isUpright = ({ column, row }: CellPosition): boolean =>
          lines.some(({ from, to }) => from.column === column && to.column === column && from.row <= row && to.row > row);
        const isLevel = ({ column, row }: CellPosition): boolean =>
          lines.some(({ from, to }) => from.row === row && to.row === row && from.column <= column && to.column > column);
        const wrong = squares.filter((square) => {
          const { column, row } = square;
          const isIn = holds(all, square);
          return (
            inside.filter((one) => contains(one, square)).length !== (isIn ? 1 : 0) ||
            isUpright(square) !== (isIn !== holds(all, { column: column - 1, row })) ||
            isLevel(square) !== (isIn !== holds(all, { column, row: row - 1 }))
          );
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('take up columns and rows, those beside each other as one run', () => {
    const all = ['E1', 'A1:B2', 'C4', 'B9'].map(parseArea);
    expect(runsOf(all, 'columns')).toEqual([
      { first: 0, count: 3 },
      { first: 4, count: 1 },
    ]);
    expect(tracksOf(runsOf(all, 'rows'))).toEqual([0, 1, 3, 8]);
    expect(runsOf([], 'rows')).toEqual([]);
  });

  it('are whole columns or rows where they reach from edge to edge', () => {
    expect(wholeOf(wholeTracks('columns', 4, 2))).toBe('columns');
    expect(wholeOf(wholeTracks('rows', 2, 2))).toBe('rows');
    expect(wholeOf(parseArea('A1:C9998'))).toBeUndefined();
    expect(holds([wholeTracks('columns', 4, 2)], parsePosition('D77'))).toBe(true);
  });
});
