import { Problem } from '$lib/base/problem';
import { rowStrides, type ArrayFile } from './formats/array-file';
import { shapeText } from './formats/number-array';

/** Where the numbers of a picture lie in its row of an array. */
export interface Axes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Strides of channel, row and column. */
  readonly steps: readonly [number, number, number];
}

/**
 * Which axis is which: a length of 1, 3 or 4 in the last place, or else in the second, is that of the colours.
 * @throws Problem when the shape is none of pictures.
 */
export const axesOf = (array: ArrayFile): Axes => {
  const { name, shape } = array;
  const [a = 0, b = 0, c = 0] = rowStrides(array);
  const [, first = 0, second = 0, third = 0] = shape;
  if (shape.length === 3) return { channels: 1, height: first, width: second, steps: [0, a, b] };
  const isColour = (length: number): boolean => length === 1 || length === 3 || length === 4;
  if (shape.length === 4 && isColour(third)) return { channels: third, height: first, width: second, steps: [c, a, b] };
  if (shape.length === 4 && isColour(first)) return { channels: first, height: second, width: third, steps: [a, b, c] };
  throw new Problem(`${name}: expected pictures of shape [n, h, w], [n, h, w, 3] or [n, 3, h, w], got ${shapeText(shape)}`);
};

/**
 * Every number of a picture, channels outermost.
 *
 * @param index of the picture, for messages
 * @param at the number at a place in the row of the picture
 * @throws Problem for what is no finite number.
 */
export const eachPixel = (
  { name }: ArrayFile,
  { channels, height, width, steps }: Axes,
  index: number,
  at: (place: number) => number,
  take: (value: number, channel: number, y: number, x: number) => void,
): void => {
  for (let channel = 0; channel < channels; channel++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const value = at(channel * steps[0] + y * steps[1] + x * steps[2]);
        if (!Number.isFinite(value))
          throw new Problem(`${name}, picture ${index}, row ${y}, column ${x}: expected a finite number, got ${value}`);
        take(value, channel, y, x);
      }
};
