import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { standardise } from '$lib/data/standardise';
import { table, type TableParameters } from '$lib/data/table';
import { fileSource, never, problemOf, rowsOf } from './files';

const read = (text: string | Uint8Array, parameters: Partial<TableParameters> = {}) =>
  table({ file: 'a.csv', label: 'y', ...parameters }, fileSource({ 'a.csv': text }), never);
const problem = (text: string | Uint8Array, parameters: Partial<TableParameters> = {}): Promise<string> =>
  problemOf(() => read(text, parameters));
const utf16 = (text: string, little: boolean, mark: boolean): Uint8Array => {
  const all = `${mark ? '\uFEFF' : ''}${text}`;
  const codes = Array.from({ length: all.length }, (_, index) => all.charCodeAt(index));
  return Uint8Array.from(codes.flatMap((code) => (little ? [code & 255, code >> 8] : [code >> 8, code & 255])));
};

describe('a first column without a name', () => {
  test.each([
    [',x1,x2,y\n0,1,2,1\n1,3,4,-1\n2,5,6,1\n', 'as pandas writes it'],
    ['"","x1","x2","y"\n"1",1,2,1\n"2",3,4,-1\n"3",5,6,1\n', 'as R writes it'],
    ['Unnamed: 0,x1,x2,y\n7,1,2,1\n2,3,4,-1\n5,5,6,1\n', 'of rows that were shuffled and written twice'],
    [';x1;x2;y\nMazda;1;2;1\nFiat;3;4;-1\nLotus;5;6;1\n', 'that holds names'],
  ])('%j, %s, is left out, with a note', async (text) => {
    const task = await read(text);
    expect([task.dimension, ...task.trainInputs]).toEqual([2, 1, 2, 3, 4, 5, 6]);
    expect(task.notes?.[0]).toBe('the first column has no name and numbers the rows: it is left out of the inputs');
  });

  test.each([
    ['Unnamed: 0.1,Unnamed: 0,x1,x2,y\n0,0,1,2,1\n1,1,3,4,-1\n2,2,5,6,1\n', 'as pandas writes one that it read, twice'],
    ['x1,,x2,y\n1,0,2,1\n3,1,4,-1\n5,2,6,1\n', 'between others'],
  ])('%j, %s, is left out too', async (text) => {
    const task = await read(text);
    expect([task.dimension, ...task.trainInputs]).toEqual([2, 1, 2, 3, 4, 5, 6]);
    expect(task.notes?.join()).toContain('has no name and numbers the rows: it is left out of the inputs');
  });

  test('is an input where it does not number rows, or where the sheet names it', async () => {
    expect((await read(',x,y\n0.5,1,1\n0.25,3,-1\n')).dimension).toBe(2);
    expect((await read(',x,y\n3,1,1\n3,3,-1\n')).dimension).toBe(2);
    expect((await read(',x,y\n0,1,1\n1,3,-1\n', { inputs: ['', 'x'] })).dimension).toBe(2);
  });

  test('a named column that counts rows gives a warning, and can be left out', async () => {
    const text = 'id,x,y\n1,0.5,1\n2,-0.5,-1\n3,0.7,1\n';
    expect((await read(text)).warnings).toContain('the column "id" numbers the rows and is an input; leave it out with inputs: "-id"');
    const task = await read(text, { inputs: '-id' });
    expect([task.dimension, task.warnings]).toEqual([1, []]);
  });
});

