import { gzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { fileImages } from '$lib/data/file-images';
import { table } from '$lib/data/table';
import { cifarBatch, idxFile } from '../../support/pictures';
import { uniforms } from '../../support/task';
import { fileSource, never } from './files';

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(`tests/fixtures/arrays/${name}`));
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

const numbers = Array.from({ length: 20 }, (_, index) => index / 7 - 1);
const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'x', data: numbers, type: 'DOUBLE' },
      { name: 'z', data: numbers.map((x) => `t${Math.round(x)}`), type: 'STRING' },
      { name: 'y', data: numbers.map(Math.sign), type: 'DOUBLE' },
    ],
  }),
);

const asTable = (bytes: Uint8Array) => table({ file: 'a', label: 'y', test: 1, standardise: true }, fileSource({ a: bytes }), never);
const ofPyarrow = (bytes: Uint8Array) =>
  table({ file: 'a', label: 'text', positive: 'cat', inputs: ['-float16', '-dictionary'] }, fileSource({ a: bytes }), never);
const asImages = (bytes: Uint8Array) =>
  fileImages(
    { files: ['a'], grey: true, coarse: false, size: 4, ...(bytes[2] === 8 && { labels: ['l'] }) },
    undefined,
    { positive: 0, negative: 1, train: 2, test: 1, seed: 1, centre: true, scale: true, standardise: 'none', coding: '±1' },
    fileSource({
      a: bytes,
      l: idxFile(
        [12],
        Array.from({ length: 12 }, (_, index) => index % 3),
      ),
    }),
    never,
    () => undefined,
  );

const seeds: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => Promise<unknown>])[] = [
  ['CSV', text('a,"b",y\r\n1,2,3\r\n4,5e3,-6\r\n7,8,9\r\n'), asTable],
  ['a table with semicolons', text('a;"b ""c""";y\n1.5;2;3\n4;5;6\n'), asTable],
  ['gzip CSV', gzipSync(text('x,y\n1,2\n3,4\n5,6\n')), asTable],
  ['NPY', fixture('f4.npy'), (bytes) => table({ file: 'a', label: 0 }, fileSource({ a: bytes }), never)],
  ['NPZ', fixture('table.npz'), asTable],
  ['Parquet of pyarrow', new Uint8Array(readFileSync('tests/fixtures/parquet/zstd-2.parquet')), (bytes) => ofPyarrow(bytes)],
  ['gzip NPZ', gzipSync(fixture('table.npz')), asTable],
  ['Parquet', parquet, (bytes) => table({ file: 'a', label: 'y', inputs: '-z' }, fileSource({ a: bytes }), never)],
  ['CIFAR', cifarBatch(12, 3), asImages],
  [
    'IDX',
    idxFile(
      [12, 4, 4],
      Array.from({ length: 192 }, (_, index) => index),
    ),
    asImages,
  ],
  ['NPZ pictures', fixture('pictures.npz'), asImages],
];

/** A file with something wrong: bytes changed, cut off, left out, put twice or put in. */
const mutated = (bytes: Uint8Array, uniform: () => number): Uint8Array => {
  const at = (length: number): number => Math.floor(uniform() * length);
  // Headers stand at the beginnings and at the ends of files.
  const place = (): number =>
    [at(bytes.length), at(Math.min(128, bytes.length)), bytes.length - 1 - at(Math.min(128, bytes.length))][at(3)]!;
  const [from, to] = [place(), place()].sort((a, b) => a - b) as [number, number];
  switch (at(6)) {
    case 0:
      return bytes.slice(0, from);
    case 1:
      return Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(to)]);
    case 2:
      return Uint8Array.from([...bytes.subarray(0, to), ...bytes.subarray(from)]);
    case 3:
      return Uint8Array.from([...bytes.subarray(0, from), at(256), at(256), ...bytes.subarray(from)]);
    default: {
      const changed = bytes.slice();
      for (let count = 1 + at(3); count > 0; count--) changed[place()] = [at(256), 0, 255, 127][at(4)]!;
      return changed;
    }
  }
};

/** What a file may add to the memory while it is read, garbage counted. */
const mostGrown = 256 * 2 ** 20;
const held = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** Files in all: more, and with their figures, by `MUTATIONS=20000 npx vitest run tests/unit/data/mutations.test.ts`. */
const count = Math.ceil(Number(process.env['MUTATIONS'] ?? 2000) / seeds.length);

test.each(seeds)(
  'a damaged file is a problem or a dataset, never another exception: %s',
  async (_, bytes, read) => {
    await expect(read(bytes)).resolves.toMatchObject({ dimension: expect.any(Number) as number });
    const uniform = uniforms(bytes.length);
    let [problems, most, slowest] = [0, 0, 0];
    for (let index = 0; index < count; index++) {
      const bad = mutated(bytes, uniform);
      const [before, began] = [held(), performance.now()];
      try {
        const task = (await read(bad)) as { trainInputs: Float64Array };
        expect(task.trainInputs.every(Number.isFinite)).toBe(true);
      } catch (error) {
        if (!(error instanceof Problem)) throw new Error(`file ${index}, ${bad.length} bytes: ${String(error)}`, { cause: error });
        expect(error.message).not.toMatch(/\p{Cc}/u);
        problems += 1;
      }
      most = Math.max(most, held() - before);
      slowest = Math.max(slowest, performance.now() - began);
      expect(most, `bytes of file ${index}`).toBeLessThan(mostGrown);
    }
    expect(problems).toBeGreaterThan(0);
    if (process.env['MUTATIONS'] !== undefined)
      console.error(
        `${count} files: ${problems} problems, most memory ${Math.round(most / 2 ** 20)} MiB, slowest ${Math.round(slowest)} ms`,
      );
  },
  60_000,
);
