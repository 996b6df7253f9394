import { gzipSync } from 'fflate';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { table, type TableParameters } from '$lib/data/table';
import { fileSource, never, problemOf } from './files';

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(`tests/fixtures/parquet/${name}.parquet`));
const read = (bytes: Uint8Array, parameters: Partial<TableParameters> = {}) =>
  table({ file: 'a', label: 'y', ...parameters }, fileSource({ a: bytes }), never);
const problem = (bytes: Uint8Array, parameters: Partial<TableParameters> = {}): Promise<string> => problemOf(() => read(bytes, parameters));

const rows = Array.from({ length: 20 }, (_, row) => row);
/** A column as `write.py` has it: the first rows, then a rule of the row. */
const column = (first: readonly number[], rule: (row: number) => number): number[] => rows.map((row) => first[row] ?? rule(row));
const whole = (row: number): number => 7 * row - 60;
const fraction = (row: number): number => whole(row) / 8 + 0.1;
/** The nearest number of 11 bits: fractions of this size have steps of at least 2⁻¹⁴. */
const half = (value: number): number => {
  const step = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
  return Math.round(value / step) * step;
};
const integer = (bits: number): number[] => column([-(2 ** (bits - 1)), 2 ** (bits - 1) - 1], whole);
const unsigned = (bits: number): number[] => column([0, 2 ** bits - 1], (row) => whole(row) + 60);
const expected: Readonly<Record<string, number[]>> = {
  ...{ int8: integer(8), int16: integer(16), int32: integer(32) },
  // Beyond 2⁵³ doubles of 64 bits are multiples of 1024 or 2048.
  int64: column([-(2 ** 63), 2 ** 63 - 2048], whole),
  ...{ uint8: unsigned(8), uint16: unsigned(16), uint32: unsigned(32) },
  uint64: column([0, 2 ** 64 - 2048], (row) => whole(row) + 60),
  float16: column([65504, 2 ** -24, -0], (row) => half(fraction(row))),
  float32: column([(2 - 2 ** -23) * 2 ** 127, 2 ** -149, -0], (row) => Math.fround(fraction(row))),
  float64: column([Number.MAX_VALUE, 5e-324, -0], fraction),
  bool: column([], (row) => Number(row % 3 === 0)),
};
const texts = rows.map((row) => ['cat', 'dog', 'Ünï'][row % 3]!);

const wholeTables = ['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'].flatMap((codec) => [`${codec}-1`, `${codec}-2`]).concat('plain');

/** What is read of columns of other types: numbers, or a message. */
const others: Readonly<Record<string, readonly number[] | string>> = {
  decimal: [1.25, -0.1],
  date: 'a, row 1, column "date": expected a number, got "2020-01-02T00:00:00.000Z"',
  time: 'a, row 1, column "time": expected a number, got "2020-01-02T03:00:00.000Z"',
  list: 'a: expected flat columns, "list" is nested',
  record: 'a: expected flat columns, "record" is nested',
  bytes: 'a, row 1, column "bytes": expected a number, got "\uFFFD\uFFFD"',
  large: 'a, row 1, column "large": expected a number, got "9007199254740993"; double precision does not hold this integer',
};