describe('a file without a header', () => {
  const text = '1,0,1\n0,1,-1\n2,2,1\n';
  test('loses no example: the first row of numbers is a problem', async () => {
    for (const rows of [text, '1;2\n3;4\n', '1.5e3\t-2\n3\t4\n'])
      expect(await problem(rows, { label: -1 })).toMatch(
        /^a\.csv: the first row holds numbers; a header is expected\. Write header: false/,
      );
  });

  test('is read with header: false, its columns by number', async () => {
    const task = await read(text, { header: false, label: 2 });
    expect([...task.trainLabels]).toEqual([1, -1, 1]);
    expect([...task.trainInputs]).toEqual([1, 0, 0, 1, 2, 2]);
    expect([...(await read(text, { header: false, label: -1, inputs: ['0'] })).trainInputs]).toEqual([1, 0, 2]);
    expect(await problem(text, { header: false, label: 3 })).toBe('label: must be a column number from 0 to 2, got 3');
    expect(await problem('1,2\n3\n', { header: false, label: 0 })).toBe('a.csv, row 2: expected 2 values as in the first row, got 1');
  });

  test('names that are numbers are names when the sheet says so', async () => {
    expect([...(await read('0,1,2\n5,6,1\n7,8,-1\n', { header: true, label: '2' })).trainLabels]).toEqual([1, -1]);
  });
});

describe('standardising', () => {
  const near = 0.30000000000000004;
  test.each([
    ['rounding noise', [0.3, near, 0.3, near], [0.3, near]],
    ['rounding noise of large numbers', [1e300, 1e300 * (1 + 2 ** -52), 1e300], [1e300]],
    ['rounding noise of sums', [0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, 0.6], [0.6]],
    ['zeros', [0, 0, 0], [0]],
  ])('makes 0 of %s in both sets', (_, train, rest) => {
    const [a, b] = [Float64Array.from(train), Float64Array.from(rest)];
    expect(standardise(a, b, 1)).toEqual({ constant: [0], coarse: [] });
    expect([...a, ...b].every((value) => value === 0)).toBe(true);
  });

  test.each([
    ['years', [1990, 1991, 1992, 1993]],
    ['times in milliseconds', [1700000000001, 1700000000002, 1700000000005]],
    ['whole numbers near 1e15', [1e15, 1e15 + 1, 1e15 + 2]],
    ['numbers whose squares overflow', [1e200, -1e200, 3e200]],
    ['numbers whose differences overflow', [1.5e308, -1.5e308, 1.5e308]],
    ['numbers whose squares underflow', [1e-200, 2e-200, 4e-200]],
    ['the smallest numbers', [5e-324, 1e-323, 2e-323]],
  ])('gives %s mean 0 and variance 1', (_, train) => {
    const a = Float64Array.from(train);
    standardise(a, new Float64Array(), 1);
    const mean = a.reduce((sum, value) => sum + value, 0) / a.length;
    expect(mean).toBeCloseTo(0, 6);
    expect(a.reduce((sum, value) => sum + value * value, 0) / a.length).toBeCloseTo(1, 6);
  });

  test('of numbers far from 0 agrees with exact arithmetic on whole numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 20 }), (offsets) => {
        fc.pre(new Set(offsets).size > 1);
        // Nearer to 2⁵² a spread below 1 would count as rounding, and the column as constant.
        const a = Float64Array.from(offsets, (value) => 2 ** 46 + value);
        const b = Float64Array.from(offsets);
        standardise(a, new Float64Array(), 1);
        standardise(b, new Float64Array(), 1);
        a.forEach((value, index) => expect(value).toBeCloseTo(b[index]!, 12));
      }),
      { examples: [[[0, 1]], [[...new Array<number>(19).fill(0), 1]], [[7, 8, 7, 8]]] },
    );
  });

  test('says which columns are constant, and which are almost', async () => {
    const rows = Array.from({ length: 6 }, (_, row) => `${row % 2 ? 0.3 : near},${row},${1e12 + row * 0.01},${row % 2 ? 1 : -1}`);
    const task = await read(`c,x,t,y\n${rows.join('\n')}`, { standardise: true });
    expect(task.notes).toContain('constant in training, now 0: "c"');
    expect(task.warnings).toEqual([expect.stringMatching(/^the spread of "t" is so small/)]);
    expect(rowsOf(task.trainInputs, 3).every(([c]) => c === 0)).toBe(true);
  });
});

