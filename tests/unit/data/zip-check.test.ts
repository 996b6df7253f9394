import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { bytesFile, type ByteFile } from '$lib/data/byte-file';
import type { FileSource } from '$lib/data/dataset';
import { fileImages } from '$lib/data/file-images';
import { npyBytes } from '$lib/data/npy';
import { table, type TableParameters } from '$lib/data/table';
import { largeArchive } from '../../support/large-files';
import { fileSource, never, problemOf } from './files';

const [count, width] = [3000, 4];
const noise = Float64Array.from({ length: count * width }, (_, index) => Math.sin(index * 12.9898) * 43758.5453);
const labels = Float64Array.from({ length: count }, (_, index) => index % 2);
const inputBytes = npyBytes({ shape: [count, width], data: noise });
const zipped = (level: 0 | 6, inputs = inputBytes): Uint8Array =>
  zipSync({ 'X.npy': [inputs, { level }], 'y.npy': npyBytes({ shape: [count], data: labels }) });
const changed = (bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = change(copy[at]!);
  return copy;
};
const directoryOf = (bytes: Uint8Array): number => new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
const read = (bytes: Uint8Array, told: Partial<TableParameters> = {}) =>
  table({ file: 's.npz', label: 'y', inputs: 'X', train: 1000, ...told }, fileSource({ 's.npz': bytes }), never);
const wrong = 's.npz, X.npy: is damaged, its checksum is wrong';

/** The same file, which counts the bytes that are read. */
const counted = (file: ByteFile): ByteFile & { readonly bytes: () => number } => {
  let bytes = 0;
  return {
    size: file.size,
    read: (from, to) => {
      bytes += to - from;
      return file.read(from, to);
    },
    bytes: () => bytes,
  };
};
const sourceOf = (file: ByteFile): FileSource => ({ open: () => Promise.resolve(file) });

describe('an array in an archive of which only some rows are read', () => {
  /** Bytes before the data of the first file: its header in the archive with its name, and that of the array. */
  const before = 30 + 'X.npy'.length + (inputBytes.length - 8 * noise.length);

  test('reads back where it is whole', async () => {
    for (const level of [0, 6] as const) expect([...(await read(zipped(level))).trainInputs]).toEqual([...noise.subarray(0, 1000 * width)]);
  });

  test.each([0, 8 * width * 500, 8 * width * 999 + 31, 8 * width * 2999])('stored: one bit of byte %i changed is damage', async (at) => {
    expect(await problemOf(() => read(changed(zipped(0), before + at, (byte) => byte ^ 16)))).toBe(wrong);
  });

  test.each([200, 5000, 12_345, 20_000])('packed: one bit of byte %i changed is damage', async (at) => {
    expect(await problemOf(() => read(changed(zipped(6), 40 + at, (byte) => byte ^ 1)))).toMatch(/^s\.npz, X\.npy: .*damaged/);
  });

  test.each([0, 6] as const)('of level %i: a checksum that does not fit is damage, whichever rows are asked for', async (level) => {
    const archive = zipped(level);
    const bad = changed(archive, directoryOf(archive) + 16, (byte) => byte ^ 1);
    const choices = [{}, { train: 1 }, { train: 3, seed: 4 }, { train: 900, test: 10, seed: 1 }, { train: 3000 }];
    for (const told of choices) expect(await problemOf(() => read(bad, told))).toBe(wrong);
  });

  test('damage is said rather than the number that is none because of it', async () => {
    const whole = zipped(0);
    // The two bytes of sign and exponent of the last number of row 7 become those of NaN.
    const at = before + 8 * (8 * width - 1) + 6;
    const bad = changed(
      changed(whole, at, () => 0xff),
      at + 1,
      () => 0x7f,
    );
    for (const train of [1000, 3000]) expect(await problemOf(() => read(bad, { train }))).toBe(wrong);
    const truly = noise.slice();
    truly[8 * width - 1] = NaN;
    const good = zipped(0, npyBytes({ shape: [count, width], data: truly }));
    for (const train of [1000, 3000])
      expect(await problemOf(() => read(good, { train }))).toBe('s.npz, row 7, column "X[3]": expected a number, got "NaN"');
  });

  test('stored in other than its size is refused', async () => {
    const archive = zipped(0);
    const bad = changed(archive, directoryOf(archive) + 20, (byte) => byte + 1);
    expect(await problemOf(() => read(bad))).toBe(
      `s.npz, X.npy: is damaged, its directory says ${inputBytes.length} bytes and ${inputBytes.length + 1} bytes, though it is not packed`,
    );
  });
});

describe('an array that is stored in an archive', () => {
  test('is read once to check it, and then only where rows are wanted', async () => {
    const [rows, columns] = [4000, 60];
    const data = Float64Array.from({ length: rows * columns }, (_, index) => index / 7);
    const y = npyBytes({ shape: [rows], data: Float64Array.from({ length: rows }, (_, index) => index % 3) });
    const archive = zipSync({ 'X.npy': [npyBytes({ shape: [rows, columns], data }), { level: 0 }], 'y.npy': [y, { level: 0 }] });
    const file = counted(bytesFile(archive));
    const task = await table({ file: 's.npz', label: 'y', inputs: 'X', train: 20, seed: 3 }, sourceOf(file), never);
    for (let row = 0; row < 20; row++) {
      const inputs = task.trainInputs.subarray(row * columns, (row + 1) * columns);
      const first = Math.round(7 * inputs[0]!);
      expect(first % columns).toBe(0);
      expect([...inputs]).toEqual([...data.subarray(first, first + columns)]);
    }
    expect(file.bytes()).toBeLessThan(1.4 * archive.length);
  });

  test('is checked in the pass that finds the mean picture', async () => {
    const file = counted(await largeArchive(300, false));
    const task = {
      positive: 1,
      negative: 9,
      train: 20,
      test: 10,
      seed: 1,
      centre: true,
      scale: true,
      standardise: 'none',
      coding: '±1',
    } as const;
    await fileImages({ files: ['a.npz'], grey: true, coarse: false }, undefined, task, sourceOf(file), never, () => undefined);
    // Beside that pass only headers and labels.
    expect(file.bytes()).toBeLessThan(1.2 * file.size);
  });
});
