import { deflateRawSync } from 'node:zlib';
import type { ByteFile } from '$lib/data/byte-file';
import { Crc32 } from '$lib/data/formats/crc32';

/** Large files in the real formats, of which no more is in memory than is asked for. */

/** Bytes that come again and again: half of their bits are noise, so that they pack to about half. */
const pattern = Uint8Array.from({ length: 2 ** 16 }, (_, place) => ((place >> 8) & 0xf0) | (Math.imul(place, 0x9e3779b1) >>> 28));

/** A file of a size of such bytes. */
const patternFile = (size: number): ByteFile => ({
  size,
  read: (from, to) => {
    const bytes = new Uint8Array(to - from);
    for (let at = from; at < to;) {
      const first = at % pattern.length;
      const end = Math.min(pattern.length, first + to - at);
      bytes.set(pattern.subarray(first, end), at - from);
      at += end - first;
    }
    return Promise.resolve(bytes);
  },
});

/** A CIFAR-10 batch; picture i is of class i modulo 10. */
export const largeBatch = (count: number): ByteFile => {
  const file = patternFile(count * 3073);
  return {
    size: file.size,
    read: async (from, to) => {
      const bytes = await file.read(from, to);
      for (let row = Math.ceil(from / 3073); row * 3073 < to; row++) bytes[row * 3073 - from] = row % 10;
      return bytes;
    },
  };
};

/** Files one after the other. */
const joined = (parts: readonly ByteFile[]): ByteFile => {
  const starts = parts.reduce<number[]>((list, { size }) => [...list, list.at(-1)! + size], [0]);
  const size = starts.at(-1)!;
  return {
    size,
    read: async (from, to) => {
      const bytes = new Uint8Array(to - from);
      for (const [index, part] of parts.entries()) {
        const [first, end] = [Math.max(from, starts[index]!), Math.min(to, starts[index + 1]!)];
        if (first < end) bytes.set(await part.read(first - starts[index]!, end - starts[index]!), first - from);
      }
      return bytes;
    },
  };
};

const bytesOf = (...numbers: readonly (readonly [number, 2 | 4])[]): Uint8Array => {
  const bytes = new Uint8Array(numbers.reduce((sum, [, width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, width] of numbers) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return bytes;
};

const held = (bytes: Uint8Array): ByteFile => ({ size: bytes.length, read: (from, to) => Promise.resolve(bytes.slice(from, to)) });

const npyHeader = (type: string, shape: string): Uint8Array => {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + '\n';
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0, ...new TextEncoder().encode(text)]);
};

/** `x_train` of `count` colour pictures of 32 × 32 bytes, and `y_train`, class i modulo 10, in a `.npz` file. */
export const largeArchive = async (count: number, isPacked: boolean): Promise<ByteFile> => {
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
  const arrays = [
    ['x_train.npy', joined([held(npyHeader('|u1', `${count}, 32, 32, 3`)), patternFile(count * 3072)])],
    ['y_train.npy', joined([held(npyHeader('|u1', `${count},`)), held(labels)])],
  ] as const;
  const parts: ByteFile[] = [];
  const directory: ByteFile[] = [];
  const length = (list: readonly ByteFile[]): number => list.reduce((sum, { size }) => sum + size, 0);
  for (const [name, content] of arrays) {
    const crc = new Crc32();
    for (let at = 0; at < content.size; at += 2 ** 20) crc.add(await content.read(at, Math.min(content.size, at + 2 ** 20)));
    const data = isPacked ? held(deflateRawSync(await content.read(0, content.size), { level: 1 })) : content;
    const method = isPacked ? 8 : 0;
    const facts = [
      ...([
        [crc.value, 4],
        [data.size, 4],
        [content.size, 4],
        [name.length, 2],
        [0, 2],
      ] as const),
    ];
    const [offset, title] = [length(parts), held(new TextEncoder().encode(name))];
    parts.push(held(bytesOf([0x04034b50, 4], [20, 2], [0, 2], [method, 2], [0, 4], ...facts)), title, data);
    directory.push(
      held(bytesOf([0x02014b50, 4], [20, 2], [20, 2], [0, 2], [method, 2], [0, 4], ...facts, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4])),
      title,
    );
  }
  const end = bytesOf([0x06054b50, 4], [0, 4], [arrays.length, 2], [arrays.length, 2], [length(directory), 4], [length(parts), 4], [0, 2]);
  return joined([...parts, ...directory, held(end)]);
};
