import { gzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { npyBytes } from '$lib/data/npy';
import { evaluate } from '../../support/evaluate';
import { cifarBatch, idxFile } from '../../support/pictures';
import { fileSource } from './files';

const array = (name: string): Uint8Array => new Uint8Array(readFileSync(`tests/fixtures/arrays/${name}`));
const parquet = (name: string): Uint8Array => new Uint8Array(readFileSync(`tests/fixtures/parquet/${name}.parquet`));
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
/** The same bytes with some of them changed; a negative place counts from the end. */
const changed = (bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array => {
  const copy = bytes.slice();
  copy.set(values, at < 0 ? bytes.length + at : at);
  return copy;
};
const cut = (bytes: Uint8Array, end: number): Uint8Array => bytes.slice(0, end);
const utf16 = (words: string, mark: boolean): Uint8Array =>
  Uint8Array.from([...(mark ? [0xff, 0xfe] : []), ...Array.from(words, (letter) => [letter.charCodeAt(0), 0]).flat()]);

const batch = cifarBatch(4);
const hundred = cifarBatch(4, 4, (label) => label);
const idx = idxFile(
  [4, 2, 3],
  Array.from({ length: 24 }, (_, index) => index),
);
const floats = (values: readonly number[]): Uint8Array => npyBytes({ shape: [2, 1, 2], data: Float64Array.from(values) });
const labels = npyBytes({ shape: [2], data: Float64Array.from([0, 1]) });
const archive = zipSync({ 'x_train.npy': [floats([1, 2, 3, 4]), { level: 0 }], 'y_train.npy': [labels, { level: 0 }] });
const zeros = zipSync({ 'x_train.npy': new Uint8Array(2 ** 20), 'y_train.npy': labels });
const directoryOf = (bytes: Uint8Array): number => new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
/** An archive whose directory says another size of its first file. */
const lying = (size: number): Uint8Array =>
  changed(zeros, directoryOf(zeros) + 24, ...[0, 8, 16, 24].map((shift) => Math.floor(size / 2 ** shift) & 255));
const columns = (...names: readonly string[]): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData: names.map((name) => ({ name, data: [1, NaN, 3], type: 'DOUBLE' as const })) }));

const pictures = 'images("a", positive: 0, negative: 1, train: 2, test: 0)';
const labelled = (labels: string): string => `images("a", labels: "${labels}", positive: 0, negative: 1, train: 2, test: 0)`;
const table = 'table("a", label: "y")';
const numbered = 'table("a", label: 0)';

