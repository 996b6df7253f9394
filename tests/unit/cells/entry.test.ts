import { expect, test } from 'vitest';
import { TestSheet } from '../../support/evaluate';

const text = [
  'gammas = each(0.5, 2)',
  'faces = digits(positive: [0, 1], negative: [5, 6], train: 6, test: 4)',
  'vectors = linear_task(dim: 3, train: 4, test: 2, noise: 1)',
  'pre = source_kernel(faces, theory: "lazy")',
  'lines = source_kernel(vectors, theory: "bayes", activation: "linear", gamma: gammas)',
].join('\n');

test('every entry that is drawn is that of the matrix, in the order of the classes, and its examples are said', async () => {
  const sheet = new TestSheet();
  await sheet.evaluate(text);
  const [matrix] = await sheet.host.matrices('pre');
  const size = 6;
  const drawn = await Promise.all(
    Array.from({ length: size * size }, (_, at) => sheet.host.entry('pre', { point: 0, row: Math.floor(at / size), column: at % size })),
  );
  const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
  expect(sorted(drawn.map((entry) => entry!.value))).toEqual(sorted(matrix!.data));
  const classes = Array.from({ length: size }, (_, row) => drawn[row * size]!.classes![0]);
  expect(classes).toEqual(sorted(classes));
  expect(new Set(classes).size).toBeGreaterThan(2);
  for (const [at, entry] of drawn.entries()) {
    const [row, column] = [Math.floor(at / size), at % size];
    expect(entry!.value).toBe(drawn[column * size + row]!.value);
    expect(entry!.classes).toEqual([classes[row], classes[column]]);
    expect(entry!.labels).toEqual([row, column].map((one) => (classes[one]! < 5 ? 1 : -1)));
  }
  sheet.host.dispose();
});

test('each point of a sweep has its own entries; examples without classes are in the order of their labels', async () => {
  const sheet = new TestSheet();
  await sheet.evaluate(text);
  const matrices = await sheet.host.matrices('lines');
  for (const point of [0, 1]) {
    const diagonal = await Promise.all([0, 1, 2, 3].map((at) => sheet.host.entry('lines', { point, row: at, column: at })));
    const labels = diagonal.map((entry) => entry!.labels[0]);
    expect(labels).toEqual([...labels].sort((a, b) => a - b));
    expect(diagonal[0]).not.toHaveProperty('classes');
    const trace = diagonal.reduce((sum, entry) => sum + entry!.value, 0);
    expect(trace).toBeCloseTo(
      [0, 5, 10, 15].reduce((sum, at) => sum + matrices[point]!.data[at]!, 0),
      12,
    );
  }
  const [first, second] = await Promise.all([0, 1].map((point) => sheet.host.entry('lines', { point, row: 0, column: 1 })));
  expect(first!.value).not.toBe(second!.value);
  sheet.host.dispose();
});

test('what is not there has no entry: another point, another row, another kind of cell', async () => {
  const sheet = new TestSheet();
  await sheet.evaluate(text);
  expect(await sheet.host.entry('pre', { point: 1, row: 0, column: 0 })).toBeUndefined();
  expect(await sheet.host.entry('pre', { point: 0, row: 6, column: 0 })).toBeUndefined();
  expect(await sheet.host.entry('pre', { point: 0, row: 0, column: -1 })).toBeUndefined();
  expect(await sheet.host.entry('faces', { point: 0, row: 0, column: 0 })).toBeUndefined();
  expect(await sheet.host.entry('nothing', { point: 0, row: 0, column: 0 })).toBeUndefined();
  sheet.host.dispose();
});
