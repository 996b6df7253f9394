import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { table, type TableParameters } from '$lib/data/table';
import { fileSource, never, problemOf } from './files';

const csv = 'age,y,height\n1,10,100\n2,20,200\n3,30,300\n4,40,400\n5,50,600\n';
const read = (parameters: Partial<TableParameters>, texts: Record<string, string | Uint8Array> = {}) =>
  table({ file: 'a.csv', label: 'y', ...parameters }, fileSource({ 'a.csv': csv, ...texts }), never);
const problem = (parameters: Partial<TableParameters>, texts: Record<string, string | Uint8Array> = {}): Promise<string> =>
  problemOf(() => read(parameters, texts));

describe('table', () => {
  test('the label is one column, the others are the inputs, as they are', async () => {
    const task = await read({});
    expect([task.title, task.dimension]).toEqual(['a.csv: y', 2]);
    expect([...task.trainInputs]).toEqual([1, 100, 2, 200, 3, 300, 4, 400, 5, 600]);
    expect([...task.trainLabels]).toEqual([10, 20, 30, 40, 50]);
    expect(task.testLabels).toHaveLength(0);
  });

  test('`test` takes the last rows and `train` the first of the others', async () => {
    const task = await read({ test: 2, train: 2 });
    expect([...task.trainLabels]).toEqual([10, 20]);
    expect([...task.testLabels]).toEqual([40, 50]);
    expect([...task.testInputs]).toEqual([4, 400, 5, 600]);
    expect([...(await read({ test: 2 })).trainLabels]).toEqual([10, 20, 30]);
  });

  test('`test` may be another file with its columns in another order', async () => {
    const task = await read({ test: 'b.csv' }, { 'b.csv': 'height,age,y\n7,8,9\n' });
    expect([...task.testInputs]).toEqual([8, 7]);
    expect([...task.testLabels]).toEqual([9]);
    expect(task.trainLabels).toHaveLength(5);
    expect(await problem({ test: 'b.csv' }, { 'b.csv': 'age,y\n1,2\n' })).toBe('test: expected the column "height" in b.csv too');
  });

  test('standardised columns have mean 0 and variance 1 in training, and the test set follows', async () => {
    const task = await read({ standardise: true, test: 1 });
    const spread = Math.sqrt(1.25);
    const expected = [-1.5, -0.5, 0.5, 1.5].flatMap((value) => [value / spread, value / spread]);
    task.trainInputs.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 12));
    expect(task.testInputs[0]).toBeCloseTo(2.5 / spread, 12);
    expect(task.testInputs[1]).toBeCloseTo(350 / (100 * spread), 12);
    expect([...task.trainLabels]).toEqual([10, 20, 30, 40]);
  });

  test('a column that is constant in training is only shifted', async () => {
    const task = await read({ standardise: true, test: 1 }, { 'a.csv': 'x,y\n0.1,1\n0.1,2\n0.1,3\n1.1,4\n' });
    expect([...task.trainInputs]).toEqual([0, 0, 0]);
    expect(task.testInputs[0]).toBe(1.1 - 0.1);
  });

  test('any table of numbers reads back exactly', async () => {
    const row = fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ noNaN: true, noDefaultInfinity: true }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), async (rows) => {
        const text = `x,y\n${rows.map(([x, y]) => `${x},${y}`).join('\n')}`;
        const task = await read({}, { 'a.csv': text });
        expect([...task.trainInputs]).toEqual(rows.map(([x]) => Number(String(x))));
        expect([...task.trainLabels]).toEqual(rows.map(([, y]) => Number(String(y))));
      }),
    );
  });

  test('what is not a number is named by row and column', async () => {
    for (const bad of ['n/a', '', '1e999', 'NaN', '0x10', '1 2', 'Infinity']) {
      const message = await problem({}, { 'a.csv': `age,y\n1,2\n${bad},3\n` });
      expect(message).toBe(`a.csv, row 3, column "age": expected a number, got "${bad}"`);
    }
  });

  test('malformed files are a problem', async () => {
    expect(await problem({}, { 'a.csv': 'x,y\n1,2\n1\n' })).toBe('a.csv, row 3: expected 2 values as in the header, got 1');
    expect(await problem({}, { 'a.csv': '' })).toBe('a.csv: expected a header and rows of numbers, the file is empty');
    expect(await problem({}, { 'a.csv': 'x,y\n' })).toBe('a.csv: expected rows of numbers after the header, there are none');
    expect(await problem({}, { 'a.csv': 'x,x,y\n1,2,3\n' })).toBe('a.csv, row 1: expected each column once, got "x" twice');
    expect(await problem({}, { 'a.csv': 'y\n1\n' })).toBe('a.csv: expected at least one column besides the label "y"');
    expect(await problem({}, { 'a.csv': Uint8Array.from([0xff, 0xfe, 0x41]) })).toContain('not UTF-8');
    expect(await problem({ file: 'none.csv' })).toBe('none.csv: there is no such file');
  });

  test('a label or a count that is not there is a problem of its parameter', async () => {
    expect(await problem({ label: 'z' })).toBe('label: must be one of the columns "age", "y", "height", got "z"');
    expect(await problem({ train: 6 })).toBe('train: must be at most 5, the rows of a.csv, got 6');
    expect(await problem({ train: 4, test: 2 })).toBe('train: must be at most 3, the rows of a.csv besides the 2 of the test set, got 4');
    expect(await problem({ test: 5 })).toBe('test: must leave rows for training, got 5 of 5 rows');
    expect((await read({ test: 4 })).trainLabels).toHaveLength(1);
  });
});
