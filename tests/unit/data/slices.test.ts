import { gzipSync, zipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { bytesFile, mostHeld, wholeFile, type ByteFile } from '$lib/data/byte-file';
import type { Dataset, FileSource } from '$lib/data/dataset';
import { fileImages, type PictureSource } from '$lib/data/file-images';
import { npyBytes } from '$lib/data/npy';
import { table } from '$lib/data/table';
import { largeArchive, largeBatch } from '../../support/large-files';
import { idxFile } from '../../support/pictures';
import { never } from './files';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** Bytes of all buffers that anything holds. */
const held = (): number => {
  collect();
  return process.memoryUsage().arrayBuffers;
};

/** The same, when what nobody holds any more is gone. */
const settledBytes = async (): Promise<number> => {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
  }
  return held();
};

/** The same file; `hear` is called at every part that is read of it, with the bytes read so far. */
const heard = (file: ByteFile, hear: (read: number) => unknown): ByteFile => {
  let read = 0;
  return {
    size: file.size,
    read: async (from, to) => {
      await hear((read += to - from));
      return file.read(from, to);
    },
  };
};

const sourceOf = (files: Readonly<Record<string, ByteFile>>): FileSource => ({ open: (name) => Promise.resolve(files[name]!) });

const task = {
  positive: 1,
  negative: 9,
  train: 200,
  test: 100,
  seed: 1,
  centre: true,
  scale: true,
  standardise: 'none',
  coding: '±1',
} as const;
const read = (
  files: Readonly<Record<string, ByteFile>>,
  told: Partial<PictureSource> = {},
  signal = never,
  progress: (fraction: number) => void = () => undefined,
): Promise<Dataset> =>
  fileImages({ files: Object.keys(files), grey: true, coarse: false, ...told }, undefined, task, sourceOf(files), signal, progress);

const digest = ({ trainInputs, testInputs, trainLabels, tiles }: Dataset): string => {
  const hash = createHash('sha256');
  for (const array of [trainInputs, testInputs, trainLabels, tiles!.data]) hash.update(new Uint8Array(array.buffer));
  return hash.digest('hex');
};

const gzipOf = async (file: ByteFile): Promise<ByteFile> => bytesFile(gzipSync(await wholeFile(file), { level: 1 }));

/** Five batches of CIFAR, and the like, of which 300 pictures are asked for. */
const large = {
  'five CIFAR batches': () => Promise.resolve(Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`data_batch_${n}.bin`, largeBatch(1200)]))),
  'a CIFAR batch in gzip': async () => ({ 'batch.bin.gz': await gzipOf(largeBatch(3000)) }),
  'a plain NPZ': async () => ({ 'pictures.npz': await largeArchive(5000, false) }),
  'a packed NPZ': async () => ({ 'pictures.npz': await largeArchive(5000, true) }),
} satisfies Readonly<Record<string, () => Promise<Record<string, ByteFile>>>>;
const names = Object.keys(large) as (keyof typeof large)[];

describe('large files', () => {
  test.each(names)('%s: at no time is more in memory than three times the inputs that are asked for', async (name) => {
    const files = (await large[name]()) as Record<string, ByteFile>;
    const before = await settledBytes();
    let most = 0;
    let turn = 0;
    // Buffers that nobody holds are given back somewhat later, on another thread.
    const look = async (): Promise<void> => {
      if ((turn += 1) % 4 === 0) most = Math.max(most, (await settledBytes()) - before);
    };
    const watched = Object.fromEntries(Object.entries(files).map(([key, file]) => [key, heard(file, look)]));
    const { trainInputs, testInputs } = await read(watched);
    const used = trainInputs.byteLength + testInputs.byteLength;
    expect(turn).toBeGreaterThan(8);
    expect(most).toBeGreaterThan(used);
    expect(most).toBeLessThan(3 * used);
  });

  test.each(names)('%s: a stop is heard within a slice, and nothing more is read', async (name) => {
    const files = (await large[name]()) as Record<string, ByteFile>;
    const total = Object.values(files).reduce((sum, { size }) => sum + size, 0);
    for (const share of [0.1, 0.9]) {
      const stop = new AbortController();
      let after = 0;
      const watched = Object.fromEntries(
        Object.entries(files).map(([key, file]) => [
          key,
          heard(file, (read) => {
            if (stop.signal.aborted) after += 1;
            if (read > (share * total) / Object.keys(files).length) stop.abort();
          }),
        ]),
      );
      await expect(read(watched, {}, stop.signal)).rejects.toThrow(DOMException);
      expect(after).toBe(0);
    }
  });

  test.each(names)('%s: progress tells how much of the bytes was read, and never goes back', async (name) => {
    const fractions: number[] = [];
    await read(await large[name](), {}, never, (fraction) => fractions.push(fraction));
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBeCloseTo(1, 10);
    // The last pass over the pictures is told in steps of about a slice.
    const steps = fractions.filter((fraction) => fraction > 0.35);
    expect(Math.max(...steps.slice(1).map((fraction, index) => fraction - steps[index]!))).toBeLessThan(0.05);
  });

  test('are the same packed in gzip, where nothing can be read without what stands before it', async () => {
    const batch = largeBatch(2000);
    expect(batch.size).toBeGreaterThan(mostHeld);
    const plain = digest(await read({ 'a.bin': batch }));
    expect(digest(await read({ 'a.bin': await gzipOf(batch) }))).toBe(plain);
    const archive = await largeArchive(2000, true);
    const unpacked = digest(await read({ 'a.bin': await largeArchive(2000, false) }));
    for (const file of [archive, await gzipOf(archive)]) expect(digest(await read({ 'a.bin': file }))).toBe(unpacked);
  });

  test('are read only where pictures are wanted once their mean is known', async () => {
    let bytes = 0;
    const file = heard(largeBatch(20_000), (read) => (bytes = read));
    const first = digest(await read({ 'a.bin': file }));
    const whole = bytes;
    expect(digest(await read({ 'a.bin': file }))).toBe(first);
    // A picture is read with at most 16 KiB before it.
    expect(bytes - whole).toBeLessThan(300 * (3073 + 2 ** 14));
  });
});

