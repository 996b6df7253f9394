import * as v from 'valibot';
import { Problem } from '$lib/base/problem';
import { assetName } from '$lib/data/assets';
import { fileImages, type PictureSource } from '$lib/data/file-images';
import { imageSets } from '$lib/data/image-set';
import { images as drawImages } from '$lib/data/images';
import { standIn } from '$lib/data/stand-in';
import { defineKind } from '../cell-kind';
import { datasetBytes, datasetDigest, datasetValue, datasetView, filedDatasets } from '../dataset-value';
import { integer, oneOf, optional, text, boolean, type Parameter, type Parsed } from '../parameter';

const filesOf = (meaning: string): Parameter<string | string[]> => ({
  schema: v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))]),
  expected: 'a file or a list of files',
  meaning,
});

const pictureClasses = (meaning: string): Parameter<number | string | (number | string)[]> => {
  const one = v.union([v.pipe(v.number(), v.integer()), v.string()]);
  return { schema: v.union([one, v.array(one)]), expected: 'a class or a list of classes', meaning };
};

const codings = ['±1', '01', 'class'] as const;
type Coding = (typeof codings)[number];
const isCoding = (word: unknown): word is Coding => codings.includes(word as Coding);

const parameters = {
  set: optional(
    {
      ...filesOf('"mnist", "fashion-mnist", or files of pictures: CIFAR batches, IDX, NPY, NPZ, plain or gzip'),
      expected: '"mnist", "fashion-mnist", a file or a list of files',
    },
    'given by images',
  ),
  positive: pictureClasses('classes with label +1, by number or name'),
  negative: pictureClasses('classes with label −1'),
  train: integer({ min: 1, meaning: 'training examples', fallback: 100 }),
  test: {
    schema: v.union([v.pipe(v.number(), v.integer(), v.minValue(0)), v.string(), v.pipe(v.array(v.string()), v.minLength(1))]),
    expected: 'a whole number ≥ 0, a file or a list of files',
    meaning: 'test examples, or the files that hold them',
    fallback: 200,
  } satisfies Parameter<number | string | string[]>,
  seed: integer({ min: 0, meaning: 'of the draw', fallback: 1 }),
  images: optional(filesOf('files of pictures, another word for set'), 'given by set'),
  labels: optional(
    {
      ...filesOf(
        'how labels are written ("±1", "01" or "class"), or the files that hold the classes of IDX and NPY pictures, or the name of their array in an archive',
      ),
      expected: '"±1", "01", "class", a file or a list of files',
    },
    '±1',
  ),
  test_labels: optional(filesOf('the classes of the test files, where they are in files of their own'), 'in the test files'),
  coding: oneOf(codings, { meaning: 'how labels are written, where labels names a file', fallback: '±1' }),
  array: optional(text({ meaning: 'the array of pictures in an archive' }), 'x_train, images and the like'),
  grey: boolean({ meaning: 'colours become grey values', fallback: true }),
  size: optional(integer({ min: 1, max: 1024, meaning: 'pixels along each side, by averages over areas' }), 'as they are'),
  centre: boolean({ meaning: 'take the mean picture off', fallback: true }),
  scale: boolean({ meaning: 'make the mean of |x|²/D 1', fallback: true }),
  standardise: oneOf(['none', 'pixel'], { meaning: '"pixel" divides every pixel by its own deviation', fallback: 'none' }),
  coarse: boolean({ meaning: 'CIFAR-100: its twenty superclasses', fallback: false }),
  instead: optional(
    {
      schema: v.picklist(['mnist', 'fashion-mnist']),
      expected: '"mnist" or "fashion-mnist"',
      meaning: 'an embedded set to use while the files are missing; the cell then says so',
    },
    'none',
  ),
  sha256: optional(filesOf('SHA-256 of the files: others are refused'), 'any file of this name'),
};

type Given = Parsed<typeof parameters>;

const list = (names: string | readonly string[]): readonly string[] => (typeof names === 'string' ? [names] : names);

/** Files that the sheet names, with the parts of an embedded set by their own names. */
const sourceOf = (
  names: readonly string[],
  given: Given,
  labels: string | readonly string[] | undefined,
  pins: readonly string[] | undefined,
): PictureSource => {
  const { grey, size, array, coarse } = given;
  const embedded = names.length === 1 && names[0]! in imageSets ? names[0]! : undefined;
  const archive =
    labels !== undefined &&
    !embedded &&
    names.every((name) => /\.npz$/i.test(name)) &&
    list(labels).every((label) => !/\.(np[yz]|gz)$|idx/i.test(label));
  return {
    files: embedded ? [assetName(`data/${embedded}-images.idx.gz`)] : names,
    labels: embedded ? [assetName(`data/${embedded}-labels.idx.gz`)] : labels === undefined || archive ? undefined : list(labels),
    labelArray: archive ? list(labels)[0] : undefined,
    ...{ grey, size, array, coarse, pins },
  };
};

/** Larger pictures, loaded when first used, and pictures of files. */
export const images = defineKind({
  name: 'images',
  version: 2,
  purpose: 'data',
  meaning: 'pictures, one group of classes against another: embedded ones of 28×28, or files (CIFAR, IDX, NPY, NPZ)',
  example: 'images("fashion-mnist", positive: [0, 2], negative: [1, 3], train: 200, test: 400, seed: 1)',
  makes: 'dataset',
  positional: ['set'],
  parameters,
  bytes: datasetBytes,
  digest: datasetDigest,
  needs: () => 0,
  compute: filedDatasets(async (given, context, { files }) => {
    const { signal } = context;
    const names = given.set ?? given.images;
    if (names === undefined) throw new Problem('set: is required; must be "mnist", "fashion-mnist", a file or a list of files');
    const { train, seed, positive, negative, centre, scale, standardise, labels, test } = given;
    const coding = isCoding(labels) ? labels : given.coding;
    const labelFiles = isCoding(labels) ? undefined : labels;
    const numbers = (side: typeof positive): side is number | number[] =>
      typeof side !== 'string' && (typeof side === 'number' || side.every((one) => typeof one === 'number'));
    const plain = coding === '±1' && given.size === undefined && centre && scale && standardise === 'none' && !given.sha256;
    // The embedded sets as they always were, and at no cost of another pass over them.
    if ((names === 'mnist' || names === 'fashion-mnist') && plain && typeof test === 'number' && numbers(positive) && numbers(negative))
      return datasetValue(await drawImages(names, { positive, negative, train, test, seed }, files, signal));
    const source = sourceOf(list(names), given, labelFiles, given.sha256 === undefined ? undefined : list(given.sha256));
    const tests = typeof test === 'number' ? undefined : sourceOf(list(test), given, given.test_labels ?? source.labelArray, undefined);
    const task = { positive, negative, train, test: typeof test === 'number' ? test : 0, seed, centre, scale, standardise, coding };
    const progress = (fraction: number): void => {
      context.progress(fraction);
    };
    try {
      return datasetValue(await fileImages(source, tests, task, files, signal, progress));
    } catch (error) {
      if (!(error instanceof Problem) || !error.absent || given.instead === undefined) throw error;
      return datasetValue(await standIn(given.instead, error, source, { ...task, test: tests ? 200 : task.test }, files, signal, progress));
    }
  }),
  view: datasetView,
});
