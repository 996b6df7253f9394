import { gzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { bytesFile } from '$lib/data/byte-file';
import { wholeArray } from '$lib/data/formats/array-file';
import { openIdx } from '$lib/data/formats/idx-file';
import { openNpy } from '$lib/data/formats/npy-file';
import { openNpz } from '$lib/data/formats/npz-file';
import { numbersOf, type NumberArray } from '$lib/data/formats/number-array';
import { bytesSlices, fileSlices, readPart } from '$lib/data/formats/slices';
import { openSlices, unpack } from '$lib/data/formats/unpack';
import { npyBytes } from '$lib/data/npy';
import { table } from '$lib/data/table';
import { never, problemOf } from './files';

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(`tests/fixtures/arrays/${name}`));
const readNpy = async (bytes: Uint8Array, name: string): Promise<NumberArray> =>
  wholeArray(await openNpy(bytesSlices(bytes, name), never), never);
const readIdxArray = async (bytes: Uint8Array, name: string): Promise<NumberArray> =>
  wholeArray(await openIdx(bytesSlices(bytes, name), never), never);
const plainBytes = async (bytes: Uint8Array, name: string): Promise<Uint8Array> => {
  const slices = await openSlices(bytesFile(bytes), name, never);
  return readPart(slices, 0, slices.size, never);
};
const openArchive = (bytes: Uint8Array, name: string) => openNpz(bytesSlices(bytes, name), never);
const unpacked = async (bytes: Uint8Array, limit: number): Promise<number> => {
  let total = 0;
  for await (const piece of unpack(fileSlices(bytesFile(bytes), '').stream(0, bytes.length, never), 'gzip', 'bomb.gz', limit))
    total += piece.length;
  return total;
};
const bytesOf = (...numbers: readonly number[]): Uint8Array => Uint8Array.from(numbers);

/** Entry [i, j, k] of shape (2, 3, 4), as `write.py` has it. */
const entries = (rule: (whole: number) => number): number[] =>
  Array.from({ length: 24 }, (_, index) => rule(40 * Math.floor(index / 12) + 10 * (Math.floor(index / 4) % 3) + (index % 4)));
const fraction = (whole: number): number => (whole - 30) / 8 + 0.1;
/** The nearest number of 11 bits: fractions of this size have steps of at least 2⁻¹⁴. */
const half = (value: number): number => {
  const step = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
  return Math.round(value / step) * step;
};
const expected: Readonly<Record<string, (whole: number) => number>> = {
  b: (whole) => Number(whole % 3 === 0),
  u: (whole) => whole,
  i: (whole) => whole - 30,
  f2: (whole) => half(fraction(whole)),
  f4: (whole) => Math.fround(fraction(whole)),
  f8: fraction,
};

describe('arrays written by NumPy', () => {
  test.each(['all.npz', 'packed.npz'])('of every type, byte order and memory order read back to the last bit from %s', async (file) => {
    const archive = await openArchive(fixture(file), file);
    expect(archive.names).toHaveLength(42);
    for (const name of archive.names) {
      const array = await wholeArray(await archive.open(name), never);
      const rule = expected[name.slice(0, 2)] ?? expected[name[0]!]!;
      expect(array.shape).toEqual([2, 3, 4]);
      expect([...numbersOf(array)], name).toEqual(entries(rule));
    }
  });

  test.each(['f4.npy', 'f4.npy.gz', 'f8bef.npy', 'version2.npy'])('%s, plain or gzip, reads back to the last bit', async (file) => {
    for (const bytes of [fixture(file), gzipSync(fixture(file))]) {
      const once = await plainBytes(bytes, file);
      const array = await readNpy(await plainBytes(once, file), file);
      expect([...numbersOf(array)]).toEqual(entries(expected[file.startsWith('f4') ? 'f4' : 'f8']!));
    }
  });

  test('of extreme numbers and shapes read back to the last bit', async () => {
    expect([...numbersOf(await readNpy(fixture('extremes.npy'), 'a'))]).toEqual([5e-324, Number.MAX_VALUE, -0, 0.1, 2 ** 53, 1 / 3]);
    expect([...numbersOf(await readNpy(fixture('half-extremes.npy'), 'a'))]).toEqual([2 ** -24, 65504, -0, 1023 * 2 ** -24, Infinity, NaN]);
    expect(await readNpy(fixture('scalar.npy'), 'a')).toMatchObject({ shape: [] });
    expect([...numbersOf(await readNpy(fixture('scalar.npy'), 'a'))]).toEqual([2.5]);
    expect([...numbersOf(await readNpy(fixture('empty.npy'), 'a'))]).toEqual([]);
    // 2⁵³ + 1 is no number of double precision, 2⁶⁰ is one.
    expect([...numbersOf(await readNpy(fixture('large-integers.npy'), 'a'))]).toEqual([NaN, 2 ** 60]);
  });

  test('our own files read back', async () => {
    const data = Float64Array.from([1.5, -2, 1e-300, 4, 5, 6]);
    expect([...numbersOf(await readNpy(npyBytes({ shape: [3, 2], data }), 'a'))]).toEqual([...data]);
  });

  test.each([
    ['objects.npy', 'objects.npy: expected an array of numbers, got Python objects (a pickle), which are never read (type |O)'],
    ['complex.npy', 'complex.npy: expected an array of numbers, got complex numbers (type <c16)'],
    ['texts.npy', 'texts.npy: expected an array of numbers, got texts (type <U3)'],
    ['records.npy', 'records.npy: expected an array of numbers, got one of records; save its columns as arrays of their own'],
    ['dates.npy', 'dates.npy: expected an array of numbers, got dates (type <M8[D])'],
  ])('%s is refused', async (file, message) => {
    expect(await problemOf(() => readNpy(fixture(file), file))).toBe(message);
  });
});

