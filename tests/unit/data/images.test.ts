import { describe, expect, test } from 'vitest';
import { bytesFile } from '$lib/data/byte-file';
import { loadImageSet } from '$lib/data/image-set';
import { digits, images, nameClasses, type ImageParameters } from '$lib/data/images';
import { fileSource, never, problemOf, rowsOf } from './files';

const files = fileSource();
const parameters: ImageParameters = { positive: [0, 1, 2], negative: [5, 6, 7], train: 12, test: 200, seed: 1 };
const problem = (change: Partial<ImageParameters>): Promise<string> => problemOf(() => digits({ ...parameters, ...change }, files, never));

describe('the embedded sets', () => {
  test.each([
    ['digits', 1797, 8],
    ['mnist', 4000, 28],
    ['fashion-mnist', 4000, 28],
  ] as const)('%s has %i images of side %i, centred and scaled over the whole set', async (name, count, side) => {
    const set = await loadImageSet(name, files, never);
    expect([set.classes.length, set.width, set.height, set.pixels.length]).toEqual([count, side, side, count * side * side]);
    expect([...new Set(set.classes)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const dimension = side * side;
    const sums = new Float64Array(dimension);
    let squares = 0;
    for (let i = 0; i < set.pixels.length; i++) {
      const x = (set.pixels[i]! / set.white - set.mean[i % dimension]!) / set.scale;
      sums[i % dimension]! += x;
      squares += x * x;
    }
    expect(squares / set.pixels.length).toBeCloseTo(1, 10);
    for (const sum of sums) expect(Math.abs(sum / count)).toBeLessThan(1e-10);
  });

  test('are read once a file source', async () => {
    const counting = fileSource();
    await images('digits', parameters, counting, never);
    await images('digits', { ...parameters, seed: 2 }, counting, never);
    expect(counting.reads).toEqual(['asset:data/digits-images.idx.gz', 'asset:data/digits-labels.idx.gz']);
  });

  test('that are damaged are a problem', async () => {
    const damaged = { open: () => Promise.resolve(bytesFile(Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 1, 7]))) };
    expect(await problemOf(() => digits(parameters, damaged, never))).toContain('expected as many images as labels');
  });
});

describe('digits', () => {
  test('rows are the pixels of their class, normalised; labels are ±1 by side', async () => {
    const set = await loadImageSet('digits', files, never);
    const task = await digits(parameters, files, never);
    expect(task.title).toBe('digits 0–2 against 5–7');
    expect([task.dimension, task.trainInputs.length, task.testInputs.length]).toEqual([64, 12 * 64, 200 * 64]);
    expect([...task.trainClasses!]).toEqual([0, 5, 1, 6, 2, 7, 0, 5, 1, 6, 2, 7]);
    expect([...task.trainLabels]).toEqual([1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1]);
    expect(task.testLabels.reduce((a, b) => a + b)).toBe(0);
    const { mean, scale } = task.image!;
    const pictures = rowsOf(Float64Array.from(set.pixels), 64).map((row, index) => `${set.classes[index]!}: ${row.join()}`);
    for (const [index, row] of rowsOf(task.trainInputs, 64).entries()) {
      const pixels = row.map((x, d) => Math.round((mean[d]! + scale * x) * 16));
      expect(pictures).toContain(`${task.trainClasses![index]!}: ${pixels.join()}`);
    }
  });

  test('one class a side may be a bare number', async () => {
    const task = await digits({ ...parameters, positive: 3, negative: 8 }, files, never);
    expect(task.title).toBe('digits 3 against 8');
    expect(new Set(task.trainClasses)).toEqual(new Set([3, 8]));
  });

  test('swapping the sides swaps the labels and keeps the images of each class', async () => {
    const one = await digits({ ...parameters, positive: 3, negative: 8 }, files, never);
    const other = await digits({ ...parameters, positive: 8, negative: 3 }, files, never);
    expect(new Set(rowsOf(one.trainInputs, 64).map(String))).toEqual(new Set(rowsOf(other.trainInputs, 64).map(String)));
  });

  test('classes that cannot be are a problem of their side', async () => {
    expect(await problem({ positive: [] })).toBe('positive: must have at least one class, got an empty list');
    expect(await problem({ negative: [5, 10] })).toBe('negative: must be classes of digits, 0–9, got 10');
    expect(await problem({ negative: 1.5 })).toBe('negative: must be classes of digits, 0–9, got 1.5');
    expect(await problem({ positive: [1, 1] })).toBe('positive: must name each class once, got 1 twice');
    expect(await problem({ negative: [5, 2] })).toBe('negative: must have other classes than positive, got 2 on both sides');
  });

  test('more examples than there are are a problem that says how many there are', async () => {
    expect(await problem({ positive: 8, negative: 1, train: 300, test: 50 })).toBe(
      'train: 300 training and 50 test examples need 175 of class 8, there are 174 (these classes have enough for 348 in all)',
    );
    expect(await problem({ train: 1e15 })).toContain('these classes have enough for');
  });

  test('counts and seeds are whole numbers', async () => {
    expect(await problem({ train: 0 })).toBe('train: must be a whole number ≥ 1, got 0');
    expect(await problem({ test: -1 })).toBe('test: must be a whole number ≥ 0, got -1');
    expect(await problem({ seed: 0.5 })).toBe('seed: must be a whole number, got 0.5');
  });
});

test('classes in words', () => {
  expect(nameClasses([4, 2, 3])).toBe('2–4');
  expect(nameClasses([0, 1])).toBe('0, 1');
  expect(nameClasses([9, 0, 1, 2])).toBe('0–2, 9');
});
