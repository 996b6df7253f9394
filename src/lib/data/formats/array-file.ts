import { Problem } from '$lib/base/problem';
import { elementBytes, elementReader, type ElementType } from './element-type';
import { numberArray, shapeText, sizeOf, stridesOf, type NumberArray } from './number-array';
import { readPart, type Slices } from './slices';

/** What the header of an array says of its numbers. */
export interface ArrayHeader {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly little: boolean;
  /** The first axis is the fastest; else the last one. */
  readonly fortran: boolean;
}

/** An array in a file, of which nothing but the header has been read. Its rows are those of its first axis. */
export interface ArrayFile extends ArrayHeader {
  /** File and, in an archive, name of the array, for messages. */
  readonly name: string;
  readonly source: Slices;
  /** Byte at which the numbers begin. */
  readonly start: number;
  /** Bytes from one row to the next; in Fortran order rows are apart by one number. */
  readonly step: number;
}

/** Numbers of one row. */
export const rowSize = ({ shape }: Pick<ArrayHeader, 'shape'>): number => sizeOf(shape.slice(1));

/** How many numbers apart the neighbours along the axes of a row lie, in the row as it is visited. */
export const rowStrides = ({ shape, fortran }: ArrayHeader): number[] => stridesOf(shape.slice(1), fortran);

/** Bytes that its numbers take up. */
const arrayBytes = ({ type, shape }: ArrayHeader): number => sizeOf(shape) * elementBytes[type];

/**
 * An array whose numbers are all that stands in a file from a byte on.
 * @throws Problem when there are more or fewer bytes than its shape wants.
 */
export const arrayFile = (source: Slices, start: number, header: ArrayHeader): ArrayFile => {
  const { name, size } = source;
  const expected = arrayBytes(header);
  if (size - start !== expected)
    throw new Problem(
      `${name}: expected ${expected} bytes of ${header.type} numbers, shape ${shapeText(header.shape)}, after the header, got ${size - start}`,
    );
  return { ...header, name, source, start, step: rowSize(header) * elementBytes[header.type] };
};

/** All of an array, in memory. */
export const wholeArray = async (file: ArrayFile, signal: AbortSignal): Promise<NumberArray> => {
  const { name, source, start } = file;
  return numberArray(name, await readPart(source, start, start + arrayBytes(file), signal), file);
};

/** How the numbers of an array are read from bytes of it. */
export const numberReader = ({ type, little }: ArrayHeader, bytes: Uint8Array): ((byte: number) => number) =>
  elementReader(type, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), little);