describe('a file sorted by class', () => {
  const sorted = (counts: readonly number[]): string =>
    `x,y\n${counts.flatMap((count, label) => Array.from({ length: count }, (_, row) => `${label}.${row + 1},${label}`)).join('\n')}`;
  const labels = (values: Float64Array): number[] => [...values].sort((a, b) => a - b);

  test.each([
    ['test', sorted([20, 20]), { test: 10 }, /^the test set holds one class only, label 1; seed: 1/],
    ['training', sorted([20, 20]), { train: 15 }, undefined],
    ['training', sorted([20, 20]), { train: 15, test: 10 }, /^the training set holds one class only, label 0; seed: 1/],
    ['test', sorted([5, 5, 5]), { test: 4 }, /^the test set holds one class only, label 2/],
  ])('warns when the %s set has one class only', async (_, text, parameters, expected) => {
    const warnings = ((await read(text, parameters)).warnings ?? []).filter((warning) => warning.includes('one class'));
    if (expected) expect(warnings[0]).toMatch(expected);
    else expect(warnings).toEqual([]);
  });

  test('is split at random by a seed: each row once, and more training rows begin with the fewer', async () => {
    const text = sorted([20, 20]);
    const [task, other, less] = [
      await read(text, { test: 10, seed: 1 }),
      await read(text, { test: 10, seed: 2 }),
      await read(text, { test: 10, train: 7, seed: 1 }),
    ];
    expect([...task.trainInputs, ...task.testInputs].sort()).toEqual([...(await read(text)).trainInputs].sort());
    expect([...other.trainInputs]).not.toEqual([...task.trainInputs]);
    expect([...less.trainInputs]).toEqual([...task.trainInputs.subarray(0, 7)]);
    expect([...less.testInputs]).toEqual([...task.testInputs]);
    expect(task.warnings?.filter((warning) => warning.includes('one class'))).toEqual([]);
  });

  test('is split in equal shares by stratify, to within one row a class', async () => {
    for (const counts of [
      [20, 20],
      [30, 10],
      [7, 21, 14],
    ])
      for (const test of [6, 10, 14]) {
        const task = await read(sorted(counts), { test, stratify: true });
        const total = counts.reduce((sum, count) => sum + count, 0);
        counts.forEach((count, label) => {
          const got = labels(task.testLabels).filter((each) => each === label).length;
          expect(Math.abs(got - (test * count) / total)).toBeLessThanOrEqual(1);
        });
      }
    expect(await problem('x,y\n1,0.5\n2,1.5\n3,2.25\n', { stratify: true })).toBe(
      'stratify: needs labels that are classes, these are real numbers',
    );
  });
});

describe('what is not UTF-8', () => {
  test.each([
    ['UTF-16, little endian', utf16('x,y\n1,2\n', true, true), 'is UTF-16'],
    ['UTF-16, big endian', utf16('x,y\n1,2\n', false, true), 'is UTF-16'],
    ['UTF-16 without a mark', utf16('x,y\n1,2\n3,4\n', true, false), 'looks like UTF-16'],
    ['UTF-32', Uint8Array.from([0xff, 0xfe, 0, 0, 0x78, 0, 0, 0]), 'is UTF-32'],
    [
      'Latin-1',
      Uint8Array.from([...new TextEncoder().encode('gr'), 0xf6, ...new TextEncoder().encode('sse,y\n1,2\n')]),
      'perhaps Latin-1 or Windows-1252 (byte 3 is 0xF6)',
    ],
    ['zero bytes', new TextEncoder().encode('x,y\n1,2\n3,4\n5,\x006\n'), 'holds zero bytes'],
  ])('is named: %s', async (_, bytes, expected) => {
    const message = await problem(bytes);
    expect(message).toMatch(/^a\.csv: expected a text file in UTF-8, got one that .*, not UTF-8; save it as UTF-8$/);
    expect(message).toContain(expected);
    expect(message).not.toMatch(/\p{Cc}/u);
  });
});

