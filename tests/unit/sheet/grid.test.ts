import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  copyCells,
  deleteCells,
  deleteColumns,
  deleteRows,
  duplicateCells,
  fill,
  insertColumns,
  insertRows,
  moveCells,
  pasteCells,
} from '$lib/sheet/edit';
import { parse } from '$lib/sheet/parse';
import { sheet } from './arbitrary';

describe('rows and columns', () => {
  test('inserted: what lies below moves, what lies across grows, references follow', () => {
    const text = 'x  @A1 = 1 # A2\n@A2:B3 = x + A1\ny = A2 + A9 + "A2"\n';
    expect(insertRows(text, 1)).toBe('x  @A1 = 1 # A2\n@A3:B4 = x + A1\ny = A3 + A10 + "A2"\n');
    expect(insertRows(text, 2, 2)).toBe('x  @A1 = 1 # A2\n@A2:B5 = x + A1\ny = A2 + A11 + "A2"\n');
    expect(insertColumns(text, 0)).toBe('x  @B1 = 1 # A2\n@B2:C3 = x + B1\ny = B2 + B9 + "A2"\n');
  });

  test('deleted: what lies in them goes, what lies across shrinks, references follow', () => {
    const text = '@A1 = 1\n@A2:B3 = 2\n@A4 = A1 + A2 + A4\n';
    expect(deleteRows(text, 0)).toBe('@A1:B2 = 2\n@A3 = deleted_A1 + A1 + A3\n');
    expect(deleteRows(text, 1)).toBe('@A1 = 1\n@A2:B2 = 2\n@A3 = A1 + A2 + A3\n');
    expect(deleteRows(text, 2)).toBe('@A1 = 1\n@A2:B2 = 2\n@A3 = A1 + A2 + A3\n');
    expect(deleteRows(text, 1, 2)).toBe('@A1 = 1\n@A2 = A1 + deleted_A2 + A2\n');
    expect(deleteColumns(text, 0)).toBe('@A2:A3 = 2\n');
  });

  test('cells without an address stay', () => {
    expect(deleteRows('a = 1\nb @A1 = a\n', 0)).toBe('a = 1\n');
    expect(insertRows('a = 1\n', 0)).toBe('a = 1\n');
  });

  test('nothing is pushed off the grid', () => {
    expect(() => insertRows('x @A9999 = 1', 3)).toThrow(/^address: A9999 of the cell x would be pushed off the grid/);
    expect(() => insertColumns('x @ZZ1 = 1', 3)).toThrow(/pushed off the grid/);
  });

  test('inserted and deleted again is as before', () => {
    fc.assert(
      fc.property(sheet, fc.nat(20), fc.integer({ min: 1, max: 3 }), (text, at, count) => {
        // A reference so far down that it leaves the grid and becomes a name does not come back.
        fc.pre(!text.includes('ZZ9999'));
        expect(deleteRows(insertRows(text, at, count), at, count)).toBe(text);
        expect(deleteColumns(insertColumns(text, at % 5, count), at % 5, count)).toBe(text);
      }),
    );
  });

  test('cells that had no problem have none after', () => {
    fc.assert(
      fc.property(sheet, fc.nat(20), (text, at) => {
        const sound = (all: string): number => parse(all).cells.filter((cell) => cell.problem === undefined).length;
        expect(sound(insertRows(text, at))).toBe(sound(text));
        expect(parse(deleteRows(text, at)).cells.filter((cell) => cell.problem).length).toBeLessThanOrEqual(
          parse(text).cells.filter((cell) => cell.problem).length,
        );
      }),
    );
  });
});

describe('the clipboard', () => {
  const text = 'gamma @A1 = 2\n@A2 = gamma + A2 + C1 # why\n@C1 = 3\n';

  test('copies lines in the order of the sheet', () => {
    expect(copyCells(text, ['A2', 'gamma'])).toBe('gamma @A1 = 2\n@A2 = gamma + A2 + C1 # why\n');
  });

  test('pastes cells with the references among them', () => {
    const copied = copyCells(text, ['gamma', 'A2']);
    expect(pasteCells(text, copied, { column: 1, row: 4 })).toBe(`${text}gamma_2 @B5 = 2\n@B6 = gamma_2 + B6 + C1 # why\n`);
    expect(pasteCells('', copied, { column: 0, row: 0 })).toBe(copied);
  });

  test('pastes twice under two names', () => {
    const once = pasteCells(text, 'gamma = 1', { column: 0, row: 0 });
    expect(pasteCells(once, 'gamma = 1', { column: 0, row: 0 })).toBe(`${text}gamma_2 = 1\ngamma_3 = 1\n`);
  });

  test('pastes over what is there: the place keeps its name, and all else that lies under goes', () => {
    expect(pasteCells(text, '@A1 = 1', { column: 2, row: 0 })).toBe(text.replace('@C1 = 3', '@C1 = 1'));
    expect(pasteCells(text, 'x @D5 = 7\n@E5 = x', { column: 0, row: 0 })).toBe(text.replace('= 2', '= 7') + '@B1 = gamma\n');
    expect(pasteCells('a @A1 = 1\nb @A2 = a\n', 'wide @A1:B2 = 0', { column: 0, row: 1 })).toBe('a @A1 = 1\nb @A2:B3 = 0\n');
    expect(pasteCells('a @A1 = 1\nb @B2 = a\n', 'wide @A1:B2 = 0', { column: 0, row: 0 })).toBe('a @A1:B2 = 0\n');
    expect(pasteCells('note @A1 = "n"\n', 'x @A1 = 0', { column: 0, row: 0 })).toBe('x @A1 = 0\n');
  });

  test('refuses what has no room, and what is not cells', () => {
    expect(() => pasteCells(text, 'some words', { column: 9, row: 0 })).toThrow(/^expected "="/);
    expect(() => pasteCells(text, '\n# only\n', { column: 9, row: 0 })).toThrow(/no cell on the clipboard/);
    expect(() => pasteCells(text, '@A1:B1 = 1', { column: 701, row: 0 })).toThrow(/within the grid/);
  });
});

