import { describe, expect, test } from 'vitest';
import type { CellReport, EngineReport } from '$lib/worker/protocol';
import { csvName, csvText } from '../../../src/cli/csv';
import { npyFiles } from '../../../src/cli/npy';
import { jsonText } from '../../../src/cli/json';
import { reportLines } from '../../../src/cli/lines';
import { outcomeOf, type MatrixNumbers, type Outcome } from '../../../src/cli/outcome';
import { report } from './reports';
import { answering } from '../../support/answering';
import { readCsv } from '../../support/read-csv';

const engine = { backend: 'webgpu', adapter: 'google swiftshader', notice: '' } as const;
const delta = { name: 'delta', values: [0.01, 0.1] };
const outcome = (key: string, change: Partial<CellReport> = {}): Outcome => outcomeOf(key, report({ key, ...change }), 2, '');
const json = (outcomes: Outcome[], matrices: [string, MatrixNumbers[]][] = []): unknown =>
  JSON.parse(jsonText(engine, outcomes, new Map(matrices)));
const line = (change: Partial<CellReport>): string | undefined => reportLines([outcome('err', change)])[0];

describe('--json', () => {
  test('is that of the contract', () => {
    const err = outcome('err', {
      axes: [delta],
      fields: { train: [0.1, 0.1], test: [0.5, 0.4] },
      diagnostics: { residual: 2e-7, condition: 1.4e4, stderr: 0.003 },
    });
    expect(json([err])).toEqual({
      version: 1,
      engine: { backend: 'webgpu', adapter: 'google swiftshader' },
      cells: {
        err: {
          ...{ kind: 'error', status: 'ok', milliseconds: 812 },
          axes: [{ name: 'delta', values: [0.01, 0.1] }],
          fields: { train: [0.1, 0.1], test: [0.5, 0.4] },
          diagnostics: { residual: 2e-7, condition: 1.4e4, stderr: 0.003 },
        },
      },
    });
  });

  test('tells the threads of an engine that has some', () => {
    const written = (report: EngineReport): unknown => (JSON.parse(jsonText(report, [], new Map())) as { engine: unknown }).engine;
    expect(written({ backend: 'cpu', adapter: 'SIMD', threads: 4, gpu: 'none', notice: 'slow' })).toEqual({
      ...{ backend: 'cpu', adapter: 'SIMD', threads: 4 },
    });
    expect(written(engine)).toEqual({ backend: 'webgpu', adapter: 'google swiftshader' });
  });

  test('errors have message, line and column; waiting cells say for whom; cells stand as in the sheet', () => {
    const problem = { message: 'gamma: must be a number > 0, got -1', place: { line: 3, column: 9, length: 1 } };
    const cells = [outcome('z', { status: 'error', problem }), outcome('a', { status: 'waiting', waitingOn: ['z'] })];
    const written = json(cells) as { cells: Record<string, unknown> };
    expect(Object.keys(written.cells)).toEqual(['z', 'a']);
    expect(written.cells['z']).toEqual({ kind: 'error', status: 'error', milliseconds: 812, message: problem.message, line: 3, column: 9 });
    expect(written.cells['a']).toMatchObject({ status: 'waiting', on: ['z'] });
  });

  test('a kernel has its matrix, one a point of its axes; where some are too large, none', () => {
    const block = { rows: 1, columns: 2, data: [1, 2] };
    const fieldsWith = (axes: CellReport['axes'], blocks: MatrixNumbers[]): unknown =>
      (json([outcome('k', { axes, fields: { size: 1 } })], [['k', blocks]]) as { cells: { k: { fields: unknown } } }).cells.k.fields;
    expect(fieldsWith([], [block])).toEqual({ size: 1, matrix: block });
    expect(fieldsWith([delta], [block, block])).toEqual({ size: 1, matrix: [block, block] });
    expect(fieldsWith([delta], [block])).toEqual({ size: 1 });
    expect(fieldsWith([], [])).toEqual({ size: 1 });
  });

  test('warnings stand with their cell, and only where there are some', () => {
    expect(json([outcome('a', { warnings: ['too long a step'] })])).toMatchObject({ cells: { a: { warnings: ['too long a step'] } } });
    expect(jsonText(engine, [outcome('a')], new Map())).not.toContain('warnings');
  });
});

describe('--csv', () => {
  test('has a column an axis and a field, a row a point, the last axis fastest', () => {
    const axes = [{ name: 'gamma', values: ['a,"b"', 'c'] }, delta];
    const text = csvText(outcome('err', { axes, fields: { test: [1, 2, 3, 4], other: [1] } }));
    expect(readCsv(text ?? '', 'a').map(({ values }) => values)).toEqual([
      ['gamma', 'delta', 'test'],
      ['a,"b"', '0.01', '1'],
      ['a,"b"', '0.1', '2'],
      ['c', '0.01', '3'],
      ['c', '0.1', '4'],
    ]);
  });

  test('a cell without axes has one row, one without values or in error no table', () => {
    expect(csvText(outcome('x', { fields: { value: 2 } }))).toBe('value\n2\n');
    expect(csvText(outcome('x', { fields: {} }))).toBeUndefined();
    expect(csvText(outcome('x', { status: 'error' }))).toBeUndefined();
  });

  test('file names are plain', () => {
    expect(csvName('err')).toBe('err.csv');
    expect(csvName('A1#2')).toBe('A1-2.csv');
  });
});

