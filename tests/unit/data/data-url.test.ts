import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dataUrlName, isDataUrl, LARGEST_INSIDE, readDataUrl, writeDataUrl } from '$lib/data/data-url';
import { evaluate } from '../../support/evaluate';

const text = (url: string): string => new TextDecoder().decode(readDataUrl(url));

describe('data URLs', () => {
  test('any text and any name come back as they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', minLength: 1 }), (content, name) => {
        const url = writeDataUrl(name, content);
        expect(url).not.toMatch(/["\\\r\n]/);
        expect(text(url)).toBe(content.replace(/^\uFEFF/, ''));
        expect(dataUrlName(url)).toBe(name);
        expect(isDataUrl(url)).toBe(true);
      }),
    );
  });

  test('base64 is read too', () => {
    expect(text('data:text/csv;base64,eCx5CjEsMgo=')).toBe('x,y\n1,2\n');
    expect(dataUrlName('data:text/csv;base64,eCx5')).toBe('table');
  });

  test.each([
    ['no comma', 'data:text/csv', /comma/],
    ['a broken escape', 'data:,%zz', /cannot be decoded/],
    ['broken base64', 'data:;base64,!', /cannot be decoded/],
    ['too much', `data:,${'x'.repeat(LARGEST_INSIDE + 1)}`, /at most 1 MiB/],
    ['far too much', `data:,${'%41'.repeat(LARGEST_INSIDE + 1)}`, /at most 1 MiB/],
  ])('%s is a problem', (_, url, message) => {
    expect(() => readDataUrl(url)).toThrow(message);
  });

  test('a table that stands in the sheet is read, and named in messages', async () => {
    const good = await evaluate(`t = table("${writeDataUrl('points.csv', 'a,y\n1,2\n3,4\n')}", label: "y", test: 1)`);
    expect(good('t')).toMatchObject({ status: 'ok', fields: { train: 1, test: 1, dimension: 1 } });
    const bad = await evaluate(`t = table("${writeDataUrl('points.csv', 'a,y\n1,wrong\n')}", label: "y")`);
    expect(bad('t').problem?.message).toMatch(/^points\.csv, row 2, column "y"/);
  });
});