test('pictures in Fortran order, gathered in several goes, are those in C order to the last bit', async () => {
  const shape: readonly number[] = [300, 61, 61, 1];
  const size = shape.reduce((product, length) => product * length, 1);
  const value = (index: number): number => ((index * 7919) % 1000) / 7;
  const order = (fortran: boolean): Uint8Array => {
    const bytes = npyBytes({ shape, data: new Float64Array(size) });
    const start = bytes.length - 8 * size;
    const view = new DataView(bytes.buffer, start);
    for (let index = 0; index < size; index++) {
      const [row, place] = [Math.floor(index / 3721), index % 3721];
      const [y, x] = [Math.floor(place / 61), place % 61];
      view.setFloat64(8 * (fortran ? row + 300 * (y + 61 * x) : index), value(index), true);
    }
    if (fortran)
      bytes.set(
        new TextEncoder().encode("'fortran_order': True, "),
        new TextDecoder().decode(bytes.subarray(0, 128)).indexOf("'fortran_order'"),
      );
    return bytes;
  };
  const labels = npyBytes({ shape: [300], data: Float64Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? 1 : 9)) });
  const images = order(false);
  const cases = [
    { 'x.npz': zipSync({ 'x.npy': [images, { level: 0 }], 'y.npy': labels }) },
    { 'x.npz': zipSync({ 'x.npy': [order(true), { level: 0 }], 'y.npy': labels }) },
    { 'x.npz': zipSync({ 'x.npy': [order(true), { level: 1 }], 'y.npy': labels }) },
  ];
  const digests = await Promise.all(cases.map(async (files) => digest(await read({ 'x.npz': bytesFile(files['x.npz']) }, { size: 8 }))));
  expect(new Set(digests).size).toBe(1);
});

test('a table of arrays keeps the rows that are asked for and no others', async () => {
  const [count, width] = [40_000, 40];
  const data = Float64Array.from({ length: count * width }, (_, index) => index / 3);
  const archive = bytesFile(
    zipSync(
      { 'x.npy': npyBytes({ shape: [count, width], data }), 'y.npy': npyBytes({ shape: [count], data: data.subarray(0, count) }) },
      { level: 1 },
    ),
  );
  const before = await settledBytes();
  let most = 0;
  let turn = 0;
  const file = heard(archive, async () => {
    if ((turn += 1) % 2 === 0) most = Math.max(most, (await settledBytes()) - before);
  });
  const { trainInputs, testInputs, dimension } = await table(
    { file: 'x.npz', label: 'y', train: 2000, test: 500, seed: 4 },
    sourceOf({ 'x.npz': file }),
    never,
  );
  expect(dimension).toBe(width);
  const rows = [...trainInputs, ...testInputs].filter((_, index) => index % width === 0);
  expect(rows).toHaveLength(2500);
  for (const [index, first] of rows.entries()) {
    const inputs = (index < 2000 ? trainInputs : testInputs).subarray((index % 2000) * width, ((index % 2000) + 1) * width);
    if (index < 2000) expect(inputs[width - 1]).toBe(data[Math.round(3 * first) + width - 1]);
  }
  // Of all 12.8 MB a column of labels and the order of the rows is held, beside 0.8 MB of inputs.
  expect(most).toBeLessThan(data.byteLength / 3);
});

test('an IDX file that is large and packed reads its pictures in order', async () => {
  const count = 6000;
  const pixels = new Uint8Array(count * 784).map((_, index) => (index >> 4) & 255);
  const labels = bytesFile(
    idxFile(
      [count],
      Array.from({ length: count }, (_, index) => index % 10),
    ),
  );
  const images = idxFile([count, 28, 28], pixels);
  expect(images.length).toBeGreaterThan(mostHeld);
  const of = async (file: Uint8Array): Promise<string> => {
    const source = sourceOf({ images: bytesFile(file), labels });
    return digest(
      await fileImages(
        { files: ['images'], labels: ['labels'], grey: true, coarse: false },
        undefined,
        task,
        source,
        never,
        () => undefined,
      ),
    );
  };
  expect(await of(gzipSync(images, { level: 1 }))).toBe(await of(images));
});
