import { describe, expect, test } from 'vitest';
import { parse, parseFormula } from '$lib/sheet/parse';
import { axisMentions, cellsByReference, mentions, precedents } from '$lib/sheet/references';
import { example } from './example';

const names = (text: string): string[] => mentions(parseFormula(text)).map((mention) => mention.name);

describe('what a formula refers to', () => {
  test.each([
    ['a + A1 * -b', ['a', 'A1', 'b']],
    ['f(a, x: b, y: [c, d.e])', ['a', 'b', 'c', 'd']],
    ['v.w[axis: x]', ['v', 'x']],
    ['a + a', ['a', 'a']],
    ['f(x: 1) + "a" + true', []],
  ])('%s', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test('is found with its place', () => {
    expect(mentions(parseFormula('1 + abc'))).toEqual([{ name: 'abc', span: { from: 4, to: 7 } }]);
    expect(
      axisMentions(parseFormula('v[delta: 1, rho: w[x: 2]]'))
        .map((mention) => mention.name)
        .sort(),
    ).toEqual(['delta', 'rho', 'x']);
  });
});

describe('cells', () => {
  test('are found by name and by first address, the first of two', () => {
    const sheet = parse('a @B2:C3 = 1\na = 2\nnote @D1 = "n"\n@E1 = 3');
    const cells = cellsByReference(sheet);
    expect([...cells.keys()]).toEqual(['a', 'B2', 'E1']);
    expect(cells.get('a')).toBe(sheet.cells[0]);
    expect(cells.get('B2')).toBe(sheet.cells[0]);
  });

  test('have their precedents', () => {
    const sheet = parse(example);
    const cells = cellsByReference(sheet);
    const of = (key: string): string[] =>
      precedents(
        sheet.cells.find((cell) => cell.key === key)!,
        cells,
      );
    expect(of('figure')).toEqual(['err', 'nets', 'delta']);
    expect(of('verdict')).toEqual(['err']);
    expect(of('gamma')).toEqual([]);
    expect(precedents(parse('x = unknown + x + (').cells[0]!, cells)).toEqual([]);
  });
});
