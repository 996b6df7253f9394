import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemOf } from './files';
import { readCsv } from '../../support/read-csv';

const quote = (value: string): string => `"${value.replaceAll('"', '""')}"`;

describe('CSV', () => {
  test('reads back any values written in quotation marks, whatever the line ends', () => {
    const record = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(record), fc.constantFrom('\n', '\r\n'), fc.boolean(), (records, end, last) => {
        const text = records.map((values) => values.map(quote).join(',')).join(end) + (last ? end : '');
        expect(readCsv(text, 'a').map(({ values }) => values)).toEqual(records);
      }),
    );
  });

  test('reads plain values, empty ones too', () => {
    expect(readCsv('\uFEFFa,b,\r\n,1.5, x \n', 'a')).toEqual([
      { row: 1, values: ['a', 'b', ''] },
      { row: 2, values: ['', '1.5', ' x '] },
    ]);
  });

  test('empty lines are passed over and counted', () => {
    expect(readCsv('a\n\n1\n', 'a').map(({ row }) => row)).toEqual([1, 3]);
    expect(readCsv('', 'a')).toEqual([]);
  });

  test('a line break in quotation marks does not end a record', () => {
    expect(readCsv('"a\nb",c\n1,2', 'a')).toEqual([
      { row: 1, values: ['a\nb', 'c'] },
      { row: 2, values: ['1', '2'] },
    ]);
  });

  test('quotation marks out of place are a problem of their row', async () => {
    expect(await problemOf(() => readCsv('a\n"b\nc', 'a.csv'))).toBe('a.csv, row 2: a quotation mark is opened and never closed');
    expect(await problemOf(() => readCsv('a\nb"c"', 'a.csv'))).toBe('a.csv, row 2: a quotation mark may only stand around a whole value');
    expect(await problemOf(() => readCsv('"a"b', 'a.csv'))).toBe('a.csv, row 1: expected a comma after a closing quotation mark, got "b"');
  });
});
