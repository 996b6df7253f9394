import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addCell, deleteColumns, deleteRows, insertColumns, insertRows, pasteCells, readTracks, resizeTracks } from '$lib/sheet/edit';
import { parse } from '$lib/sheet/parse';
import { sheet } from './arbitrary';

const read = (text: string) => {
  const { columns, rows } = readTracks(text);
  return { columns: Object.fromEntries(columns), rows: Object.fromEntries(rows) };
};

describe('sizes of columns and rows', () => {
  test('are comments, so that whoever does not know of them reads the same sheet', () => {
    const text = 'a @A1 = 1\n# columns: A 320, C 200\n# rows: 3 120\n';
    expect(read(text)).toEqual({ columns: { 0: 320, 2: 200 }, rows: { 2: 120 } });
    expect(parse(text).cells.map(({ key }) => key)).toEqual(['a']);
  });

  test.each([
    '# columns: of the table',
    '# columns: A',
    '# columns: A 320, b',
    '# columns: A 32000',
    '# rows: A 3',
    '# columns A 3',
    'columns: A 3',
  ])('%s is a comment like others', (line) => {
    expect(read(`${line}\n`)).toEqual({ columns: {}, rows: {} });
  });

  test('are no part of title and description', () => {
    expect(parse('# columns: A 320\n# Title\n# rows: 1 40\n# More\na = 1')).toMatchObject({ title: 'Title', description: 'More' });
  });

  test('are written, changed in their place, and taken away', () => {
    const once = resizeTracks('a @A1 = 1', 'columns', [2, 0], 200.4);
    expect(once).toBe('a @A1 = 1\n# columns: A 200, C 200');
    expect(resizeTracks(once, 'columns', [0], 40)).toBe('a @A1 = 1\n# columns: A 40, C 200');
    expect(resizeTracks(resizeTracks('a = 1\r\n', 'rows', [1], 99), 'rows', [1], undefined)).toBe('a = 1\r\n');
    expect(read(resizeTracks('', 'rows', [0], 1e9)).rows).toEqual({ 0: 2000 });
    expect(resizeTracks('a = 1', 'rows', [-1, 9999], 99)).toBe('a = 1');
  });

  test('stay last when cells are added', () => {
    const text = 'a @A1 = 1\n# columns: A 320\n';
    const added = addCell(text, { name: 'b', formula: '2' });
    expect(added).toBe('a @A1 = 1\nb = 2\n# columns: A 320\n');
    expect(pasteCells(added, 'c @A1 = 3', { column: 1, row: 0 })).toBe('a @A1 = 1\nb = 2\nc @B1 = 3\n# columns: A 320\n');
    expect(addCell('# rows: 1 40', { name: 'b', formula: '2' })).toBe('b = 2\n# rows: 1 40');
  });

  test('follow their columns and rows', () => {
    const text = '# columns: A 320, C 200\n# rows: 3 120\n';
    expect(read(insertColumns(text, 1, 2))).toEqual({ columns: { 0: 320, 4: 200 }, rows: { 2: 120 } });
    expect(read(deleteColumns(text, 0))).toEqual({ columns: { 1: 200 }, rows: { 2: 120 } });
    expect(read(deleteRows(insertRows(text, 0), 3))).toEqual({ columns: { 0: 320, 2: 200 }, rows: {} });
  });

  test('whatever the sheet: what is written is read, no cell changes, and taking it away gives the text back', () => {
    const sizes = fc.dictionary(fc.nat(30).map(String), fc.integer({ min: 24, max: 2000 }), { minKeys: 1, maxKeys: 4 });
    fc.assert(
      fc.property(sheet, sizes, fc.constantFrom('columns' as const, 'rows' as const), (text, wanted, along) => {
        let sized = text;
        for (const [track, size] of Object.entries(wanted)) sized = resizeTracks(sized, along, [Number(track)], size);
        expect(read(sized)[along]).toEqual(wanted);
        const cells = (all: string) =>
          parse(all).cells.map(({ key, problem, span }) => [key, problem?.message, all.slice(span.from, span.to)]);
        expect(cells(sized)).toEqual(cells(text));
        expect(parse(sized)).toMatchObject({ title: parse(text).title, description: parse(text).description });
        const back = resizeTracks(sized, along, Object.keys(wanted).map(Number), undefined);
        expect(back.replace(/\r?\n$/, '')).toBe(text.replace(/\r?\n$/, ''));
      }),
    );
  });
});
