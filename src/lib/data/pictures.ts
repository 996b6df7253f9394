import { Problem } from '$lib/base/problem';
import type { LabelledPictures } from './formats/picture-files';
import { shapeText, type NumberArray } from './formats/number-array';
import { Pause } from './pause';

/** How pictures become inputs. */
export interface PictureForm {
  /** Red, green and blue become one grey value (ITU-R BT.601). */
  readonly grey: boolean;
  /** Width and height in pixels that they are brought to, by averages over areas; their own when not given. */
  readonly size?: number | undefined;
}

/** Mean and scale of every pixel over a set: x = (v − mean)/scale. */
export interface Normalisation {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

/** Pictures of one set, all of one size, as numbers when asked for. */
export interface PictureSet {
  readonly count: number;
  /** Of the inputs: after `grey` and `size`. */
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Black and white: grey values are (v − low)/white. */
  readonly low: number;
  readonly white: number;
  readonly classes: Int32Array;
  /** Writes the input of a picture, in units of white, [channels, height, width]. @throws Problem for NaN and infinity. */
  input(index: number, out: Float64Array): void;
  /** The picture in its own size and colours, three numbers 0…255 a pixel. */
  colours(index: number, out: Uint8ClampedArray): void;
  readonly own: { readonly width: number; readonly height: number };
  /** Those that were found, by what they are for (`picture-task.ts`). */
  readonly normalisations: Map<string, Normalisation>;
}

interface Axes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Strides of picture, channel, row and column. */
  readonly steps: readonly [number, number, number, number];
}

/** Which axis is which: a length of 1, 3 or 4 in the last place, or else in the second, is that of the colours. */
const axesOf = ({ name, shape, strides }: NumberArray): Axes => {
  const [n, a, b, c] = strides as [number, number, number, number];
  const [, first = 0, second = 0, third = 0] = shape;
  if (shape.length === 3) return { channels: 1, height: first, width: second, steps: [n, 0, a, b] };
  const isColour = (length: number): boolean => length === 1 || length === 3 || length === 4;
  if (shape.length === 4 && isColour(third)) return { channels: third, height: first, width: second, steps: [n, c, a, b] };
  if (shape.length === 4 && isColour(first)) return { channels: first, height: second, width: third, steps: [n, a, b, c] };
  throw new Problem(`${name}: expected pictures of shape [n, h, w], [n, h, w, 3] or [n, 3, h, w], got ${shapeText(shape)}`);
};

const mostPixels = 1 << 20;

/** Black and white of a type: bytes are 0…255, truth values 0 and 1; others have their least and greatest number. */
const rangeOf = async (array: NumberArray, axes: Axes, signal: AbortSignal): Promise<{ low: number; white: number }> => {
  if (array.type === 'uint8') return { low: 0, white: 255 };
  if (array.type === 'bool') return { low: 0, white: 1 };
  const pause = new Pause(signal);
  let [low, high] = [Infinity, -Infinity];
  for (let index = 0; index < array.shape[0]!; index++) {
    eachPixel(array, axes, index, (value) => {
      low = Math.min(low, value);
      high = Math.max(high, value);
    });
    await pause.whenDue();
  }
  // Numbers from 0 to 1 and from 0 to 255 keep the black and white that they have as a rule.
  if (low >= 0) return { low: 0, white: high <= 1 ? 1 : high <= 255 ? 255 : high };
  return { low, white: high > low ? high - low : 1 };
};

/** Every number of a picture, channels outermost. @throws Problem for what is no finite number. */
const eachPixel = (
  array: NumberArray,
  axes: Axes,
  index: number,
  take: (value: number, channel: number, y: number, x: number) => void,
): void => {
  const { channels, height, width, steps } = axes;
  for (let channel = 0; channel < channels; channel++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const value = array.at(index * steps[0] + channel * steps[1] + y * steps[2] + x * steps[3]);
        if (!Number.isFinite(value))
          throw new Problem(`${array.name}, picture ${index}, row ${y}, column ${x}: expected a finite number, got ${value}`);
        take(value, channel, y, x);
      }
};

/** Averages over areas along one axis: how much of each old pixel is in each new one, [new, old], rows of sum 1. */
export const areaWeights = (from: number, to: number): Float64Array => {
  const weights = new Float64Array(to * from);
  const step = from / to;
  for (let target = 0; target < to; target++)
    for (let source = Math.floor(target * step); source < Math.min(from, Math.ceil((target + 1) * step)); source++) {
      const overlap = Math.min(source + 1, (target + 1) * step) - Math.max(source, target * step);
      if (overlap > 0) weights[target * from + source] = overlap / step;
    }
  return weights;
};

