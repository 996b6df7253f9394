import { Problem } from '$lib/base/problem';
import { shorten } from '../number-text';
import { arrayFile, type ArrayFile } from './array-file';
import type { ElementType } from './element-type';
import { readPart, type Slices } from './slices';

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
 * Opens a `.npy` file, versions 1 to 3 of NumPy's format: numbers and booleans in either byte order, in C or Fortran order.
 *
 * @throws Problem for anything else, objects and texts among it, and when the file is cut.
 */
export const openNpy = async (source: Slices, signal: AbortSignal): Promise<ArrayFile> => {
  const { name, size } = source;
  const head = await readPart(source, 0, Math.min(size, 12), signal);
  if (!isNpy(head)) throw new Problem(`${name}: expected a .npy file, which begins with the bytes 93 4E 55 4D 50 59`);
  const version = head[6] ?? 0;
  const wide = version >= 2;
  const start = wide ? 12 : 10;
  if (head.length > 6 && (version < 1 || version > 3))
    throw new Problem(`${name}: expected version 1, 2 or 3 of the .npy format, got ${version}`);
  if (size < start) throw new Problem(`${name}: ends at byte ${size}, inside its header`);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > longestHeader) throw new Problem(`${name}: expected a header of at most ${longestHeader} bytes, got ${length}`);
  if (size < start + length) throw new Problem(`${name}: ends at byte ${size}, inside its header`);
  const header = new TextDecoder().decode(await readPart(source, start, start + length, signal));
  const { descr, fortran, shape } = readHeader(header, name);
  return arrayFile(source, start + length, { ...readType(descr, name), shape, fortran });
};
