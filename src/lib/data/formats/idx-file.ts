import { Problem } from '$lib/base/problem';
import type { ElementType } from './element-type';
import { numberArray, type NumberArray } from './number-array';

const types: Readonly<Record<number, ElementType>> = { 8: 'uint8', 9: 'int8', 11: 'int16', 12: 'int32', 13: 'float32', 14: 'float64' };

/** Whether these bytes begin as an IDX file: two zeros, a type, a number of dimensions. */
export const isIdx = (bytes: Uint8Array): boolean =>
  bytes[0] === 0 && bytes[1] === 0 && types[bytes[2] ?? 0] !== undefined && (bytes[3] ?? 0) >= 1 && (bytes[3] ?? 0) <= 8;

/**
 * Reads an IDX file of any of its types, unpacked before: 0, 0, type, number of dimensions, each length as a big-endian 32-bit number,
 * the numbers in big-endian order, last dimension fastest.
 *
 * @throws Problem when it is none, or its length is not that of its shape.
 */
export const readIdxArray = (bytes: Uint8Array, name: string): NumberArray => {
  const type = types[bytes[2] ?? 0];
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || !type)
    throw new Problem(`${name}: expected an IDX file, which begins with two zero bytes and a type from 8 to 14`);
  const dimensions = bytes[3] ?? 0;
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) throw new Problem(`${name}: ends at byte ${bytes.length}, before its ${dimensions} dimensions`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, index) => view.getUint32(4 + 4 * index));
  return numberArray(name, bytes.subarray(start), { type, shape, little: false, fortran: false });
};
