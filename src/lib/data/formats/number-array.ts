import { Problem } from '$lib/base/problem';
import { elementBytes, elementReader, type ElementType } from './element-type';

/** An array of numbers in memory, as it lies in its file. */
export interface NumberArray {
  /** File and, in an archive, name of the array, for messages. */
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** By axis, how many elements apart its neighbours lie. */
  readonly strides: readonly number[];
  /** The number at a place that is a sum of index × stride; NaN for a 64-bit integer that double precision does not hold. */
  readonly at: (place: number) => number;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** `3 × 4`, `a single number`. */
export const shapeText = (shape: readonly number[]): string => (shape.length === 0 ? 'a single number' : shape.join(' × '));

/** Strides of an array whose last axis is the fastest, or in Fortran order its first. */
export const stridesOf = (shape: readonly number[], fortran: boolean): number[] => {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let k = 0; k < shape.length; k++) {
    const axis = fortran ? k : shape.length - 1 - k;
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
};

/**
 * An array over bytes.
 * @throws Problem when there are more or fewer bytes than its shape wants.
 */
export const numberArray = (
  name: string,
  bytes: Uint8Array,
  { type, shape, little, fortran }: { type: ElementType; shape: readonly number[]; little: boolean; fortran: boolean },
): NumberArray => {
  const width = elementBytes[type];
  const expected = sizeOf(shape) * width;
  if (bytes.length !== expected)
    throw new Problem(`${name}: expected ${expected} bytes of ${type} numbers, shape ${shapeText(shape)}, got ${bytes.length}`);
  const read = elementReader(type, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), little);
  return { name, type, shape, strides: stridesOf(shape, fortran), at: (place) => read(width * place) };
};

/** Where element `index`, counted with the last axis fastest, lies. */
export const placeOf = ({ shape, strides }: Pick<NumberArray, 'shape' | 'strides'>, index: number): number => {
  let [place, rest] = [0, index];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place += (rest % shape[axis]!) * strides[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return place;
};

/** All numbers, the last axis fastest. */
export const numbersOf = (array: NumberArray): Float64Array =>
  Float64Array.from({ length: sizeOf(array.shape) }, (_, index) => array.at(placeOf(array, index)));
