import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { addCell, deleteCell, moveCell, renameCell, setFormula } from '$lib/sheet/edit';
import { linesOf } from '$lib/sheet/lines';
import { parse } from '$lib/sheet/parse';
import { printFormula } from '$lib/sheet/print';
import { cellWords } from '$lib/sheet/words';
import { axisMentions, mentions } from '$lib/sheet/references';
import { formula, name, sheet } from './arbitrary';
import { example } from './example';

const place = (column: number, row: number): { column: number; row: number; lastColumn: number; lastRow: number } => ({
  column,
  row,
  lastColumn: column,
  lastRow: row,
});

/** Lines with their ends. */
const whole = (text: string): string[] => linesOf(text).map((line) => text.slice(line.from, line.next));

/** The lines, from 0, in which two texts with the same number of lines differ. */
function changed(before: string, after: string): number[] {
  const [old, young] = [whole(before), whole(after)];
  expect(young).toHaveLength(old.length);
  return old.flatMap((line, index) => (line === young[index] ? [] : [index]));
}

/** A sheet and one of its cells. */
const sheetAndKey = fc
  .tuple(sheet, fc.nat())
  .map(([text, index]) => ({ text, cells: parse(text).cells, index }))
  .filter(({ cells }) => cells.length > 0)
  .map(({ text, cells, index }) => ({ text, cell: cells[index % cells.length]! }));

describe('setting a formula', () => {
  test('changes its line only, and it is then the formula', () => {
    fc.assert(
      fc.property(sheetAndKey, formula, ({ text, cell }, tree) => {
        fc.pre(cell.nameSpan !== undefined || cell.addressSpan !== undefined);
        const typed = printFormula(tree);
        const after = setFormula(text, cell.key, typed);
        expect(changed(text, after).every((line) => line === cell.line - 1)).toBe(true);
        const now = parse(after).cells.find((candidate) => candidate.line === cell.line);
        expect(now?.key).toBe(cell.key);
        expect(after.slice(now?.formulaSpan.from, now?.formulaSpan.to)).toBe(typed);
        expect(now?.formula).toBeDefined();
      }),
    );
  });

  test.each([
    ['x  @A1=1+1# why', 'x  @A1=2# why'],
    ['x =', 'x = 2'],
    ['x = # why', 'x = 2 # why'],
    ['x =# why', 'x = 2 # why'],
    ['x @A1', 'x @A1 = 2'],
    ['x @A1 1', 'x @A1 = 2'],
    ['x = f(', 'x = 2'],
    ['x = 1\r\n', 'x = 2\r\n'],
  ])('%j becomes %j', (before, after) => {
    expect(setFormula(before, 'x', '2')).toBe(after);
  });

  test('a line that says nothing is replaced', () => {
    expect(setFormula('a = 1\n  hello world = 2 # c\n', '?2', 'b = 3')).toBe('a = 1\n  b = 3 # c\n');
  });

  test('what is typed stays on its line', () => {
    expect(setFormula('x = 1\ny = 2', 'x', ' 1 +\r\n2\n')).toBe('x = 1 + 2\ny = 2');
  });

  test('of a cell that is not there is a Problem', () => {
    expect(() => setFormula('x = 1', 'y', '2')).toThrow(new Problem('y: there is no such cell'));
  });
});

describe('adding and deleting', () => {
  test('a cell that is added is the last line; all before stays', () => {
    fc.assert(
      fc.property(sheet, name, formula, (text, word, tree) => {
        fc.pre(!parse(text).cells.some((cell) => cell.name === word));
        const after = addCell(text, { name: word, area: place(20, 5), formula: printFormula(tree) });
        expect(after.startsWith(text)).toBe(true);
        expect(parse(after).cells.at(-1)).toMatchObject({ key: word, area: place(20, 5), problem: undefined });
        expect(after.includes('\r\n') && /[^\r]\n/.test(after)).toBe(false);
      }),
    );
  });

  test('adding needs a free place and a free name', () => {
    expect(addCell('', { area: place(0, 0), formula: '1' })).toBe('@A1 = 1\n');
    expect(addCell('', { name: 'note', area: place(0, 0), formula: '"x"' })).toBe('note @A1 = "x"\n');
    expect(() => addCell('x @A1:B2 = 1', { area: place(1, 1), formula: '1' })).toThrow(
      /^address: B2 lies over A1:B2 of the cell x on line 1/,
    );
    expect(() => addCell('x = 1', { name: 'x', formula: '1' })).toThrow(/already the name/);
    expect(() => addCell('', { name: 'A1', formula: '1' })).toThrow(/is an address/);
    expect(() => addCell('', { name: 'a b', formula: '1' })).toThrow(/letters, digits and underscores/);
    expect(() => addCell('', { formula: '1' })).toThrow(/a name or an address/);
    expect(() => addCell('', { area: place(702, 0), formula: '1' })).toThrow(/within the grid/);
  });

  test('deleting takes away one line; all others stay', () => {
    fc.assert(
      fc.property(sheetAndKey, ({ text, cell }) => {
        const lines = whole(text);
        lines.splice(cell.line - 1, 1);
        expect(deleteCell(text, cell.key)).toBe(lines.join(''));
      }),
    );
  });
});

