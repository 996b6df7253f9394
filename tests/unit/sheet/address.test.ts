import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import {
  columnName,
  COLUMNS,
  positionOf,
  looksLikeAddress,
  movedTo,
  onGrid,
  overlaps,
  parseArea,
  parsePosition,
  printArea,
  printPosition,
  ROWS,
} from '$lib/sheet/address';
import type { Area } from '$lib/sheet/document';

const area: fc.Arbitrary<Area> = fc
  .record({ column: fc.nat(COLUMNS - 3), row: fc.nat(ROWS - 3), wide: fc.nat(2), tall: fc.nat(2) })
  .map(({ column, row, wide, tall }) => ({ column, row, lastColumn: column + wide, lastRow: row + tall }));

describe('A1 notation', () => {
  test('every column has a name of its own, in order', () => {
    const names = Array.from({ length: COLUMNS }, (_, column) => columnName(column));
    expect([names[0], names[25], names[26], names[51], names[52], names.at(-1)]).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ']);
    for (const [column, name] of names.entries()) expect(positionOf(`${name}1`)).toEqual({ column, row: 0 });
  });

  test('an area that is printed and read is the same', () => {
    fc.assert(
      fc.property(area, (place) => {
        expect(parseArea(printArea(place))).toEqual(place);
      }),
    );
  });

  test('one place is printed without a colon', () => {
    expect(printArea({ column: 0, row: 0, lastColumn: 0, lastRow: 0 })).toBe('A1');
    expect(parseArea('A1:A1')).toEqual(parseArea('A1'));
    expect(printPosition({ column: 27, row: 9998 })).toBe('AB9999');
  });

  test('the last place is ZZ9999', () => {
    expect(parsePosition('ZZ9999')).toEqual({ column: COLUMNS - 1, row: ROWS - 1 });
    expect(positionOf('AAA1')).toBeUndefined();
    expect(positionOf('A10000')).toBeUndefined();
  });

  test.each(['', 'A', '1', 'A0', 'A01', 'a1', 'A-1', 'A1 ', 'Ä1', 'AAA1', 'A10000', 'A1:', ':A1', 'A1:B2:C3', 'B1:A2', 'A2:B1'])(
    '%j is refused',
    (text) => {
      expect(() => parseArea(text)).toThrow(Problem);
    },
  );

  test('what looks like an address cannot be a name, on the grid or not', () => {
    expect(['A1', 'ZZ9999', 'A0', 'A10000'].map(looksLikeAddress)).toEqual([true, true, true, true]);
    expect(['a1', 'ABC1', 'A1b', 'A', '1', 'A_1'].map(looksLikeAddress)).toEqual([false, false, false, false, false, false]);
  });
});

describe('areas', () => {
  test('overlap exactly when they share a place', () => {
    const small = area.map((place) => movedTo(place, { column: place.column % 4, row: place.row % 4 }));
    const places = ({ column, row, lastColumn, lastRow }: Area): string[] => {
      const found: string[] = [];
      for (let c = column; c <= lastColumn; c += 1) for (let r = row; r <= lastRow; r += 1) found.push(`${c},${r}`);
      return found;
    };
    fc.assert(
      fc.property(small, small, (a, b) => {
        const shared = places(a).some((place) => places(b).includes(place));
        expect(overlaps(a, b)).toBe(shared);
        expect(overlaps(b, a)).toBe(shared);
      }),
    );
  });

  test('lie on the grid or not', () => {
    const last = { column: COLUMNS - 1, row: ROWS - 1, lastColumn: COLUMNS - 1, lastRow: ROWS - 1 };
    expect(onGrid(last)).toBe(true);
    expect(onGrid({ ...last, lastColumn: COLUMNS })).toBe(false);
    expect(onGrid({ ...last, lastRow: ROWS })).toBe(false);
    expect(onGrid({ ...last, column: -1 })).toBe(false);
    expect(onGrid({ ...last, lastRow: ROWS - 2 })).toBe(false);
  });
});
