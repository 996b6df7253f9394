import { Problem } from '$lib/base/problem';
import { assetName } from './assets';
import { wholeFile } from './byte-file';
import type { FileSource } from './dataset';
import { readIdx } from './idx';

/** Pictures that come with the product. */
export const imageSets = {
  digits: {
    title: 'digits',
    white: 16,
    attribution: 'Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI 1998, CC BY 4.0',
  },
  mnist: { title: 'MNIST', white: 255, attribution: 'MNIST, Y. LeCun, C. Cortes and C. J. C. Burges, CC BY-SA 3.0 (4000 images)' },
  'fashion-mnist': {
    title: 'Fashion-MNIST',
    white: 255,
    attribution: 'Fashion-MNIST, Zalando Research, MIT (4000 images)',
  },
} as const;
export type ImageSetName = keyof typeof imageSets;

/** All pictures of a set, with what normalises them: x = (pixel/white − mean)/scale has mean 0 and mean |x|²/D = 1 over the set. */
export interface ImageSet {
  readonly title: string;
  readonly attribution: string;
  readonly width: number;
  readonly height: number;
  /** Grey values 0…`white`, [count, height, width]. */
  readonly pixels: Uint8Array;
  readonly white: number;
  /** Class of each picture. */
  readonly classes: Uint8Array;
  /** Mean picture of the whole set, in units of white, [height · width]. */
  readonly mean: Float64Array;
  readonly scale: number;
}

/** Mean picture and root-mean-square distance from it a pixel, both in units of white. */
const statistics = (pixels: Uint8Array, dimension: number, white: number): { mean: Float64Array; scale: number } => {
  const count = pixels.length / dimension;
  const mean = new Float64Array(dimension);
  for (let index = 0; index < pixels.length; index++) mean[index % dimension]! += pixels[index]!;
  for (let d = 0; d < dimension; d++) mean[d]! /= count * white;
  let squares = 0;
  for (let index = 0; index < pixels.length; index++) squares += (pixels[index]! / white - mean[index % dimension]!) ** 2;
  return { mean, scale: Math.sqrt(squares / pixels.length) };
};

const load = async (name: ImageSetName, files: FileSource, signal: AbortSignal): Promise<ImageSet> => {
  const read = async (part: string) => {
    const path = `data/${name}-${part}.idx.gz`;
    return readIdx(await wholeFile(await files.open(assetName(path), signal)), path);
  };
  const [images, labels] = await Promise.all([read('images'), read('labels')]);
  const [count, height, width] = images.shape;
  if (images.shape.length !== 3 || !count || !height || !width || labels.data.length !== count) {
    throw new Problem(`${name}: expected as many images as labels, got ${images.shape.join(' × ')} and ${labels.shape.join(' × ')}`);
  }
  const { title, white, attribution } = imageSets[name];
  return {
    ...{ title, attribution, width, height, white, pixels: images.data, classes: labels.data },
    ...statistics(images.data, height * width, white),
  };
};

const loaded = new WeakMap<FileSource, Map<ImageSetName, ImageSet>>();

/**
 * A set of pictures, read when first asked for and then kept as long as its file source.
 *
 * @throws Problem when its files cannot be read or are damaged.
 */
export const loadImageSet = async (name: ImageSetName, files: FileSource, signal: AbortSignal): Promise<ImageSet> => {
  const sets = loaded.get(files) ?? new Map<ImageSetName, ImageSet>();
  loaded.set(files, sets);
  // Only finished sets are shared: a load that its caller stopped must not fail for another.
  const set = sets.get(name) ?? (await load(name, files, signal));
  sets.set(name, set);
  return set;
};