describe('renaming', () => {
  test('lets references and axes follow', () => {
    const after = renameCell(example, 'delta', 'stiffness');
    expect(after).toBe(
      example
        .replace('delta  @A2', 'stiffness  @A2')
        .replace('delta: delta', 'delta: stiffness')
        .replace('x: delta', 'x: stiffness')
        .replace('[delta: 0.01]', '[stiffness: 0.01]'),
    );
    expect(changed(example, renameCell(example, 'gamma', 'g'))).toEqual([2, 6]);
  });

  test('and back is as before', () => {
    fc.assert(
      fc.property(sheetAndKey, ({ text, cell }) => {
        fc.pre(cell.name !== undefined && cell.problem === undefined);
        expect(renameCell(renameCell(text, cell.key, 'fresh_name'), 'fresh_name', cell.name)).toBe(text);
      }),
    );
  });

  test('leaves fields, parameters, calls, strings and comments of that name', () => {
    expect(renameCell('a = 1\nb = a(a: a.a, x: "a")[a: a] # a', 'a', 'z')).toBe('z = 1\nb = a(a: z.a, x: "a")[z: z] # a');
  });

  test('follows in lines that cannot be read', () => {
    expect(renameCell('a = 1\nb = f(a, x[a: ', 'a', 'z')).toBe('z = 1\nb = f(z, x[z: ');
  });

  test('a first name leaves references by address, but the axis has it', () => {
    expect(renameCell('@A2 = range(0, 1)\nb = A2 + c[A2: 1]', 'A2', 'delta')).toBe('delta @A2 = range(0, 1)\nb = A2 + c[delta: 1]');
  });

  test('a name taken away leaves the address', () => {
    expect(renameCell('delta  @A2 = range(0, 1)\nb = delta + c[delta: 1]', 'delta', undefined)).toBe(
      '@A2 = range(0, 1)\nb = A2 + c[A2: 1]',
    );
    expect(() => renameCell('delta = 1', 'delta', undefined)).toThrow(/a name or an address/);
  });

  test('a second cell of a name goes without the references, which mean the first', () => {
    expect(renameCell('a = 1\na = 2\nb = a', 'a#2', 'c')).toBe('a = 1\nc = 2\nb = a');
  });

  test.each([
    ['a', 'b', /already the name of the cell on line 2/],
    ['a', 'A1', /is an address/],
    ['a', 'true', /word of the language/],
    ['a', '', /got nothing/],
    ['note', 'c', /a note has none/],
    ['?4', 'c', /cannot be read/],
  ])('of %s to %j is refused', (key, to, message) => {
    expect(() => renameCell('a = 1\nb = 2\nnote = "n"\nwhat is this', key, to)).toThrow(message);
  });

  test('a name may be kept', () => {
    expect(renameCell('a = a', 'a', 'a')).toBe('a = a');
  });
});

describe('moving', () => {
  test('lets references by address follow, and keeps the rest of the line', () => {
    expect(moveCell('x   @A1:B2  =  1 # c\n@C1 = A1 + B2 + v[A1: 2]', 'x', place(4, 4))).toBe(
      'x   @E5  =  1 # c\n@C1 = E5 + B2 + v[E5: 2]',
    );
  });

  test('makes larger and smaller, also over its own place', () => {
    expect(moveCell('@A1 = 1\nb = A1', 'A1', { ...place(0, 0), lastColumn: 2, lastRow: 2 })).toBe('@A1:C3 = 1\nb = A1');
    expect(moveCell('@A1:B2 = 1\nb = A1', 'A1', { column: 1, row: 1, lastColumn: 2, lastRow: 2 })).toBe('@B2:C3 = 1\nb = B2');
  });

  test('places a cell that had only a name', () => {
    expect(moveCell('x = 1', 'x', place(0, 0))).toBe('x @A1 = 1');
  });

  test('over another cell or off the grid is refused', () => {
    expect(() => moveCell('a @A1 = 1\nb @B1 = 1', 'a', place(1, 0))).toThrow(/^address: B1 lies over B1 of the cell b on line 2/);
    expect(() => moveCell('a @A1 = 1', 'a', place(0, 9999))).toThrow(/within the grid/);
  });

  test('there and back is as before', () => {
    fc.assert(
      fc.property(sheetAndKey, ({ text, cell }) => {
        fc.pre(cell.area !== undefined && cell.problem === undefined);
        const there = moveCell(text, cell.key, place(100, 100));
        const key = parse(there).cells.find((candidate) => candidate.line === cell.line)?.key ?? '';
        expect(moveCell(there, key, cell.area)).toBe(text);
      }),
    );
  });
});

describe('words that mean cells', () => {
  test('told by their neighbours are those of the formula', () => {
    fc.assert(
      fc.property(formula, (tree) => {
        const line = `x = ${printFormula(tree)}`;
        const [cell] = parse(line).cells;
        const byTree = [
          ...mentions(cell!.formula!).map((mention) => ({ ...mention, role: 'reference' })),
          ...axisMentions(cell!.formula!).map((mention) => ({ ...mention, role: 'axis' })),
        ].sort((a, b) => a.span.from - b.span.from);
        expect(cellWords(line)).toEqual(byTree);
      }),
      { numRuns: 500 },
    );
  });
});
