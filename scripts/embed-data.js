/**
 * Makes the embedded datasets, once: `node scripts/embed-data.js digits.csv.gz mnist.npz fashion-mnist.npz`.
 *
 * Each set becomes two gzipped IDX files in `static/data` (the format of MNIST itself: bytes 0, 0, type 8 = uint8, number of
 * dimensions, then each dimension as a big-endian 32-bit number, then the bytes, last dimension fastest):
 * `<set>-images.idx.gz` [count, height, width] and `<set>-labels.idx.gz` [count].
 * The CSV has a row an image, 64 pixels of 0…16 then the class; an npz has `images` [count, 28, 28] and `labels` [count], uint8.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { root } from './fresh.js';

/** @typedef {{ shape: number[]; data: Uint8Array }} Bytes */

/**
 * An array of uint8 out of an `.npy` file.
 * @param {Uint8Array | undefined} file
 * @returns {Bytes}
 */
const readNpy = (file) => {
  if (!file) throw new Error('the npz must hold images.npy and labels.npy');
  const buffer = Buffer.from(file);
  const wide = buffer[6] === 1 ? 2 : 4;
  const start = 8 + wide + (wide === 2 ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8));
  const header = buffer.toString('latin1', 8 + wide, start);
  if (!/'descr': '\|u1'/.test(header) || !/'fortran_order': False/.test(header))
    throw new Error(`expected uint8 in C order, got ${header}`);
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  return { shape, data: file.subarray(start) };
};

/**
 * Rows of 64 pixels and a class.
 * @param {string} text
 * @returns {{ images: Bytes; labels: Bytes }}
 */
const readDigits = (text) => {
  const rows = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(',').map(Number));
  if (rows.some((row) => row.length !== 65 || row.some((value) => !Number.isInteger(value) || value < 0 || value > 16))) {
    throw new Error('expected 64 whole numbers from 0 to 16 and a class in every row');
  }
  return {
    images: { shape: [rows.length, 8, 8], data: Uint8Array.from(rows.flatMap((row) => row.slice(0, 64))) },
    labels: { shape: [rows.length], data: Uint8Array.from(rows.map((row) => /** @type {number} */ (row[64]))) },
  };
};

/** @param {Bytes} bytes */
const toIdx = ({ shape, data }) => {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((length, index) => header.writeUInt32BE(length, 4 + 4 * index));
  return gzipSync(Buffer.concat([header, data]), { level: 9, memLevel: 9 });
};

const folder = join(root, 'static/data');
mkdirSync(folder, { recursive: true });
for (const source of process.argv.slice(2)) {
  const bytes = readFileSync(source);
  const name = basename(source).replace(/\.(csv\.gz|npz)$/, '');
  const npz = source.endsWith('.npz') ? unzipSync(bytes) : undefined;
  const { images, labels } = npz
    ? { images: readNpy(npz['images.npy']), labels: readNpy(npz['labels.npy']) }
    : readDigits(gunzipSync(bytes).toString('utf8'));
  for (const [part, array] of /** @type {const} */ ([
    ['images', images],
    ['labels', labels],
  ])) {
    const file = join(folder, `${name}-${part}.idx.gz`);
    const packed = toIdx(array);
    writeFileSync(file, packed);
    console.log(`${basename(file)}: [${array.shape.join(', ')}], ${packed.length} bytes`);
  }
}
