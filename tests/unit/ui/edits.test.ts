import { describe, expect, it } from 'vitest';
import type { Cell } from '$lib/sheet/document';
import { parse } from '$lib/sheet/parse';
import { commitDraft, pasteAt, setArgument } from '$lib/ui/state/edits';

const text = 'a @A1 = slider(2, min: 1, max: 10) # keep\nb @B1 = a * 3\n';
const cellOf = (sheet: string, key: string): Cell => {
  const cell = parse(sheet).cells.find((one) => one.key === key);
  if (!cell) throw new Error(`no cell ${key}`);
  return cell;
};

describe('what is typed into a square', () => {
  it('is a new cell there, with or without a name', () => {
    expect(commitDraft(text, undefined, { column: 2, row: 0 }, 'c = b + 1')).toBe(`${text}c @C1 = b + 1\n`);
    expect(commitDraft(text, undefined, { column: 2, row: 0 }, 'b == 6')).toBe(`${text}@C1 = b == 6\n`);
    expect(commitDraft(text, undefined, { column: 2, row: 0 }, '=1+2')).toBe(`${text}@C1 = 1+2\n`);
  });

  it('is another formula of the cell that stands there, and its name where one is given', () => {
    expect(commitDraft(text, cellOf(text, 'b'), { column: 1, row: 0 }, 'a / 2')).toContain('b @B1 = a / 2\n');
    expect(commitDraft(text, cellOf(text, 'a'), { column: 0, row: 0 }, 'rate = 7')).toBe('rate @A1 = 7 # keep\nb @B1 = rate * 3\n');
  });

  it('takes the cell away when it is nothing', () => {
    expect(commitDraft(text, cellOf(text, 'b'), { column: 1, row: 0 }, ' ')).toBe('a @A1 = slider(2, min: 1, max: 10) # keep\n');
    expect(commitDraft(text, undefined, { column: 4, row: 0 }, '')).toBe(text);
  });

  it('is refused when the name is taken', () => {
    expect(() => commitDraft(text, undefined, { column: 2, row: 0 }, 'a = 1')).toThrow('already the name');
  });
});

describe('a parameter set in the inspector', () => {
  const set = (formula: string, name: string, value: string, position?: number): string => {
    const sheet = `x @A1 = ${formula}`;
    return setArgument(sheet, cellOf(sheet, 'x'), name, value, position).slice('x @A1 = '.length);
  };

  it('is written where it stands, or added at the end', () => {
    expect(set('slider(2, min: 1)', 'min', '0.5')).toBe('slider(2, min: 0.5)');
    expect(set('slider(2, min: 1)', 'value', '3', 0)).toBe('slider(3, min: 1)');
    expect(set('slider(2)', 'max', '8')).toBe('slider(2, max: 8)');
    expect(set('digits()', 'train', '8')).toBe('digits(train: 8)');
  });

  it('is taken out with its comma when it is emptied', () => {
    expect(set('slider(2, min: 1, max: 3)', 'min', '')).toBe('slider(2, max: 3)');
    expect(set('slider(2, min: 1, max: 3)', 'max', '')).toBe('slider(2, min: 1)');
    expect(set('digits(train: 8, test: 9)', 'train', '')).toBe('digits(test: 9)');
    expect(set('digits(train: 8)', 'train', '')).toBe('digits()');
  });
});

describe('what is pasted', () => {
  it('is a cell with a free name at an empty square', () => {
    expect(pasteAt(text, { column: 0, row: 4 }, 'b @B1 = a * 3\n')).toBe(`${text}b_2 @A5 = a * 3\n`);
  });

  it('is a cell also where its formula cannot be read', () => {
    expect(pasteAt(text, { column: 0, row: 4 }, 'b @B1 = (a\n')).toBe(`${text}b_2 @A5 = (a\n`);
    expect(pasteAt(text, { column: 0, row: 0 }, '@B1 = (a\n')).toContain('a @A1 = (a # keep');
    expect(pasteAt(text, { column: 0, row: 4 }, 'b (a')).toBe(`${text}@A5 = b (a\n`);
  });

  it('is only the formula over a cell', () => {
    expect(pasteAt(text, { column: 0, row: 0 }, 'z @D9 = 5\n')).toContain('a @A1 = 5 # keep');
  });

  it('is a formula when it is not cells', () => {
    expect(pasteAt(text, { column: 0, row: 4 }, '1 + 1')).toBe(`${text}@A5 = 1 + 1\n`);
    expect(pasteAt(text, { column: 0, row: 4 }, 'min(1,\n 2)')).toBe(`${text}@A5 = min(1, 2)\n`);
  });

  it('is a cell an entry when it is a table of another program', () => {
    expect(pasteAt(text, { column: 0, row: 4 }, '\t2\r\nred\t-1.5\r\n')).toBe(`${text}@B5 = 2\n@A6 = "red"\n@B6 = -1.5\n`);
    expect(pasteAt(text, { column: 1, row: 0 }, '4\n5\n')).toBe(`${text.replace('a * 3', '4')}@B2 = 5\n`);
  });

  it('is a sheet, errors and all, and into an empty one with its title', () => {
    const sheet = '# Title\nb @B2 = a + 1\nc @B3 = (b\n';
    expect(pasteAt(text, { column: 0, row: 4 }, sheet)).toBe(`${text}b_2 @A5 = a + 1\nc @A6 = (b_2\n`);
    expect(pasteAt('\n', { column: 0, row: 4 }, sheet)).toBe(sheet);
  });
});

describe('a parameter taken away', () => {
  const set = (sheet: string, name: string, value: string, position?: number): string =>
    setArgument(sheet, cellOf(sheet, 'a'), name, value, position);

  it('leaves its default, also where it was the last without a name', () => {
    expect(set('a = slider(2, min: 1, max: 3)\n', 'min', '')).toBe('a = slider(2, max: 3)\n');
    expect(set('a = range(1, 2, 5)\n', 'count', '', 2)).toBe('a = range(1, 2)\n');
    expect(set('a = range(1, 2, count: 3)\n', 'to', '', 1)).toBe('a = range(1, count: 3)\n');
  });

  it('cannot leave a hole', () => {
    expect(set('a = range(1, 2, 5)\n', 'to', '', 1)).toBe('a = range(1, 2, 5)\n');
  });
});