describe('Parquet files written by pyarrow', () => {
  test('are all read by a test', () => {
    const named = [...wholeTables, 'encoded', 'nulls', 'empty', 'none', ...Object.keys(others).map((name) => `other-${name}`)];
    expect(readdirSync('tests/fixtures/parquet').sort()).toEqual([...named.map((name) => `${name}.parquet`), 'write.py'].sort());
  });

  test.each([...wholeTables, 'encoded'])('%s: every column reads back to the last bit, plain and gzip', async (name) => {
    const bytes = fixture(name);
    // Not all encodings are there for all types.
    const inputs = Object.keys(expected).filter((each) => name !== 'encoded' || each !== 'float16');
    for (const file of [bytes, gzipSync(bytes)]) {
      const task = await read(file, { inputs });
      inputs.forEach((each, at) => {
        const values = rows.map((row) => task.trainInputs[row * inputs.length + at]);
        expect(values, each).toEqual(expected[each]);
      });
      expect([...task.trainLabels]).toEqual(rows.map((row) => (row % 2 === 0 ? 1 : -1)));
    }
    for (const label of name === 'encoded' ? ['text'] : ['text', 'dictionary'])
      for (const positive of ['cat', 'dog', 'Ünï'])
        expect([...(await read(bytes, { label, positive, inputs: 'int8' })).trainLabels], label).toEqual(
          texts.map((text) => (text === positive ? 1 : -1)),
        );
  });

  test.each([
    ['x', 'null'],
    ['i', 'null'],
    ['b', 'null'],
    ['s', 'cat'],
    ['n', 'null'],
    ['z', 'NaN'],
  ])('a value of %s that is no number (%s) is named with its row', async (inputs, found) => {
    const row = inputs === 'n' || inputs === 's' ? 1 : 2;
    expect(await problem(fixture('nulls'), { inputs })).toBe(`a, row ${row}, column "${inputs}": expected a number, got "${found}"`);
  });

  test('a class that is missing is named with its row', async () => {
    expect(await problem(fixture('nulls'), { label: 's', positive: 'cat', inputs: 'y' })).toBe(
      'a, row 2, column "s": expected a class, got "null", a missing value; if it is a class, name it in negative',
    );
  });

  test.each(Object.entries(others))('a column of type %s is read, or the message says what is there', async (name, result) => {
    if (typeof result === 'string') expect(await problem(fixture(`other-${name}`))).toBe(result);
    else expect([...(await read(fixture(`other-${name}`))).trainInputs]).toEqual(result);
  });

  test('a file without rows or columns is a problem', async () => {
    for (const name of ['empty', 'none']) expect(await problem(fixture(name))).toBe('a: expected rows of numbers, there are none');
  });
});

describe('a Parquet file whose footer says more than is there', () => {
  /** Two columns of 140 rows in groups of 100 and 40, the footer changed before it is written. */
  const lying = (change: (writer: ParquetWriter) => void): Uint8Array => {
    const data = Array.from({ length: 140 }, (_, row) => row % 7);
    const columnData = ['x', 'y'].map((name) => ({ name, data, type: 'DOUBLE' as const }));
    const bytes = new ByteWriter();
    const writer = new ParquetWriter({ writer: bytes, schema: schemaFromColumnData({ columnData }) });
    void writer.write({ columnData: columnData.map(({ name, data }) => ({ name, data })), rowGroupSize: 100 });
    change(writer);
    void writer.finish();
    return new Uint8Array(bytes.getBuffer());
  };
  const group = (writer: ParquetWriter, index: number) => writer.row_groups[index]!;

  test('is read where the footer is right', async () => {
    expect((await read(lying(() => undefined))).trainInputs).toHaveLength(140);
  });

  test.each([141n, 30_000_000n])('%i rows in groups of 140 are refused', async (rows) => {
    expect(await problem(lying((writer) => (writer.num_rows = rows)))).toBe(`a: expected ${rows} rows in its groups, got 140`);
  });

  test.each([200_000_000n, 2n ** 40n])('%i rows are refused before memory is taken for them', async (rows) => {
    const bytes = lying((writer) => {
      writer.num_rows = rows;
      group(writer, 1).num_rows = rows - 100n;
    });
    expect(await problem(bytes)).toBe(`a: ${rows} rows are more than fit, at most 33554432 do`);
  });

  test.each([
    ['beyond the end', 2n ** 33n],
    ['a little beyond it', 5000n],
    ['negative', -500n],
  ])('a part %s is not asked for', async (_, size) => {
    const bytes = lying((writer) => {
      group(writer, 1).columns[0]!.meta_data!.total_compressed_size = size;
    });
    const ends: number[] = [];
    const file = {
      size: bytes.length,
      read: (from: number, to: number) => {
        ends.push(to);
        if (from < 0 || to < from || to > bytes.length) throw new Error(`bytes ${from} to ${to}`);
        return Promise.resolve(bytes.subarray(from, to));
      },
    };
    const done = table({ file: 'a', label: 'y' }, { open: () => Promise.resolve(file) }, never);
    if (size < 0n) await expect(done).rejects.toThrow(/^a: expected a Parquet file, but it is damaged \(bytes 214 to -286 of 776\)$/);
    // The pages themselves say how long they are.
    else expect([...(await done).trainInputs]).toEqual(Array.from({ length: 140 }, (_, row) => row % 7));
    expect(Math.max(...ends)).toBe(bytes.length);
  });
});
