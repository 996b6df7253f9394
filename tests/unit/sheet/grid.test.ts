import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyCells, deleteColumns, deleteRows, insertColumns, insertRows, pasteCells } from '$lib/sheet/edit';
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

  test('refuses what has no room, and what is not cells', () => {
    expect(() => pasteCells(text, '@A1 = 1', { column: 2, row: 0 })).toThrow(/lies over C1 of the cell C1/);
    expect(() => pasteCells(text, 'some words', { column: 9, row: 0 })).toThrow(/^expected "="/);
    expect(() => pasteCells(text, '\n# only\n', { column: 9, row: 0 })).toThrow(/no cell on the clipboard/);
    expect(() => pasteCells(text, '@A1:B1 = 1', { column: 701, row: 0 })).toThrow(/within the grid/);
  });
});
