import { gzipSync, unzipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../support/evaluate';
import { cifarBatch, idxFile, pixelOf } from '../../support/pictures';
import { areaWeights } from '$lib/data/area-weights';
import { npyBytes } from '$lib/data/npy';
import { TestSheet } from '../../support/evaluate';
import { fileSource } from './files';

const batch = cifarBatch(60);
const files: Record<string, Uint8Array> = {
  'batch.bin': batch,
  'batch.bin.gz': gzipSync(batch),
  'hundred.bin': cifarBatch(100, 25, (label) => label % 20),
  'pictures.npz': new Uint8Array(readFileSync('tests/fixtures/arrays/pictures.npz')),
  'images-idx3-ubyte.gz': gzipSync(
    idxFile(
      [12, 2, 3],
      Array.from({ length: 72 }, (_, index) => (index * 7) % 256),
    ),
  ),
  'labels-idx1-ubyte.gz': gzipSync(
    idxFile(
      [12],
      Array.from({ length: 12 }, (_, index) => index % 3),
    ),
  ),
};
const source = fileSource(files);

const of = async (formula: string) => (await evaluate(`d = ${formula}`, source))('d');
const problem = async (formula: string): Promise<string> => {
  const report = await of(formula);
  return report.problem?.message ?? `no problem: ${JSON.stringify(report.fields)}`;
};
/** The dataset itself, through its arrays as a kernel has them. */
const view = async (formula: string) => {
  const sheet = new TestSheet(source);
  await sheet.evaluate(`d = ${formula}`);
  const shown = await sheet.host.view('d', { point: 0, theme: 'light' });
  sheet.host.dispose();
  if (shown.type !== 'dataset') throw new Error(`${shown.type}: ${sheet.reports.get('d')?.problem?.message ?? ''}`);
  return shown;
};

describe('images of files', () => {
  test.each([
    ['"batch.bin", positive: 0, negative: 9', 1024],
    ['"batch.bin.gz", positive: "airplane", negative: ["ship", "truck"]', 1024],
    ['["batch.bin", "batch.bin.gz"], positive: [1, 2], negative: [8, 9]', 1024],
    ['images: "batch.bin", positive: 0, negative: 1, grey: false', 3072],
    ['"batch.bin", positive: 0, negative: 1, size: 8', 64],
    ['"batch.bin", positive: 0, negative: 1, size: 8, grey: false, standardise: "pixel"', 192],
    ['"hundred.bin", positive: 20, negative: [24, 3], coarse: false', 1024],
    ['"hundred.bin", positive: 0, negative: 19, coarse: true', 1024],
    ['"pictures.npz", positive: 0, negative: 1', 36],
    ['"pictures.npz", positive: 0, negative: 1, array: "x_train", labels: "y_train", coding: "01"', 36],
    ['images: "images-idx3-ubyte.gz", labels: "labels-idx1-ubyte.gz", positive: 0, negative: [1, 2]', 6],
  ])('images(%s) has dimension %i', async (told, dimension) => {
    const { fields, problem: wrong } = await of(`images(${told}, train: 4, test: 2)`);
    expect(wrong?.message).toBeUndefined();
    expect(fields).toEqual({ train: 4, test: 2, dimension });
  });

  test('have other files as their test set, all pictures of the classes', async () => {
    expect((await of('images("batch.bin", positive: 0, negative: 9, train: 4, test: "batch.bin.gz")')).fields['test']).toBe(12);
    expect((await of('images("pictures.npz", positive: 0, negative: 1, train: 4, test: "pictures.npz")')).fields['test']).toBe(4);
    const idx =
      'images("images-idx3-ubyte.gz", labels: "labels-idx1-ubyte.gz", positive: 0, negative: 1, train: 2, test: "images-idx3-ubyte.gz", test_labels: "labels-idx1-ubyte.gz")';
    expect((await of(idx)).fields['test']).toBe(8);
  });

  test('labels are ±1, 0/1 or class numbers', async () => {
    for (const [coding, values] of [
      ['±1', [1, -1]],
      ['01', [1, 0]],
      ['class', [9, 3]],
    ] as const) {
      const { labels } = await view(`images("batch.bin", positive: 3, negative: 9, train: 4, test: 2, labels: "${coding}")`);
      expect(labels).toEqual(values.map((value) => ({ value, train: 2, test: 1 })));
    }
  });

  test('are shown in their own colours', async () => {
    const { thumbnails } = await view('images("batch.bin", positive: 0, negative: 9, train: 12, test: 0)');
    expect(thumbnails).toMatchObject({ colour: true, count: 12, image: { width: 8 * 32, height: 2 * 32 } });
    const data = thumbnails!.image.data;
    // Every tile is one of the pictures of its class, to the last bit.
    const tile = (at: number, channel: number, y: number, x: number) =>
      data[4 * ((Math.floor(at / 8) * 32 + y) * 256 + (at % 8) * 32 + x) + channel];
    thumbnails!.labels.forEach((sign, at) => {
      const label = sign > 0 ? 0 : 9;
      const same = (index: number) =>
        [
          [0, 0, 0],
          [1, 5, 7],
          [2, 31, 30],
          [0, 17, 28],
        ].every(([c, y, x]) => tile(at, c!, y!, x!) === pixelOf(index, label, c!, y!, x!));
      expect([...Array(6).keys()].some((round) => same(10 * round + label))).toBe(true);
    });
  });

  test('a picture becomes what the formula says: grey values, mean off, mean |x|²/D 1', async () => {
    const { npz } = { npz: unzipSync(files['pictures.npz']!) };
    expect(Object.keys(npz)).toContain('x_train.npy');
    const data = Float64Array.from([0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 255]);
    const own = fileSource({
      'x.npy': npyBytes({ shape: [4, 1, 1, 3], data }),
      'y.npy': npyBytes({ shape: [4], data: Float64Array.from([0, 1, 1, 0]) }),
    });
    const sheet = new TestSheet(own);
    await sheet.evaluate(
      'd = images("x.npy", labels: "y.npy", positive: 1, negative: 0, train: 4, test: 0)\nk = source_kernel(d, theory: "lazy", activation: "linear", temperature: 1)',
    );
    const [block] = await sheet.host.matrices('k');
    sheet.host.dispose();
    const grey = [0, 1, 0.299, 0.114];
    const mean = grey.reduce((sum, value) => sum + value, 0) / 4;
    const scale = Math.sqrt(grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
    const diagonal = [0, 5, 10, 15].map((at) => block!.data[at]!).sort((a, b) => a - b);
    const wanted = grey.map((value) => ((value - mean) / scale) ** 2).sort((a, b) => a - b);
    diagonal.forEach((value, index) => expect(value).toBeCloseTo(wanted[index]!, 10));
  });

  test('averages over areas keep the mean, whatever the sizes', () => {
    for (const [from, to] of [
      [32, 8],
      [28, 14],
      [5, 3],
      [3, 5],
      [7, 7],
    ] as const) {
      const weights = areaWeights(from, to);
      for (let target = 0; target < to; target++)
        expect(weights.subarray(target * from, (target + 1) * from).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      for (let at = 0; at < from; at++) {
        const share = Array.from({ length: to }, (_, target) => weights[target * from + at]!).reduce((sum, weight) => sum + weight, 0);
        expect(share).toBeCloseTo(to / from, 12);
      }
    }
    expect([...areaWeights(3, 2)]).toEqual([2 / 3, 1 / 3, 0, 0, 1 / 3, 2 / 3].map((value) => expect.closeTo(value, 12) as number));
  });

  test('a class that is missing or too small is an error that lists what there is', async () => {
    expect(await problem('images("batch.bin", positive: 0, negative: 11, train: 4)')).toMatch(
      /^negative: must be classes that are there, 0–9 \("airplane", .*"truck"\), got 11$/,
    );
    expect(await problem('images("batch.bin", positive: "zebra", negative: 1, train: 4)')).toContain('got "zebra"');
    expect(await problem('images("batch.bin", positive: 0, negative: 1, train: 40, test: 0)')).toMatch(/need 20 of class 0, there are 6/);
    expect(await problem('images("batch.bin", positive: 0, negative: 0, train: 4)')).toContain('0 on both sides');
  });

  test('the embedded sets take the same parameters', async () => {
    const { fields } = await of('images("mnist", positive: 0, negative: 1, train: 4, test: 2, size: 7, labels: "01")');
    expect(fields).toEqual({ train: 4, test: 2, dimension: 49 });
  });
});

describe('files that are no pictures', () => {
  const wrong: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['empty', new Uint8Array(), /^bad: expected pictures as CIFAR-10 or CIFAR-100 batches .*got 0 bytes/],
    ['a cut batch', batch.subarray(0, 5000), /^bad: expected pictures as CIFAR.*got 5000 bytes/],
    [
      'a batch with a class of 10',
      Uint8Array.from(batch.subarray(0, 2 * 3073), (byte, index) => (index === 3073 ? 10 : byte)),
      /^bad, byte 3073: expected a class of CIFAR-10 from 0 to 9, got 10$/,
    ],
    ['a cut gzip', files['batch.bin.gz']!.subarray(0, 900), /^bad: expected a gzip file, but it is damaged or ends early$/],
    [
      'pictures without classes',
      npyBytes({ shape: [2, 2, 2], data: new Float64Array(8) }),
      /^bad: holds pictures without classes; name the file that has them/,
    ],
    [
      'objects',
      new Uint8Array(readFileSync('tests/fixtures/arrays/objects.npy')),
      /expected an array of numbers, got Python objects|holds pictures without classes/,
    ],
  ];
  test.each(wrong)('%s: a problem that names the file', async (_, bytes, message) => {
    const found = (await evaluate('d = images("bad", positive: 0, negative: 1, train: 2, test: 0)', fileSource({ bad: bytes })))('d');
    expect(found.problem?.message).toMatch(message);
  });

  test.each([
    [
      'NaN',
      { shape: [2, 1, 2], data: Float64Array.from([0, 1, NaN, 2]) },
      /^x\.npy, picture 1, row 0, column 0: expected a finite number, got NaN$/,
    ],
    ['a flat array', { shape: [2, 2], data: new Float64Array(4) }, /^x\.npy: expected pictures of shape \[n, h, w\], .*got 2 × 2$/],
    [
      'another number of labels',
      { shape: [3, 1, 1], data: new Float64Array(3) },
      /^y\.npy: expected as many labels as pictures, got 2 and 3$/,
    ],
  ])('%s: a problem that says where', async (_, array, message) => {
    const own = fileSource({ 'x.npy': npyBytes(array), 'y.npy': npyBytes({ shape: [2], data: Float64Array.from([0, 1]) }) });
    const found = (await evaluate('d = images("x.npy", labels: "y.npy", positive: 0, negative: 1, train: 2, test: 0)', own))('d');
    expect(found.problem?.message).toMatch(message);
  });
});

describe('a pinned file', () => {
  test('is read when it is the one, and another is refused with both hashes', async () => {
    const hash = createHash('sha256').update(batch).digest('hex');
    expect((await of(`images("batch.bin", positive: 0, negative: 1, train: 4, test: 0, sha256: "${hash}")`)).status).toBe('ok');
    const other = hash.replace(/^./, hash.startsWith('0') ? '1' : '0');
    expect(await problem(`images("batch.bin", positive: 0, negative: 1, train: 4, sha256: "${other}")`)).toBe(
      `sha256: batch.bin is another file than the sheet was made with: expected ${other}, got ${hash}`,
    );
    expect(await problem(`images("none.bin", positive: 0, negative: 1, sha256: "${hash}")`)).toContain(`(sha256 ${hash})`);
    expect(await problem('images("batch.bin", positive: 0, negative: 1, sha256: "abc")')).toContain('64 hexadecimal digits');
  });
});
