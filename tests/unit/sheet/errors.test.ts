import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { parse, parseFormula } from '$lib/sheet/parse';

/** Line: column and message of the problem of the last cell. */
const complaint = (text: string): string => {
  const problem = parse(text).cells.at(-1)?.problem;
  return problem ? `${problem.place?.line ?? '?'}:${problem.place?.column ?? '?'} ${problem.message}` : 'none';
};

const end = ', got the end of the line';

describe('what was expected, and where', () => {
  test.each([
    ['hello world', '1:7 expected "=" or an address such as @A1 after the name hello, got "world"'],
    ['gamma', `1:6 expected "=" or an address such as @A1 after the name gamma${end}`],
    ['gamma @A1', `1:10 expected "=" and a formula after the address @A1${end}`],
    ['x == 3', '1:3 expected "=" or an address such as @A1 after the name x, got "=="'],
    ['= 3', '1:1 expected a cell, as in name @A1 = formula, or a comment that begins with #, got "="'],
    ['x = ', `1:4 expected a formula after "="${end}`],
    ['x = # later', `1:4 expected a formula after "="${end}`],
    ['x = )', '1:5 expected a formula after "=", got ")"'],
    ['pre = source_kernel(a, b', `1:25 expected ")" to close the call of source_kernel${end}`],
    ['pre = source_kernel(a b)', '1:23 expected "," or ")" to close the call of source_kernel, got "b"'],
    ['x = f(g(1)', `1:11 expected ")" to close the call of f${end}`],
    ['x = f(,)', '1:7 expected an argument or ")" after "f(", got ","'],
    ['x = f(a,)', '1:9 expected a value after ",", got ")"'],
    ['x = f(a:', `1:9 expected a value after "a:"${end}`],
    ['x = (1', `1:7 expected ")" to close the parenthesis${end}`],
    ['x = [1, 2', `1:10 expected "," or "]" to close the list${end}`],
    ['x = [,]', '1:6 expected a value or "]" after "[", got ","'],
    ['x = f(a]', '1:8 expected "," or ")" to close the call of f, got "]"'],
    ['x = 1)', '1:6 ")" has no opening bracket'],
    ['x = a[3]', '1:7 expected the name of an axis, as in value[axis: 0.5], got "3"'],
    ['x = a[b]', '1:8 expected ":" and a value after the axis b, got "]"'],
    ['x = a[b: 1', `1:11 expected "," or "]" to close the selection${end}`],
    ['x = 2 + * 3', '1:9 expected a value after "+", got "*"'],
    ['x = 1 +', `1:8 expected a value after "+"${end}`],
    ['x = -', `1:6 expected a value after "-"${end}`],
    ['x = 1 2', '1:7 expected an operator or the end of the formula, got "2"'],
    ['x = a.', `1:7 expected the name of a field after "."${end}`],
    ['x = a.5', '1:6 expected an operator or the end of the formula, got ".5"'],
    ['x = a = 3', '1:7 expected one "=" in a line; to compare, write "==", got "="'],
    ['x = a: 3', '1:6 expected the end of the formula; named arguments stand within a call, as in slider(2, min: 0.1), got ":"'],
    ['x = "abc', `1:5 expected '"' to close the string that begins here`],
    ['x = f("abc)', `1:7 expected '"' to close the string that begins here`],
    ['x = “a”', '1:5 expected a formula after "=", got “ (strings stand between straight double quotes)'],
    ['x = a & b', '1:7 expected an operator or the end of the formula, got "&"'],
    ['x = a < b < c', '1:11 comparisons cannot follow one another; write parentheses, as in (a < b) == (b < c)'],
    ['x = f(a: 1, 2)', '1:13 arguments without a name come before those with one, as in slider(2, min: 0.1)'],
    ['x = f(a: 1, a: 2)', '1:13 a: must be given once, is given twice'],
    ['x = v[a: 1, a: 2]', '1:13 a: must be given once, is given twice'],
    ['x = 1e999', '1:5 number: must be at most 1.7976931348623157e308, got 1e999'],
  ])('%s', (text, message) => {
    expect(complaint(text)).toBe(message);
  });
});

describe('names and addresses', () => {
  test.each([
    ['@A0 = 3', '1:1 address: columns are letters and rows start at 1, got A0'],
    ['x @a1 = 3', '1:3 address: columns are capital letters, got a1; write A1'],
    ['x @A10000 = 3', '1:3 address: columns are letters from A to ZZ and rows are numbers from 1 to 9999, got A10000'],
    ['x @AAA1 = 3', '1:3 address: columns are letters from A to ZZ and rows are numbers from 1 to 9999, got AAA1'],
    ['@ = 3', '1:1 address: columns are letters from A to ZZ and rows are numbers from 1 to 9999, got nothing'],
    ['x @C3:A1 = 3', '1:3 address: the upper left corner comes first, got C3:A1; write A1:C3'],
    ['x @A1:B2:C3 = 3', '1:3 address: an area has two corners, as in A1:C3, got A1:B2:C3'],
    ['A1 = 3', '1:1 A1: is an address and cannot be the name of a cell; to place a cell there, write @A1'],
    ['true = 1', '1:1 true: is a word of the language and cannot be the name of a cell'],
    ['x = 1\n\nx = 2', '3:1 x: is already the name of the cell on line 1'],
    ['x @A1:B2 = 1\ny @B2 = 2', '2:3 address: B2 lies over A1:B2 of the cell on line 1 (x)'],
    ['@A1 = 1\n@A1 = 2', '2:1 address: A1 lies over A1 of the cell on line 1'],
  ])('%s', (text, message) => {
    expect(complaint(text)).toBe(message);
  });

  test('the first of two that clash has no problem', () => {
    expect(parse('x @A1 = 1\nx @A1 = 2').cells[0]?.problem).toBeUndefined();
  });

  test('a name that can be read stays with a line that cannot', () => {
    expect(parse('gamma @A1 = slider(').cells[0]).toMatchObject({
      key: 'gamma',
      name: 'gamma',
      area: { column: 0, row: 0 },
      formula: undefined,
    });
  });
});

describe('a formula alone', () => {
  test('has its problem on line 1', () => {
    try {
      parseFormula('f(1,');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
      expect(error).toMatchObject({ message: `expected a value after ","${end}`, place: { line: 1, column: 5, length: 1 } });
    }
  });

  test.each([
    ['', 'expected a formula after "="'],
    ['a = 3', 'expected one "=" in a line'],
    [')', 'expected a formula after "="'],
    ['a)', '")" has no opening bracket'],
  ])('%j is refused', (text, message) => {
    expect(() => parseFormula(text)).toThrow(message);
  });

  test('may have a comment and blanks', () => {
    expect(parseFormula('  1 + 2 # three')).toMatchObject({ type: 'binary', span: { from: 2, to: 7 } });
  });
});
