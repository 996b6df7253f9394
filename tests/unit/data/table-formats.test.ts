import { gzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { npyBytes } from '$lib/data/npy';
import { table, type TableParameters } from '$lib/data/table';
import { fileSource, never, problemOf } from './files';

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(`tests/fixtures/arrays/${name}`));
const read = (bytes: Uint8Array | string, parameters: Partial<TableParameters> = {}) =>
  table({ file: 'a', label: 'y', ...parameters }, fileSource({ a: bytes }), never);
const problem = (bytes: Uint8Array | string, parameters: Partial<TableParameters> = {}): Promise<string> =>
  problemOf(() => read(bytes, parameters));

describe('classes of a table', () => {
  const iris = 'length,width,species\n5.1,3.5,setosa\n7,3.2,versicolor\n6.3,3.3,virginica\n4.9,3, setosa \n';
  const label = 'species';

  test('are texts: one against another, or one against the rest', async () => {
    const two = await read(iris, { label, positive: 'versicolor', negative: 'setosa' });
    expect([[...two.trainLabels], [...two.trainInputs]]).toEqual([
      [-1, 1, -1],
      [5.1, 3.5, 7, 3.2, 4.9, 3],
    ]);
    expect([...(await read(iris, { label, positive: ['setosa', 'virginica'] })).trainLabels]).toEqual([1, -1, 1, 1]);
  });

  test('are numbers', async () => {
    expect([...(await read('x,y\n1,3\n2,5\n3,7\n', { positive: 5, negative: [3] })).trainLabels]).toEqual([-1, 1]);
  });

  test.each([
    ['NA', '"NA", a missing value; if it is a class, name it in negative'],
    ['n/a', '"n/a", a missing value; if it is a class, name it in negative'],
    ['null', '"null", a missing value; if it is a class, name it in negative'],
    [' ', 'an empty value'],
  ])('that are missing (%j) are no class of the rest', async (value, said) => {
    const text = `${iris}5,3,${value}\n`;
    expect(await problem(text, { label, positive: 'setosa' })).toBe(`a, row 6, column "species": expected a class, got ${said}`);
    // One against another: the row takes no part.
    expect((await read(text, { label, positive: 'setosa', negative: 'virginica' })).trainLabels).toHaveLength(3);
    if (value.trim() === '') return;
    expect([...(await read(text, { label, positive: 'setosa', negative: value })).trainLabels]).toEqual([1, 1, -1]);
  });

  test('that are not there are listed', async () => {
    expect(await problem(iris, { label, positive: 'rosa' })).toBe(
      'positive: must be classes in the column "species" of a ("setosa", "versicolor", "virginica"), got "rosa"',
    );
    expect(await problem(iris, { label, positive: 'setosa', negative: 'setosa' })).toContain('"setosa" on both sides');
    expect(await problem(iris, { label })).toContain('holds texts ("setosa", "versicolor", "virginica"); say which have label +1');
    expect(await problem(iris, { label, negative: 'setosa' })).toContain('needs positive');
    expect(await problem(iris.replace('virginica', ''), { label, positive: 'setosa' })).toBe(
      'a, row 4, column "species": expected a class, got an empty value',
    );
  });
});

describe('inputs of a table', () => {
  const text = 'id,a,b,y,name\n1,10,100,1,p\n3,20,200,-1,q\n';
  test.each([
    [
      ['a', 'b'],
      [10, 100, 20, 200],
    ],
    [
      ['b', 'a'],
      [100, 10, 200, 20],
    ],
    ['a', [10, 20]],
    [
      ['-id', '-name'],
      [10, 100, 20, 200],
    ],
  ] as const)('are those named: %j', async (inputs, expected) => {
    expect([...(await read(text, { inputs })).trainInputs]).toEqual(expected);
  });

  test('that do not fit are a problem', async () => {
    expect(await problem(text)).toBe('a, row 2, column "name": expected a number, got "p"');
    expect(await problem(text, { inputs: ['a', '-b'] })).toContain('not both');
    expect(await problem(text, { inputs: ['a', 'a'] })).toBe('inputs: must name each column once, got "a" twice');
    expect(await problem(text, { inputs: 'y' })).toBe('inputs: must not hold the label "y"');
    expect(await problem(text, { inputs: '-q' })).toBe('inputs: must be one of the columns "id", "a", "b", "y", "name", got "q"');
  });
});

