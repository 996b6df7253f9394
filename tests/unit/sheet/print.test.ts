import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, parseFormula } from '$lib/sheet/parse';
import { printCell, printFormula, printNumber } from '$lib/sheet/print';
import { printString, readString } from '$lib/sheet/text';
import { bare, formula, fragments } from './arbitrary';

describe('formulas', () => {
  test('a formula that is printed and read is the same tree', () => {
    fc.assert(
      fc.property(formula, (tree) => {
        expect(bare(parseFormula(printFormula(tree)))).toEqual(bare(tree));
      }),
      { numRuns: 1500 },
    );
  });

  test('what is printed is canonical: reading and printing it again changes nothing', () => {
    fc.assert(
      fc.property(formula, (tree) => {
        const text = printFormula(tree);
        expect(printFormula(parseFormula(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['1+2*3', '1 + 2 * 3'],
    ['(1+2)*3', '(1 + 2) * 3'],
    ['(1*2)+3', '1 * 2 + 3'],
    ['1-(2-3)', '1 - (2 - 3)'],
    ['(1-2)-3', '1 - 2 - 3'],
    ['2^3^2', '2 ^ 3 ^ 2'],
    ['(2^3)^2', '(2 ^ 3) ^ 2'],
    ['-2^2', '-2 ^ 2'],
    ['(-2)^2', '(-2) ^ 2'],
    ['2^-1', '2 ^ -1'],
    ['-a*b', '-a * b'],
    ['-(a*b)', '-(a * b)'],
    ['a<b+1', 'a < b + 1'],
    ['(a<b)==(c<d)', '(a < b) == (c < d)'],
    ['f( 1 ,x:2 )', 'f(1, x: 2)'],
    ['[ ]', '[]'],
    ['(a+b).c', '(a + b).c'],
    ['-a.b', '-a.b'],
    ['(1).x', '(1).x'],
    ['err . test [delta:0.01]', 'err.test[delta: 0.01]'],
    ['"a"', '"a"'],
    ['.5', '0.5'],
    ['1.', '1'],
    ['1E3', '1000'],
    ['1e-7', '1e-7'],
    ['1e21', '1e21'],
  ])('%s is printed as %s', (text, canonical) => {
    expect(printFormula(parseFormula(text))).toBe(canonical);
  });

  test('a number below zero is written where it may stand', () => {
    const span = { from: 0, to: 0 };
    const two = { type: 'number', value: 2, span } as const;
    const negative = { type: 'number', value: -3, span } as const;
    expect(printFormula({ type: 'binary', operator: '^', left: negative, right: two, span })).toBe('(-3) ^ 2');
    expect(printFormula({ type: 'binary', operator: '-', left: two, right: negative, span })).toBe('2 - -3');
  });

  test('a number that is not finite cannot be printed', () => {
    expect(() => printNumber(NaN)).toThrow(RangeError);
    expect(() => printNumber(Infinity)).toThrow(RangeError);
  });
});

describe('strings', () => {
  test('any string that is printed and read is the same, on one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', '"', 'u{', '41}', '\n', '\r', '#', 'nu', '\u{1F600}') }), (value) => {
        const written = printString(value);
        expect(written).not.toMatch(/[\n\r]/);
        expect(readString(written)).toBe(value);
      }),
      { numRuns: 1000 },
    );
  });

  test('TeX is written as it is, also where JavaScript would see an escape', () => {
    expect(readString(String.raw`"$\TeX$, $\nu \neq \theta$"`)).toBe(String.raw`$\TeX$, $\nu \neq \theta$`);
    expect(printString(String.raw`$\nu \neq \theta$`)).toBe(String.raw`"$\nu \neq \theta$"`);
  });

  test('quotes, backslashes and code points can be escaped', () => {
    expect(readString(String.raw`"say \"so\" \\ \u{A}\u{1F600}"`)).toBe('say "so" \\ \n\u{1F600}');
    expect(readString(String.raw`"\u{110000}"`)).toBe(String.raw`\u{110000}`);
  });
});

describe('documents', () => {
  test('a document prints back to the same text, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fragments, fc.string({ unit: 'binary' })), (text) => {
        expect(parse(text).text).toBe(text);
      }),
    );
  });

  test('a cell line is printed canonically and read back', () => {
    const area = { column: 0, row: 0, lastColumn: 2, lastRow: 2 };
    expect(printCell({ name: 'x', area, formula: '1 + 2' })).toBe('x @A1:C3 = 1 + 2');
    expect(printCell({ name: 'x', formula: '1' })).toBe('x = 1');
    expect(printCell({ area: { ...area, lastColumn: 0, lastRow: 0 }, formula: '1' })).toBe('@A1 = 1');
    const [cell] = parse(printCell({ name: 'x', area, formula: '1' })).cells;
    expect(cell).toMatchObject({ name: 'x', area, problem: undefined });
  });
});