describe('separators', () => {
  test.each([
    ['semicolons', 'a;b;y\n1;2;3\n4;5;6\n'],
    ['tabs', 'a\tb\ty\n1\t2\t3\n4\t5\t6\n'],
    ['bars', 'a|b|y\r\n1|2|3\r\n4|5|6\r\n'],
    ['spaces', 'a  b y\n1.0   2 3\n 4 5  6 \n'],
    ['CR line ends', 'a,b,y\r1,2,3\r4,5,6\r'],
    ['CRLF and a byte-order mark', '\uFEFFa,b,y\r\n1,2,3\r\n4,5,6'],
    ['commas inside quoted names', '"a,1";"b,2";y\n1;2;3\n4;5;6\n'],
  ])('%s are found', async (_, text) => {
    const task = await read(text);
    expect([...task.trainInputs, ...task.trainLabels]).toEqual([1, 2, 4, 5, 3, 6]);
  });

  test('decimal commas are read when asked for, and named when not', async () => {
    const text = 'a;y\n1,5;2\n-,25e1;3\n';
    expect([...(await read(text, { decimal: ',' })).trainInputs]).toEqual([1.5, -2.5]);
    expect(await problem(text)).toBe('a.csv, row 2, column "a": expected a number, got "1,5"; for decimal commas write decimal: ","');
    expect(await problem('a;y\n1.5;2\n', { decimal: ',' })).toContain('a number has a comma, not a point');
  });

  test('numbers that double precision does not hold are refused on both sides', async () => {
    expect(await problem('a,y\n1e-400,2\n')).toBe(
      'a.csv, row 2, column "a": expected a number, got "1e-400"; it is too small for double precision',
    );
    expect(await problem('a,y\n1e400,2\n')).toBe('a.csv, row 2, column "a": expected a number, got "1e400"');
    expect([...(await read('a,y\n0e-400,2\n5e-324,1')).trainInputs]).toEqual([0, 5e-324]);
  });

  test('a missing value names its row', async () => {
    for (const missing of ['NA', '', ' ', 'null'])
      expect(await problem(`a;y\n1;2\n${missing};3\n`)).toBe(`a.csv, row 3, column "a": expected a number, got "${missing}"`);
  });

  test('a header one name short says so', async () => {
    expect(await problem('a,y\n1,2,3\n')).toBe(
      'a.csv, row 2: expected 2 values as in the header, got 3; the header may lack the name of the first column',
    );
  });
});

describe('the scale of inputs', () => {
  const warningsOf = async (rows: readonly string[], parameters: Partial<TableParameters> = {}): Promise<readonly string[]> =>
    ((await read(`a,b,y\n${rows.map((row, index) => `${row},${index % 2 ? 1 : -1}`).join('\n')}\n`, parameters)).warnings ?? []).filter(
      (warning) => !warning.includes('numbers the rows'),
    );

  test.each([
    ['pixels', ['255,0', '128,64', '0,255'], /^the inputs are large, mean \|x\|²\/D is .*"a" 0 … 255.*standardise: true/],
    ['years', ['1990.5,2001', '2005,1993', '2020,2011'], /lie far from 0 beside their spread.*"[ab]" 199/],
    ['tiny numbers', ['1e-10,2e-10', '2e-10,-1e-10', '1e-10,1e-10'], /^the inputs are small, mean \|x\|²\/D is 2e-20/],
    [
      'an amount beside a share',
      ['12000,0.5', '-9000,0.25', '100,-0.75'],
      /^the columns have unequal scales, "a" -9000 … 12000, "b" -0.75 … 0.5/,
    ],
    ['numbers whose squares overflow', ['1e200,1', '-1e200,2', '3e200,3'], /^the inputs are large, mean \|x\|²\/D is more than 1e308/],
  ])('%s are warned of, and not once they are standardised', async (_, rows, expected) => {
    const warnings = await warningsOf(rows);
    expect(
      warnings.some((warning) => expected.test(warning)),
      warnings.join('\n'),
    ).toBe(true);
    expect(await warningsOf(rows, { standardise: true })).toEqual([]);
  });

  test('ordinary inputs are not warned of, and their range is a note', async () => {
    expect(await warningsOf(['1,0', '-0.5,1.5', '0.5,-2'])).toEqual([]);
    const { notes } = await read('a,b,y\n1,0,1\n-1,2,-1\n');
    expect(notes).toEqual(['mean |x|²/D 1.5, |mean|²/variance 0.5; "a" -1 … 1, "b" 0 … 2']);
  });
});