describe('a Parquet table', () => {
  const numbers = [0.1, -2.5, 1e300, 5e-324, 1 / 3];
  const columns = (type: ColumnSource['type'], data: ColumnSource['data']): ColumnSource[] => [
    { name: 'x', data, type: type! },
    { name: 'y', data: [1, -1, 1, -1, 1], type: 'DOUBLE' },
  ];
  const write = (columnData: ColumnSource[], codec: 'UNCOMPRESSED' | 'SNAPPY' = 'SNAPPY') =>
    new Uint8Array(parquetWriteBuffer({ columnData, codec }));

  test.each([
    ['DOUBLE', numbers, numbers],
    [
      'FLOAT',
      numbers.map(Math.fround).map((x) => (Number.isFinite(x) ? x : 7)),
      numbers.map(Math.fround).map((x) => (Number.isFinite(x) ? x : 7)),
    ],
    ['INT32', [1, -2, 3, 2 ** 31 - 1, -(2 ** 31)], [1, -2, 3, 2 ** 31 - 1, -(2 ** 31)]],
    ['INT64', [1n, -2n, 3n, 2n ** 53n, -(2n ** 60n)], [1, -2, 3, 2 ** 53, -(2 ** 60)]],
    ['BOOLEAN', [true, false, true, true, false], [1, 0, 1, 1, 0]],
  ] as const)('of %s reads back to the last bit, plain, packed and gzip', async (type, data, expected) => {
    for (const bytes of [
      write(columns(type, [...data]), 'UNCOMPRESSED'),
      write(columns(type, [...data])),
      gzipSync(write(columns(type, [...data]))),
    ]) {
      const task = await read(bytes);
      expect([...task.trainInputs]).toEqual([...expected]);
      expect([...task.trainLabels]).toEqual([1, -1, 1, -1, 1]);
    }
  });

  test('has classes as texts, and says where a value is missing', async () => {
    const bytes = write([
      { name: 'x', data: [1, 2, 3] },
      { name: 'kind', data: ['cat', 'dog', 'cat'], type: 'STRING' },
    ]);
    expect([...(await read(bytes, { label: 'kind', positive: 'cat' })).trainLabels]).toEqual([1, -1, 1]);
    const missing = write([
      { name: 'x', data: [1, null, 3], type: 'DOUBLE', nullable: true },
      { name: 'y', data: [1, 2, 3], type: 'DOUBLE' },
    ]);
    expect(await problem(missing)).toBe('a, row 2, column "x": expected a number, got "null"');
    const large = write([
      { name: 'x', data: [2n ** 53n + 1n, 1n], type: 'INT64' },
      { name: 'y', data: [1, 2], type: 'DOUBLE' },
    ]);
    expect(await problem(large)).toContain('expected a number, got "9007199254740993');
  });

  test('that is damaged is a problem', async () => {
    const bytes = write(columns('DOUBLE', numbers));
    for (const bad of [
      bytes.subarray(0, 40),
      bytes.subarray(0, bytes.length - 5),
      Uint8Array.from(bytes, (byte, at) => (at > bytes.length - 60 ? byte ^ 0x55 : byte)),
    ])
      expect(await problem(bad)).toMatch(/^a: /);
  });
});

describe('arrays as a table', () => {
  test('a matrix has numbered columns, in C and in Fortran order', async () => {
    const task = await read(fixture('matrix.npy'), { label: -1, inputs: ['0', '1'] });
    expect([...task.trainLabels]).toEqual([0.5, 1.25, 2, 2.75]);
    expect([...task.trainInputs]).toEqual([0, 0.25, 0.75, 1, 1.5, 1.75, 2.25, 2.5]);
    expect(await problem(fixture('matrix.npy'), { label: 'y' })).toBe('label: must be a column number from 0 to 2, got "y"');
  });

  test('an archive has columns by the names of its arrays', async () => {
    const task = await read(fixture('table.npz'));
    expect([task.dimension, task.trainLabels.length]).toEqual([3, 12]);
    expect((await read(fixture('table.npz'), { inputs: 'X' })).trainInputs).toEqual(task.trainInputs);
    expect((await read(fixture('table.npz'), { inputs: ['X[2]', 'X[0]'] })).dimension).toBe(2);
    expect(await problem(fixture('table.npz'), { label: 'z' })).toBe('label: must be one of the arrays "X", "y" of a, got "z"');
  });

  test('a 64-bit integer that double precision does not hold is named', async () => {
    const said = 'a, row 0, column "y": expected a number, got "an integer beyond double precision"';
    const two = zipSync({ 'y.npy': fixture('large-integers.npy'), 'x.npy': npyBytes({ shape: [2], data: Float64Array.from([1, 2]) }) });
    expect(await problem(two)).toBe(said);
  });

  test('objects, single numbers and workbooks are refused', async () => {
    expect(await problem(fixture('objects.npy'), { label: 0 })).toContain('Python objects (a pickle), which are never read');
    expect(await problem(fixture('scalar.npy'), { label: 0 })).toBe('a: expected an array of rows, got a single number');
    expect(await problem(zipSync({ 'xl/workbook.xml': new Uint8Array(3) }))).toBe(
      'a: is an Excel workbook; save the sheet that is meant as CSV',
    );
  });
});

describe('text tables', () => {
  test('may be gzip files', async () => {
    expect([...(await read(gzipSync(new TextEncoder().encode('x,y\n1,2\n')))).trainInputs]).toEqual([1]);
  });

  test('of a million columns are a problem and no wait', async () => {
    const row = `${'1,'.repeat(10 ** 6 - 1)}1\n`;
    expect(await problem(`${row.replaceAll('1', 'a')}${row}`)).toBe('a: expected at most 100000 columns, got 1000000');
  });

  test('can be stopped', async () => {
    const stopped = AbortSignal.abort();
    await expect(table({ file: 'a', label: 'y' }, fileSource({ a: 'x,y\n1,2\n' }), stopped)).rejects.toThrow(/abort/i);
  });
});