/** Brings one channel [h, w] to another size. */
const resized = (channel: Float64Array, rows: Float64Array, columns: Float64Array, from: Axes, size: number, out: Float64Array): void => {
  const between = new Float64Array(size * from.width);
  for (let y = 0; y < size; y++)
    for (let source = 0; source < from.height; source++) {
      const weight = rows[y * from.height + source]!;
      if (weight === 0) continue;
      for (let x = 0; x < from.width; x++) between[y * from.width + x]! += weight * channel[source * from.width + x]!;
    }
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let source = 0; source < from.width; source++) sum += columns[x * from.width + source]! * between[y * from.width + source]!;
      out[y * size + x] = sum;
    }
};

const luminance = [0.299, 0.587, 0.114] as const;

/**
 * Pictures as inputs want them. Transparency, where there is any, is left out.
 * @throws Problem when the shape is none of pictures, or a number is not finite.
 */
export const pictureSet = async ({ pictures, classes }: LabelledPictures, form: PictureForm, signal: AbortSignal): Promise<PictureSet> => {
  const found = axesOf(pictures);
  const colour = found.channels >= 3;
  const axes = { ...found, channels: colour ? 3 : 1 };
  if (found.width * found.height === 0 || found.width * found.height > mostPixels)
    throw new Problem(`${pictures.name}: expected pictures of 1 to ${mostPixels} pixels, got ${found.height} × ${found.width}`);
  const { low, white } = await rangeOf(pictures, axes, signal);
  const channels = colour && !form.grey ? 3 : 1;
  const [width, height] = form.size === undefined ? [axes.width, axes.height] : [form.size, form.size];
  const [rows, columns] = [areaWeights(axes.height, height), areaWeights(axes.width, width)];
  const area = axes.width * axes.height;
  const planes = new Float64Array(channels * area);
  return {
    ...{ count: classes.length, width, height, channels, low, white, classes },
    own: { width: axes.width, height: axes.height },
    normalisations: new Map(),
    input: (index, out) => {
      planes.fill(0);
      eachPixel(pictures, axes, index, (value, channel, y, x) => {
        const weight = channels === 1 && colour ? luminance[channel]! : 1;
        planes[(channels === 3 ? channel * area : 0) + y * axes.width + x]! += (weight * (value - low)) / white;
      });
      if (form.size === undefined) {
        out.set(planes);
        return;
      }
      for (let channel = 0; channel < channels; channel++)
        resized(
          planes.subarray(channel * area, (channel + 1) * area),
          rows,
          columns,
          axes,
          form.size,
          out.subarray(channel * width * height),
        );
    },
    colours: (index, out) => {
      eachPixel(pictures, axes, index, (value, channel, y, x) => {
        const level = (255 * (value - low)) / white;
        const at = 3 * (y * axes.width + x);
        if (colour) out[at + channel] = level;
        else out.fill(level, at, at + 3);
      });
    },
  };
};

/** The pictures of several files as one set. @throws Problem when they differ in size or colour. */
export const joinSets = (sets: readonly PictureSet[], files: readonly string[]): PictureSet => {
  const [first, ...more] = sets;
  if (!first || more.length === 0) return first!;
  more.forEach((set, index) => {
    if (set.width !== first.width || set.height !== first.height || set.channels !== first.channels)
      throw new Problem(
        `${files[index + 1] ?? ''}: expected pictures of ${first.height} × ${first.width} as in ${files[0] ?? ''}, got ${set.height} × ${set.width}`,
      );
    if (set.low !== first.low || set.white !== first.white || set.own.width !== first.own.width || set.own.height !== first.own.height)
      throw new Problem(`${files[index + 1] ?? ''}: expected pictures with numbers and sizes like those in ${files[0] ?? ''}`);
  });
  const starts = sets.reduce<number[]>((list, { count }) => [...list, list.at(-1)! + count], [0]);
  const classes = new Int32Array(starts.at(-1)!);
  sets.forEach((set, index) => {
    classes.set(set.classes, starts[index]);
  });
  const find = (index: number): { set: PictureSet; at: number } => {
    let file = 0;
    while (index >= starts[file + 1]!) file += 1;
    return { set: sets[file]!, at: index - starts[file]! };
  };
  return {
    ...first,
    count: classes.length,
    classes,
    input: (index, out) => {
      const { set, at } = find(index);
      set.input(at, out);
    },
    colours: (index, out) => {
      const { set, at } = find(index);
      set.colours(at, out);
    },
  };
};