describe('IDX arrays', () => {
  test.each([
    [8, [2, 200], [2, 200]],
    [9, [2, 200], [2, -56]],
    [11, [0xff, 0xfe, 0x01, 0x00], [-2, 256]],
    [12, [0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0], [-3, 65536]],
    [13, [0x3f, 0xc0, 0, 0, 0xc0, 0x20, 0, 0], [1.5, -2.5]],
    [14, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xbf, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a], [1.5, -0.1]],
  ])('of type %i read back to the last bit, plain and gzip', async (type, data, numbers) => {
    const bytes = bytesOf(0, 0, type, 2, 0, 0, 0, 1, 0, 0, 0, 2, ...data);
    for (const file of [bytes, gzipSync(bytes)]) {
      const array = await readIdxArray(await plainBytes(file, 'a'), 'a');
      expect([array.shape, [...numbersOf(array)]]).toEqual([[1, 2], numbers]);
    }
  });
});

describe('damaged arrays', () => {
  const npy = fixture('f4.npy');
  const withHeader = (header: string): Uint8Array =>
    Uint8Array.from([...npy.subarray(0, 8), header.length, 0, ...new TextEncoder().encode(header), ...new Uint8Array(8)]);

  test.each([
    ['no magic', bytesOf(1, 2, 3), 'a: expected a .npy file'],
    [
      'another version',
      Uint8Array.from(npy, (byte, index) => (index === 6 ? 9 : byte)),
      'a: expected version 1, 2 or 3 of the .npy format, got 9',
    ],
    ['a header cut', npy.subarray(0, 60), 'a: ends at byte 60, inside its header'],
    ['data cut', npy.subarray(0, npy.length - 1), 'a: expected 96 bytes of float32 numbers, shape 2 × 3 × 4, after the header, got 95'],
    ['bytes too many', Uint8Array.from([...npy, 0]), 'a: expected 96 bytes of float32 numbers, shape 2 × 3 × 4, after the header, got 97'],
    ['no dictionary', withHeader('hello'), 'a: expected a .npy header with descr, fortran_order and shape, got "hello"'],
    [
      'an impossible shape',
      withHeader("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }"),
      'a: has an impossible shape',
    ],
    [
      'a shape beyond the file',
      withHeader("{'descr': '<f8', 'fortran_order': False, 'shape': (900719925474099, 1000), }"),
      'a: expected 7',
    ],
  ])('%s: a problem that says so', async (_, bytes, message) => {
    expect(await problemOf(() => readNpy(bytes, 'a'))).toContain(message);
  });

  test.each([
    ['no magic', bytesOf(1, 0, 8, 1, 0, 0, 0, 0), 'a: expected an IDX file'],
    ['an unknown type', bytesOf(0, 0, 10, 1, 0, 0, 0, 0), 'a: expected an IDX file'],
    ['dimensions cut', bytesOf(0, 0, 8, 3, 0, 0), 'a: ends at byte 6, before its 3 dimensions'],
    ['data cut', bytesOf(0, 0, 8, 1, 0, 0, 0, 9, 1), 'a: expected 9 bytes of uint8 numbers, shape 9, after the header, got 1'],
  ])('IDX, %s: a problem that says so', async (_, bytes, message) => {
    expect(await problemOf(() => readIdxArray(bytes, 'a'))).toContain(message);
  });

  test('gzip that is cut or damaged is a problem, and one that unpacks without end is stopped', async () => {
    const packed = gzipSync(npy);
    const flipped = Uint8Array.from(packed, (byte, index) => (index === packed.length - 6 ? byte ^ 255 : byte));
    for (const bytes of [packed.subarray(0, packed.length - 12), flipped, bytesOf(0x1f, 0x8b)])
      expect(await problemOf(() => plainBytes(bytes, 'a.gz'))).toBe('a.gz: expected a gzip file, but it is damaged or ends early');
    const bomb = gzipSync(new Uint8Array(2 ** 22), { level: 9 });
    expect(bomb.length).toBeLessThan(2 ** 13);
    expect(await problemOf(() => unpacked(bomb, 2 ** 20))).toBe('bomb.gz: unpacks to more than 1 MiB, the most that can be read');
    expect(await unpacked(bomb, 2 ** 22)).toBe(2 ** 22);
  });

  test('an archive says what is wrong with which array', async () => {
    const archive = zipSync({ 'x.npy': [npy, { level: 0 }], 'y.npy': npy });
    const open = (bytes: Uint8Array, name: string) =>
      problemOf(async () => wholeArray(await (await openArchive(bytes, 'a.npz')).open(name), never));
    expect(await open(archive.subarray(0, archive.length - 30), 'x')).toBe(
      'a.npz: expected a zip archive, its directory is not there; the file is cut or damaged',
    );
    expect(await open(archive, 'z')).toBe('a.npz: has no array "z"; there are "x", "y"');
    const damaged = Uint8Array.from(archive, (byte, index) => (index === 40 + npy.length - 8 ? byte ^ 1 : byte));
    expect(await open(damaged, 'x')).toBe('a.npz, x.npy: is damaged, its checksum is wrong');
    expect(await problemOf(() => openArchive(zipSync({ 'a.txt': bytesOf(1) }), 'a.npz'))).toBe(
      'a.npz: expected a .npz archive, it holds no .npy array',
    );
    // The directory says one byte, the data unpack to 16 MiB.
    const lie = zipSync({ 'x.npy': new Uint8Array(2 ** 24) });
    const directory = lie.length - 22 - 46 - 5;
    lie.set([1, 0, 0, 0], directory + 24);
    expect(await open(lie, 'x')).toContain('a.npz, x.npy: unpacks to more than');
  });
});