/** Format and fault, the file, how a sheet reads it, what is said. */
const faults: readonly (readonly [string, Uint8Array, string, string | RegExp])[] = [
  [
    'CIFAR, truncated',
    cut(batch, batch.length - 9),
    pictures,
    'a: expected pictures as CIFAR-10 or CIFAR-100 batches (records of 3073 or 3074 bytes), IDX, NPY or NPZ, got 12283 bytes of something else',
  ],
  ['CIFAR-10, wrong class', changed(batch, 3073, 10), pictures, 'a, byte 3073: expected a class of CIFAR-10 from 0 to 9, got 10'],
  [
    'CIFAR-100, wrong fine class',
    changed(hundred, 3075, 100),
    pictures,
    'a, byte 3075: expected a class of CIFAR-100 from 0 to 99, got 100',
  ],
  [
    'CIFAR-100, wrong coarse class',
    changed(hundred, 6148, 20),
    pictures,
    'a, byte 6148: expected a class of CIFAR-100 from 0 to 19, got 20',
  ],
  [
    'IDX, truncated',
    cut(idx, idx.length - 1),
    labelled('l'),
    'a: expected 24 bytes of uint8 numbers, shape 4 × 2 × 3, after the header, got 23',
  ],
  ['IDX, cut in its header', cut(idx, 9), labelled('l'), 'a: ends at byte 9, before its 3 dimensions'],
  ['IDX, wrong magic', changed(idx, 1, 7), labelled('l'), /^a: expected pictures as CIFAR.*got 40 bytes of something else$/],
  ['IDX, wrong type', changed(idx, 2, 10), labelled('l'), /^a: expected pictures as CIFAR.*got 40 bytes of something else$/],
  ['IDX, labels of another number', idx, labelled('l3'), 'l3: expected as many labels as pictures, got 3 and 4'],
  ['IDX, labels that are a text', idx, labelled('t'), 't: expected the classes as an IDX, NPY or NPZ file'],
  [
    'IDX, NaN',
    Uint8Array.from([0, 0, 13, 3, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0x7f, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    labelled('l'),
    'a, picture 1, row 0, column 0: expected a finite number, got NaN',
  ],
  [
    'NPY, truncated',
    cut(array('f4.npy'), 200),
    numbered,
    'a: expected 96 bytes of float32 numbers, shape 2 × 3 × 4, after the header, got 72',
  ],
  ['NPY, cut in its header', cut(array('f4.npy'), 60), numbered, 'a: ends at byte 60, inside its header'],
  ['NPY, wrong magic', changed(array('f4.npy'), 1, 0x4d), numbered, /^a: expected a text file in UTF-8, got one that holds zero bytes/],
  [
    'NPY, pickle',
    array('objects.npy'),
    numbered,
    'a: expected an array of numbers, got Python objects (a pickle), which are never read (type |O)',
  ],
  ['NPY, texts', array('texts.npy'), numbered, 'a: expected an array of numbers, got texts (type <U3)'],
  [
    'NPY, NaN',
    npyBytes({ shape: [3, 2], data: Float64Array.from([1, 2, 3, NaN, 5, 6]) }),
    numbered,
    'a, row 1, column "1": expected a number, got "NaN"',
  ],
  [
    'NPY, infinity',
    npyBytes({ shape: [3, 2], data: Float64Array.from([1, 2, 3, 4, 5, Infinity]) }),
    numbered,
    'a, row 2, column "1": expected a number, got "Infinity"',
  ],
  [
    'NPY, a million columns',
    npyBytes({ shape: [1, 10 ** 6], data: new Float64Array(10 ** 6) }),
    numbered,
    'a: expected at most 100000 columns, got 1000000',
  ],
  [
    'NPY pictures, infinity',
    floats([1, 2, -Infinity, 4]),
    labelled('n'),
    'a, picture 1, row 0, column 0: expected a finite number, got -Infinity',
  ],
  [
    'NPY pictures, flat',
    npyBytes({ shape: [2, 2], data: new Float64Array(4) }),
    labelled('n'),
    'a: expected pictures of shape [n, h, w], [n, h, w, 3] or [n, 3, h, w], got 2 × 2',
  ],
  [
    'NPZ, truncated',
    cut(archive, archive.length - 30),
    pictures,
    'a: expected a zip archive, its directory is not there; the file is cut or damaged',
  ],
  ['NPZ, wrong magic', changed(archive, 0, 0x51), pictures, /^a: expected pictures as CIFAR.* bytes of something else$/],
  ['NPZ, a byte changed', changed(archive, 41 + 128, 1), pictures, 'a, x_train.npy: is damaged, its checksum is wrong'],
  ['NPZ, larger than it says', lying(9), pictures, 'a, x_train.npy: unpacks to more than 9 B, the most that can be read'],
  ['NPZ, a bomb', lying(2 ** 31), pictures, 'a, x_train.npy: is 2 GiB large, at most 256 MiB can be read'],
  [
    'NPZ, pickle',
    zipSync({ 'x_train.npy': array('objects.npy'), 'y_train.npy': labels }),
    pictures,
    'a, x_train.npy: expected an array of numbers, got Python objects (a pickle), which are never read (type |O)',
  ],
  [
    'NPZ, no labels',
    zipSync({ 'x_train.npy': floats([1, 2, 3, 4]) }),
    pictures,
    'a: expected classes under a name like y_train or labels, there are "x_train"; name them with labels:',
  ],
  [
    'NPZ, labels that are fractions',
    zipSync({ 'x_train.npy': floats([1, 2, 3, 4]), 'y_train.npy': npyBytes({ shape: [2], data: Float64Array.from([0, 0.5]) }) }),
    pictures,
    'a, y_train.npy, entry 1: expected a class number, got 0.5',
  ],
  [
    'NPZ table, NaN',
    zipSync({ 'y.npy': labels, 'x.npy': npyBytes({ shape: [2], data: Float64Array.from([1, NaN]) }) }),
    table,
    'a, row 1, column "x": expected a number, got "NaN"',
  ],
  ['NPZ, no arrays', zipSync({ 'a.txt': text('1') }), table, 'a: expected a .npz archive, it holds no .npy array'],
  ['CSV, a quotation mark never closed', text('x,y\n1,"2\n3,4\n'), table, 'a, row 2: a quotation mark is opened and never closed'],
  ['CSV, ragged', text('x,z,y\n1,2,3\n1,2\n'), table, 'a, row 3: expected 3 values as in the header, got 2'],
  ['CSV, duplicate header', text('x,x,y\n1,2,3\n'), table, 'a, row 1: expected each column once, got "x" twice'],
  ['CSV, NaN', text('x,y\n1,2\nNaN,4\n'), table, 'a, row 3, column "x": expected a number, got "NaN"'],
  ['CSV, infinity', text('x,y\n1,2\ninf,4\n'), table, 'a, row 3, column "x": expected a number, got "inf"'],
  ['CSV, empty value', text('x,y\n1,2\n,4\n'), table, 'a, row 3, column "x": expected a number, got ""'],
  ['CSV, only a header', text('x,y\n'), table, 'a: expected rows of numbers after the header, there are none'],
  ['CSV, empty', text(''), table, 'a: expected a header and rows of numbers, the file is empty'],
  [
    'CSV, UTF-16 with a mark',
    utf16('x,y\n1,2\n', true),
    table,
    'a: expected a text file in UTF-8, got one that is UTF-16, not UTF-8; save it as UTF-8',
  ],
  [
    'CSV, UTF-16 without a mark',
    utf16('x,y\n1,2\n', false),
    table,
    'a: expected a text file in UTF-8, got one that looks like UTF-16, not UTF-8; save it as UTF-8',
  ],
  [
    'CSV, Latin-1',
    Uint8Array.from([...text('x,y\n1,2\nM'), 0xfc, ...text(',3\n')]),
    table,
    'a: expected a text file in UTF-8, got one that is in another encoding, perhaps Latin-1 or Windows-1252 (byte 10 is 0xFC), not UTF-8; save it as UTF-8',
  ],
  ['CSV, a million columns', text(`${'a,'.repeat(10 ** 6 - 1)}y\n`), table, 'a: expected at most 100000 columns, got 1000000'],
  ['TSV, ragged', text('x\tz\ty\n1\t2\t3\n1\t2\n'), table, 'a, row 3: expected 3 values as in the header, got 2 (apart by a tab)'],
  [
    'TSV, decimal commas not asked for',
    text('x\ty\n1,5\t2\n'),
    table,
    /^a, row 2, column "x": expected a number, got "1,5"; .*decimal: ","/,
  ],
  ['Parquet, truncated', cut(parquet('plain'), 900), table, /^a: expected a Parquet file, but it is damaged \(.*\)$/],
  ['Parquet, wrong magic', changed(parquet('plain'), 3, 0x30), table, /^a: expected a text file in UTF-8, got one that holds zero bytes/],
  ['Parquet, NaN', columns('x', 'y'), table, 'a, row 2, column "y": expected a number, got "NaN"'],
  ['Parquet, null', parquet('nulls'), 'table("a", label: "y", inputs: "x")', 'a, row 2, column "x": expected a number, got "null"'],
  ['Parquet, nested', parquet('other-list'), table, 'a: expected flat columns, "list" is nested'],
  ['Parquet, duplicate column', columns('x', 'x', 'y'), table, 'a: expected each column once, got "x" twice'],
];

const beside = {
  l: idxFile([4], [0, 1, 0, 1]),
  l3: idxFile([3], [0, 1, 0]),
  n: labels,
  t: text('0\n1\n0\n1\n'),
};

describe('a file that is malformed', () => {
  test.each(faults)(
    '%s: says file, place and what was expected, plain and gzip, and nothing else is lost',
    async (_, bytes, formula, said) => {
      for (const a of [bytes, gzipSync(bytes)]) {
        const of = await evaluate(`d = ${formula}\nother = 2 + 3\n`, fileSource({ a, ...beside }));
        const { message } = of('d').problem ?? { message: `no problem: ${JSON.stringify(of('d').fields)}` };
        if (typeof said === 'string') expect(message).toBe(said);
        else expect(message).toMatch(said);
        expect(of('other')).toMatchObject({ status: 'ok', fields: { value: 5 } });
      }
    },
  );

  test.each([pictures, table])('gzip that is cut, or unpacks to more than can be read: %s', async (formula) => {
    const packed = gzipSync(text('x,y\n1,2\n3,4\n'));
    const of = async (a: Uint8Array) => (await evaluate(`d = ${formula}`, fileSource({ a })))('d').problem?.message;
    expect(await of(cut(packed, packed.length - 12))).toBe('a: expected a gzip file, but it is damaged or ends early');
    const member = gzipSync(new Uint8Array(2 ** 24));
    const bomb = new Uint8Array(17 * member.length);
    for (let at = 0; at < bomb.length; at += member.length) bomb.set(member, at);
    expect(await of(bomb)).toBe('a: unpacks to more than 256 MiB, the most that can be read');
  });
});
