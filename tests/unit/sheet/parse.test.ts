import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { linesOf } from '$lib/sheet/lines';
import { LONGEST, MOST_CELLS, parse, parseFormula } from '$lib/sheet/parse';
import { everyPart } from '$lib/sheet/references';
import { fragments, sheet as sheets } from './arbitrary';
import { example } from './example';

describe('the example of the language', () => {
  const sheet = parse(example);

  test('has no problem', () => {
    expect(sheet.cells.map((cell) => cell.problem)).toEqual(sheet.cells.map(() => undefined));
    expect(sheet.cells.map((cell) => cell.key)).toEqual('gamma delta source target pre link post err nets figure verdict'.split(' '));
  });

  test('has title and description', () => {
    expect(sheet.title).toBe('When does pre-training help? Ten digits, twelve examples');
    expect(sheet.description).toMatch(/^Source: 0–4 .* turn\.$/);
  });

  test('has its cells where they are', () => {
    const figure = sheet.cells.find((cell) => cell.key === 'figure');
    expect(figure?.area).toEqual({ column: 4, row: 0, lastColumn: 6, lastRow: 3 });
    expect(figure?.line).toBe(12);
    expect(example.slice(figure?.formulaSpan.from, figure?.formulaSpan.to)).toBe('plot(err.test, nets.test, x: delta)');
    expect(example.slice(figure?.nameSpan?.from, figure?.nameSpan?.to)).toBe('figure');
    expect(example.slice(figure?.addressSpan?.from, figure?.addressSpan?.to)).toBe('@E1:G4');
  });

  test('has the check as a tree', () => {
    expect(sheet.cells.at(-1)?.formula).toMatchObject({
      type: 'call',
      name: 'check',
      positional: [
        {
          type: 'binary',
          operator: '<',
          left: { type: 'call', name: 'min', positional: [{ type: 'field', name: 'test', of: { type: 'reference', name: 'err' } }] },
          right: {
            type: 'binary',
            operator: '*',
            left: { type: 'number', value: 0.9 },
            right: { type: 'select', of: { type: 'field', name: 'test' }, selectors: [{ name: 'delta', value: { value: 0.01 } }] },
          },
        },
      ],
    });
  });
});

describe('lines', () => {
  test.each(['\n', '\r\n', '\r'])('may end in %j', (end) => {
    const { cells, title } = parse(['# T', 'a @A1 = 1', '', 'b = a', ''].join(end));
    expect(title).toBe('T');
    expect(cells.map(({ key, line, problem }) => ({ key, line, problem }))).toEqual([
      { key: 'a', line: 2, problem: undefined },
      { key: 'b', line: 4, problem: undefined },
    ]);
  });

  test('a broken line affects no other', () => {
    const others = 'a @A1 = 1\nb @A2 = a + 1\n';
    fc.assert(
      fc.property(fragments, (broken) => {
        const line = broken
          .replace(/[\n\r]/g, ' ')
          .replaceAll('@', '%')
          .replace(/^\s*(a|b)\b/, 'c');
        const cells = parse(`a @A1 = 1\n${line}\nb @A2 = a + 1\n`).cells;
        const alone = parse(others).cells;
        expect(cells[0]).toEqual(alone[0]);
        expect(cells.at(-1)).toMatchObject({ key: 'b', problem: undefined, formula: { type: 'binary' } });
      }),
    );
  });

  test('title and description end at the first empty line or cell', () => {
    expect(parse('# T\n#  D \n#E\n\n# not').description).toBe('D\nE');
    expect(parse('a = 1\n# not')).toMatchObject({ title: '', description: '' });
    expect(parse('\ufeff# T').title).toBe('T');
    expect(parse('#')).toMatchObject({ title: '', description: '', cells: [] });
  });

  test('a # in a string is no comment, one after a formula is', () => {
    const text = 'a = "x # y" # z "';
    const [cell] = parse(text).cells;
    expect(cell).toMatchObject({ formula: { type: 'string', value: 'x # y' }, problem: undefined });
    expect(text.slice(cell?.formulaSpan.from, cell?.formulaSpan.to)).toBe('"x # y"');
  });

  test('notes have no name, may repeat, and are texts', () => {
    const { cells } = parse('note @A1 = "one"\nnote = "two"\nnote = "three"\nnote @A2 = 3');
    expect(cells.map((cell) => cell.key)).toEqual(['A1', 'note', 'note#2', 'A2']);
    expect(cells.map((cell) => cell.note)).toEqual([true, true, true, true]);
    expect(cells.map((cell) => cell.name)).toEqual([undefined, undefined, undefined, undefined]);
    expect(cells.slice(0, 3).every((cell) => cell.problem === undefined)).toBe(true);
    expect(cells[3]?.problem?.message).toMatch(/^note: must be a text/);
  });
});