test.each(['33554433,', '40000000, 3', '33554433, 1, 2'])('a table of more rows than fit, shape (%s), is refused unread', async (shape) => {
  const text = `{'descr': '|b1', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + '\n';
  const header = Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0, ...new TextEncoder().encode(text)]);
  const [rows = 0, ...rest] = shape.split(',').filter(Boolean).map(Number);
  const file = {
    size: header.length + rest.reduce((product, length) => product * length, rows),
    read: (from: number, to: number) => Promise.resolve(header.slice(from, to)),
  };
  const words = problemOf(() => table({ file: 'x.npy', label: 0 }, { open: () => Promise.resolve(file) }, never));
  expect(await words).toBe(`x.npy: ${rows} rows are more than fit, at most 33554432 do`);
});

test('a problem of the source while it is unpacked is not called damage', async () => {
  const packed = gzipSync(Uint8Array.from({ length: 2 ** 20 }, (_, index) => (index * index) >> 7));
  for (const error of [new Problem('file: a.gz can no longer be read (EIO)')])
    for (const after of [0, packed.length - 100]) {
      const file = {
        size: packed.length,
        read: (from: number, to: number) => (to > after && to > 2 ? Promise.reject(error) : Promise.resolve(packed.subarray(from, to))),
      };
      await expect(openSlices(file, 'a.gz', never)).rejects.toBe(error);
    }
});