const at = (column: number, row: number, lastColumn = column, lastRow = row) => ({ column, row, lastColumn, lastRow });

describe('several cells', () => {
  const text = '@A1 = 1 # one\n@B1 = A1 + 1\nc @C1 = A1 + B1\nd @D1 = C1 + c\n';

  test('move at once, also onto each other, with the references to them', () => {
    const moved = new Map([
      ['A1', at(1, 0)],
      ['B1', at(0, 0)],
    ]);
    expect(moveCells(text, moved)).toBe('@B1 = 1 # one\n@A1 = B1 + 1\nc @C1 = B1 + A1\nd @D1 = C1 + c\n');
  });

  test('move onto others, which go; what referred to those says so', () => {
    expect(moveCells(text, new Map([['A1', at(2, 0)]]))).toBe('@C1 = 1 # one\n@B1 = C1 + 1\nd @D1 = deleted_C1 + c\n');
    expect(() =>
      moveCells(
        text,
        new Map([
          ['A1', at(5, 0)],
          ['B1', at(5, 0)],
        ]),
      ),
    ).toThrow(/two cells cannot both be moved to F1/);
  });

  test('are deleted with their lines', () => {
    expect(deleteCells(text, ['A1', 'd', 'A1'])).toBe('@B1 = A1 + 1\nc @C1 = A1 + B1\n');
  });

  test('are duplicated below, where all of them have room', () => {
    expect(duplicateCells('a @A1 = 1\n@B1:B2 = a\n@B3 = 5\n', ['a', 'B1'])).toEqual({
      text: 'a @A1 = 1\n@B1:B2 = a\n@B3 = 5\na_2 @A4 = 1\n@B4:B5 = a_2\n',
      rows: 3,
    });
  });
});

describe('filling', () => {
  test('down and to the right shifts addresses that mean other cells', () => {
    expect(fill('@A1 = 1\n@A2 = A1 + 1\n', at(0, 1, 0, 3), 'down')).toBe('@A1 = 1\n@A2 = A1 + 1\n@A3 = A2 + 1\n@A4 = A3 + 1\n');
    expect(fill('@A1 = 1\n@B1 = A1 + 1\n', at(1, 0, 3, 0), 'right')).toBe('@A1 = 1\n@B1 = A1 + 1\n@C1 = B1 + 1\n@D1 = C1 + 1\n');
  });

  test('leaves names, but for those of the cells that are copied with it', () => {
    expect(fill('g @Z1 = 1\nx @A1 = g\n@B1 = x + g\n', at(0, 0, 1, 1), 'down')).toBe(
      'g @Z1 = 1\nx @A1 = g\n@B1 = x + g\nx_2 @A2 = g\n@B2 = x_2 + g\n',
    );
  });

  test('one row is filled from the row above, of which the place keeps its name', () => {
    expect(fill('@A1 = 1\n@A2 = A1\nx @A3 = 9\n', at(0, 2), 'down')).toBe('@A1 = 1\n@A2 = A1\nx @A3 = A2\n');
    expect(fill('@A1:A2 = 1\n', at(0, 2), 'down')).toBe('@A1:A2 = 1\n@A3:A4 = 1\n');
    expect(() => fill('@A1 = 1\n', at(1, 1), 'down')).toThrow(/no cell to fill from/);
    expect(() => fill('@A1 = 1\n', at(0, 0), 'down')).toThrow(/no cell to fill from/);
    expect(() => fill('@A1 = 1\n', at(2, 0, 2, 3), 'down')).toThrow(/no cell to fill from/);
  });

  test('repeats as often as fits', () => {
    expect(fill('@A1:A2 = 1\n', at(0, 0, 0, 6), 'down')).toBe('@A1:A2 = 1\n@A3:A4 = 1\n@A5:A6 = 1\n');
  });
});
