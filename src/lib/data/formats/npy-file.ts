import { Problem } from '$lib/base/problem';
import { shorten } from '../number-text';
import type { ElementType } from './element-type';
import { numberArray, type NumberArray } from './number-array';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** No header of numbers is longer. */
const longestHeader = 65_536;

/** Whether these bytes begin as a `.npy` file. */
export const isNpy = (bytes: Uint8Array): boolean => magic.every((byte, index) => bytes[index] === byte);

const types: Readonly<Record<string, ElementType>> = {
  ...{ b1: 'bool', i1: 'int8', u1: 'uint8', i2: 'int16', u2: 'uint16', i4: 'int32', u4: 'uint32', i8: 'int64', u8: 'uint64' },
  ...{ f2: 'float16', f4: 'float32', f8: 'float64' },
};

const kinds: Readonly<Record<string, string>> = {
  O: 'Python objects (a pickle), which are never read',
  c: 'complex numbers',
  U: 'texts',
  S: 'texts',
  V: 'records',
  M: 'dates',
  m: 'time spans',
  f: 'numbers longer than double precision',
};

const readType = (descr: string, name: string): { type: ElementType; little: boolean } => {
  const [, order, kind] = /^([<>|=])?([a-zA-Z]\d*)(\[\w+\])?$/.exec(descr) ?? [];
  const type = kind === undefined ? undefined : types[kind];
  if (type) return { type, little: order !== '>' };
  const found = kinds[kind?.[0] ?? ''] ?? 'records or an unknown type';
  throw new Problem(`${name}: expected an array of numbers, got ${found} (type ${shorten(descr)})`);
};

/** The header is a Python dictionary; only what NumPy writes of arrays of one type is understood. */
const readHeader = (header: string, name: string): { descr: string; fortran: boolean; shape: number[] } => {
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(header);
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
  if (descr?.[2]) throw new Problem(`${name}: expected an array of numbers, got one of records; save its columns as arrays of their own`);
  if (descr?.[1] === undefined || fortran === undefined || shape === undefined)
    throw new Problem(`${name}: expected a .npy header with descr, fortran_order and shape, got "${shorten(header)}"`);
  const lengths = shape
    .split(',')
    .map((text) => text.replace('L', '').trim())
    .filter((text) => text !== '')
    .map(Number);
  if (!lengths.every(Number.isSafeInteger) || lengths.length > 32)
    throw new Problem(`${name}: has an impossible shape (${shorten(shape)})`);
  return { descr: descr[1], fortran: fortran === 'True', shape: lengths };
};

/**
 * Reads a `.npy` file, versions 1 to 3 of NumPy's format: numbers and booleans in either byte order, in C or Fortran order.
 *
 * @throws Problem for anything else, objects and texts among it, and when the file is cut.
 */
export const readNpy = (bytes: Uint8Array, name: string): NumberArray => {
  if (!isNpy(bytes)) throw new Problem(`${name}: expected a .npy file, which begins with the bytes 93 4E 55 4D 50 59`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 0;
  const wide = version >= 2;
  const start = wide ? 12 : 10;
  if (version < 1 || version > 3) throw new Problem(`${name}: expected version 1, 2 or 3 of the .npy format, got ${version}`);
  if (bytes.length < start) throw new Problem(`${name}: ends at byte ${bytes.length}, inside its header`);
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > longestHeader) throw new Problem(`${name}: expected a header of at most ${longestHeader} bytes, got ${length}`);
  if (bytes.length < start + length) throw new Problem(`${name}: ends at byte ${bytes.length}, inside its header`);
  const { descr, fortran, shape } = readHeader(new TextDecoder().decode(bytes.subarray(start, start + length)), name);
  return numberArray(name, bytes.subarray(start + length), { ...readType(descr, name), shape, fortran });
};