describe('the lines', () => {
  test('one a cell, in columns', () => {
    expect(reportLines([outcome('a', { milliseconds: 5, fields: { value: 1 / 3 } }), outcome('delta', { kind: 'range' })])).toEqual([
      'a      error    5 ms  0.3333',
      'delta  range  812 ms  test 0.25',
    ]);
  });

  test('a field over axes shows its span, a standard error stands behind its number', () => {
    expect(line({ axes: [delta], fields: { test: [0.5, 0.123456] } })).toMatch(/test 0\.1235 … 0\.5 over delta \(2\)$/);
    // Kernels of a sweep over theories do not all have the same fields.
    const some = [2.5, undefined] as unknown as number[];
    expect(line({ axes: [delta], fields: { condition: some } })).toMatch(/condition 2\.5 at 1 of 2 points over delta \(2\)$/);
    expect(line({ fields: { test: 0.5, 'test.stderr': 0.01 } })).toMatch(/ms {2}test 0\.5 ± 0\.01$/);
  });

  test.each([
    [19999, '19999'],
    [10003, '10003'],
    [-20000001, '-20000001'],
    [19999.5, '19999.5'],
    [123456.789, '123456.8'],
    [0.000123456, '0.0001235'],
    [1e21, '1e\\+21'],
  ])('a number loses no digit before its point: %d', (value, text) => {
    expect(line({ fields: { value } })).toMatch(new RegExp(`ms {2}${text}$`));
  });

  test('a number has the digits that its standard error leaves it, the ends of a span those that tell them apart', () => {
    expect(line({ fields: { test: 0.1234567, 'test.stderr': 0.000123 } })).toMatch(/test 0\.12346 ± 0\.00012$/);
    expect(line({ axes: [delta], fields: { test: [1000.1, 1000.9] } })).toMatch(/test 1000\.1 … 1000\.9 over/);
    expect(line({ axes: [delta], fields: { test: [0.333331, 0.333339] } })).toMatch(/test 0\.333331 … 0\.333339 over/);
    expect(line({ axes: [delta], fields: { test: [null, 0.25] } })).toMatch(/test 0\.25 at 1 of 2 points over/);
  });

  test('checks, errors, waiting cells and warnings speak for themselves', () => {
    expect(line({ kind: 'check', fields: { pass: true, left: 1, right: 2 } })).toMatch(/pass \(left 1, right 2\)$/);
    expect(line({ kind: 'check', fields: { pass: false, left: 0.1 + 0.2, right: 0.3 } })).toMatch(
      /FAIL \(left 0\.30000000000000004, right 0\.3\)$/,
    );
    expect(line({ kind: 'check', fields: { pass: false, left: 1.234567, right: 1.234568 } })).toMatch(
      /FAIL \(left 1\.234567, right 1\.234568\)$/,
    );
    expect(line({ kind: 'check', fields: { pass: false } })).toMatch(/FAIL$/);
    expect(line({ status: 'error', problem: { message: 'no\nway' } })).toMatch(/error: line 2, column 1: no way$/);
    expect(line({ status: 'waiting', waitingOn: ['pre'] })).toMatch(/waiting for pre$/);
    expect(line({ fields: {}, warnings: ['careful'] })).toMatch(/ok; warning: careful$/);
  });
});

describe('--npy', () => {
  const ask = answering({
    arrays: (_, { point }) => Promise.resolve([{ name: 'w1', shape: [1, 2], data: Float64Array.from([point, 7]) }]),
  });
  const names = async (change: Partial<CellReport>): Promise<string[]> =>
    (await npyFiles({ ask }, outcome('nets', change))).map(({ name }) => name);

  test('writes every number of a cell over its axes, and its arrays point by point', async () => {
    expect(await names({ fields: { test: 0.5, 'test.stderr': 0.1, note: 'text' } })).toEqual([
      'nets.test.npy',
      'nets.test.stderr.npy',
      'nets.w1.npy',
    ]);
    const axes = [{ name: 'delta', values: [0.1, 1] }];
    expect(await names({ axes, fields: { test: [1, 2] } })).toEqual(['nets.test.npy', 'nets.0.w1.npy', 'nets.1.w1.npy']);
    const [test, first] = await npyFiles({ ask }, outcome('nets', { axes, fields: { test: [1, 2] } }));
    expect(new TextDecoder('latin1').decode(test?.bytes)).toContain("'shape': (2,), }");
    expect(new TextDecoder('latin1').decode(first?.bytes)).toContain("'shape': (1, 2), }");
  });

  test('writes nothing of a cell that is in error', async () => {
    expect(await names({ status: 'error', problem: { message: 'no' } })).toEqual([]);
  });
});