describe('keys', () => {
  test('are the name, else the first address, and unique', () => {
    expect(parse('a @A1 = 1\n@B1:C2 = 1\na = 2\nwhat is this\n@B2 = 1\n@B1 = 1').cells.map((cell) => cell.key)).toEqual([
      'a',
      'B1',
      'a#2',
      '?4',
      'B2',
      'B1#2',
    ]);
  });

  test('are unique in any sheet', () => {
    fc.assert(
      fc.property(fc.oneof(fragments, sheets), (text) => {
        const keys = parse(text).cells.map((cell) => cell.key);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });
});

describe('any text', () => {
  test('is read without throwing; every cell has a formula or a problem, with a place in its line', () => {
    fc.assert(
      fc.property(fc.oneof(fragments, sheets, fc.string({ unit: 'binary', maxLength: 60 })), (text) => {
        const lines = linesOf(text);
        for (const cell of parse(text).cells) {
          const line = lines[cell.line - 1];
          expect(cell.span).toEqual({ from: line?.from, to: line?.to });
          expect(cell.formula ?? cell.problem).toBeDefined();
          expect(cell.formulaSpan.from).toBeGreaterThanOrEqual(cell.span.from);
          expect(cell.formulaSpan.to).toBeLessThanOrEqual(cell.span.to);
          const { from, to } = cell.formulaSpan;
          const astray = (cell.formula ? [...everyPart(cell.formula)] : []).filter(({ span }) => span.from < from || span.to > to);
          expect(astray).toEqual([]);
          if (!cell.problem) continue;
          expect(cell.problem).toBeInstanceOf(Problem);
          expect(cell.problem.place?.line).toBe(cell.line);
          expect(cell.problem.place?.column).toBeGreaterThanOrEqual(1);
          expect(cell.problem.place?.column).toBeLessThanOrEqual(cell.span.to - cell.span.from + 1);
          expect(cell.problem.place?.length).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('that is too long is refused as a whole', () => {
    expect(parse(' '.repeat(LONGEST)).problem).toBeUndefined();
    const sheet = parse(' '.repeat(LONGEST + 1));
    expect(sheet.problem?.message).toBe('sheet: must be at most 1048576 characters long, got 1048577');
    expect(sheet.cells).toEqual([]);
  });

  test('with too many cells is read up to there', () => {
    const sheet = parse('@A1=1\n'.repeat(MOST_CELLS + 5));
    expect(sheet.cells).toHaveLength(MOST_CELLS + 1);
    expect(sheet.cells.at(-1)?.problem?.message).toMatch(/^sheet: must have at most 10000 cells/);
  });

  test.each(['(', '1^', '-', '1+', 'a[', 'f(', 'a.', '[', 'a[x: 1]'])('nested too deep by %s is an error, not an overflow', (piece) => {
    const [deep, fine] = parse(`x = ${piece.repeat(100_000)}1\ny = 1`).cells;
    expect(deep?.problem?.message).toMatch(/^formula: must be at most 200 operators and brackets deep/);
    expect(fine?.problem).toBeUndefined();
  });

  test('nested 200 deep is read, 201 deep is not', () => {
    const nested = (depth: number): string => '('.repeat(depth) + '1' + ')'.repeat(depth);
    expect(parseFormula(nested(200))).toMatchObject({ type: 'number', value: 1 });
    expect(() => parseFormula(nested(201))).toThrow(/at most 200/);
    expect(parseFormula('1' + '+1'.repeat(200))).toMatchObject({ type: 'binary' });
    expect(() => parseFormula('1' + '+1'.repeat(201))).toThrow(/at most 200/);
  });

  test('a long list is no deep one', () => {
    const items = Array.from({ length: 5000 }, (_, index) => `-${index} + 1`);
    expect(parseFormula(`[${items.join(', ')}]`)).toMatchObject({ type: 'list' });
  });
});
