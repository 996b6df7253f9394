import { Problem } from '$lib/base/problem';
import { arrayFile, type ArrayFile } from './array-file';
import type { ElementType } from './element-type';
import { readPart, type Slices } from './slices';

const types: Readonly<Record<number, ElementType>> = { 8: 'uint8', 9: 'int8', 11: 'int16', 12: 'int32', 13: 'float32', 14: 'float64' };

/** Whether these bytes begin as an IDX file: two zeros, a type, a number of dimensions. */
export const isIdx = (bytes: Uint8Array): boolean =>
  bytes[0] === 0 && bytes[1] === 0 && types[bytes[2] ?? 0] !== undefined && (bytes[3] ?? 0) >= 1 && (bytes[3] ?? 0) <= 8;

/**
 * Opens an IDX file of any of its types, unpacked before: 0, 0, type, number of dimensions, each length as a big-endian 32-bit number,
 * the numbers in big-endian order, last dimension fastest.
 *
 * @throws Problem when it is none, or its length is not that of its shape.
 */
export const openIdx = async (source: Slices, signal: AbortSignal): Promise<ArrayFile> => {
  const { name, size } = source;
  const [zero, second, code = 0, dimensions = 0] = await readPart(source, 0, Math.min(size, 4), signal);
  const type = types[code];
  if (size < 4 || zero !== 0 || second !== 0 || !type)
    throw new Problem(`${name}: expected an IDX file, which begins with two zero bytes and a type from 8 to 14`);
  const start = 4 + 4 * dimensions;
  if (size < start) throw new Problem(`${name}: ends at byte ${size}, before its ${dimensions} dimensions`);
  const lengths = await readPart(source, 4, start, signal);
  const view = new DataView(lengths.buffer, lengths.byteOffset, lengths.byteLength);
  const shape = Array.from({ length: dimensions }, (_, index) => view.getUint32(4 * index));
  return arrayFile(source, start, { type, shape, little: false, fortran: false });
};
