import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readIdx } from '$lib/data/idx';
import { problemOf } from './files';

const idx = (shape: number[], data: number[]): Uint8Array =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]), ...data]);

describe('IDX files', () => {
  test('read back what was written, gzipped or not', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 }), (shape) => {
        const data = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 37) % 256);
        for (const bytes of [idx(shape, data), gzipSync(idx(shape, data))]) {
          const read = readIdx(bytes, 'a');
          expect(read.shape).toEqual(shape);
          expect([...read.data]).toEqual(data);
        }
      }),
    );
  });

  test('a length that is not that of the shape is a problem, one byte off either way', async () => {
    expect(await problemOf(() => readIdx(idx([2, 2], [1, 2, 3]), 'a.idx'))).toBe('a.idx: expected 4 bytes of shape 2 × 2, got 3');
    expect(await problemOf(() => readIdx(idx([2, 2], [1, 2, 3, 4, 5]), 'a.idx'))).toBe('a.idx: expected 4 bytes of shape 2 × 2, got 5');
  });

  test('other files are a problem', async () => {
    expect(await problemOf(() => readIdx(Uint8Array.from([1, 2, 3, 4]), 'a.idx'))).toBe('a.idx: expected an IDX file of unsigned bytes');
    expect(await problemOf(() => readIdx(new Uint8Array(), 'a.idx'))).toContain('expected an IDX file');
    expect(await problemOf(() => readIdx(Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 1]), 'a.idx'))).toContain('the file ends before');
    expect(await problemOf(() => readIdx(Uint8Array.from([0x1f, 0x8b, 8, 0]), 'a.idx'))).toContain('damaged');
  });
});
