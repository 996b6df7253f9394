import { Problem } from '$lib/base/problem';
import { areaWeights, resized } from './area-weights';
import type { ArrayFile } from './formats/array-file';
import type { LabelledPictures } from './formats/picture-files';
import { allRows, visitRows } from './formats/visit-rows';
import type { Hearer } from './in-turns';
import { axesOf, eachPixel, type Axes } from './picture-axes';

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

/** A picture that is at hand as long as it is visited. */
export interface Picture {
  /** Writes its input, in units of white, [channels, height, width]. @throws Problem for NaN and infinity. */
  input(out: Float64Array): void;
  /** In its own size and colours, three numbers 0…255 a pixel. */
  colours(out: Uint8ClampedArray): void;
}

/** Pictures of one set, all of one size, which stay in their file. */
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
  /**
   * Reads pictures in the order of the file.
   * @param rows in ascending order, each once
   * @throws Problem when they are damaged; the reason of an abort.
   */
  visit(rows: Int32Array, take: (index: number, picture: Picture) => void, hearer: Hearer): Promise<void>;
  readonly own: { readonly width: number; readonly height: number };
  /** Those that were found, by what they are for (`picture-task.ts`). */
  readonly normalisations: Map<string, Normalisation>;
}

const mostPixels = 1 << 20;
/** Weights of one axis, at most. */
const mostWeights = 1 << 22;

type Range = Pick<PictureSet, 'low' | 'white'>;

/** Black and white of a type: bytes are 0…255, truth values 0 and 1; others have their least and greatest number. */
const rangeOf = async (array: ArrayFile, axes: Axes, hearer: Hearer): Promise<Range> => {
  if (array.type === 'uint8') return { low: 0, white: 255 };
  if (array.type === 'bool') return { low: 0, white: 1 };
  let [low, high] = [Infinity, -Infinity];
  const take = (index: number, at: (place: number) => number): void => {
    eachPixel(array, axes, index, at, (value) => {
      low = Math.min(low, value);
      high = Math.max(high, value);
    });
  };
  await visitRows(array, allRows(array.shape[0]!), take, hearer);
  // Numbers from 0 to 1 and from 0 to 255 keep the black and white that they have as a rule.
  if (low >= 0) return { low: 0, white: high <= 1 ? 1 : high <= 255 ? 255 : high };
  return { low, white: high > low ? high - low : 1 };
};

const luminance = [0.299, 0.587, 0.114] as const;

/**
 * Pictures as inputs want them. Transparency, where there is any, is left out.
 *
 * @param hearer hears of the pass that finds black and white, where the type does not tell them
 * @throws Problem when the shape is none of pictures, or a number is not finite.
 */
export const pictureSet = async ({ pictures, classes }: LabelledPictures, form: PictureForm, hearer: Hearer): Promise<PictureSet> => {
  const found = axesOf(pictures);
  const colour = found.channels >= 3;
  const axes = { ...found, channels: colour ? 3 : 1 };
  if (found.width * found.height === 0 || found.width * found.height > mostPixels)
    throw new Problem(`${pictures.name}: expected pictures of 1 to ${mostPixels} pixels, got ${found.height} × ${found.width}`);
  const { low, white } = await rangeOf(pictures, axes, hearer);
  const channels = colour && !form.grey ? 3 : 1;
  const { size } = form;
  const [width, height] = size === undefined ? [axes.width, axes.height] : [size, size];
  if (size !== undefined && size * Math.max(axes.width, axes.height) > mostWeights)
    throw new Problem(`size: cannot bring pictures of ${axes.height} × ${axes.width} to ${size} × ${size}, they are too large`, {
      path: ['size'],
    });
  const [rows, columns] = [axes.height, axes.width].map((side) => areaWeights(size === undefined ? 0 : side, size ?? 0)) as [
    Float64Array,
    Float64Array,
  ];
  const area = axes.width * axes.height;
  const planes = new Float64Array(channels * area);
  const input = (index: number, at: (place: number) => number, out: Float64Array): void => {
    planes.fill(0);
    eachPixel(pictures, axes, index, at, (value, channel, y, x) => {
      const weight = channels === 1 && colour ? luminance[channel]! : 1;
      planes[(channels === 3 ? channel * area : 0) + y * axes.width + x]! += (weight * (value - low)) / white;
    });
    if (size === undefined) {
      out.set(planes);
      return;
    }
    for (let channel = 0; channel < channels; channel++) {
      const plane = planes.subarray(channel * area, (channel + 1) * area);
      resized(plane, rows, columns, axes, size, out.subarray(channel * width * height));
    }
  };
  const colours = (index: number, at: (place: number) => number, out: Uint8ClampedArray): void => {
    eachPixel(pictures, axes, index, at, (value, channel, y, x) => {
      const level = (255 * (value - low)) / white;
      const pixel = 3 * (y * axes.width + x);
      if (colour) out[pixel + channel] = level;
      else out.fill(level, pixel, pixel + 3);
    });
  };
  return {
    ...{ count: classes.length, width, height, channels, low, white, classes },
    own: { width: axes.width, height: axes.height },
    normalisations: new Map(),
    visit: (wanted, take, own) =>
      visitRows(
        pictures,
        wanted,
        (index, at) => {
          take(index, {
            input: (out) => {
              input(index, at, out);
            },
            colours: (out) => {
              colours(index, at, out);
            },
          });
        },
        own,
      ),
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
  return {
    ...first,
    count: classes.length,
    classes,
    visit: async (rows, take, { signal, progress }) => {
      let done = 0;
      for (const [file, set] of sets.entries()) {
        const [start, end] = [starts[file]!, starts[file + 1]!];
        const own = rows.filter((row) => row >= start && row < end).map((row) => row - start);
        const before = done;
        await set.visit(own, (index, picture) => take(start + index, picture), {
          signal,
          progress: (fraction) => {
            progress((before + fraction * own.length) / rows.length);
          },
        });
        done += own.length;
      }
    },
  };
};
