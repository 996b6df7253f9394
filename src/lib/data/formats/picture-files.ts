import { Problem } from '$lib/base/problem';
import { wholeArray, type ArrayFile } from './array-file';
import { isCifar, openCifar } from './cifar-file';
import { isIdx, openIdx } from './idx-file';
import { isNpy, openNpy } from './npy-file';
import { listArrays, openNpz, type Archive } from './npz-file';
import { numbersOf, shapeText } from './number-array';
import { readPart, type Slices } from './slices';
import { isZip } from './zip';

/** Pictures of one file, and the class of each. */
export interface LabelledPictures {
  /** [n, h, w], [n, h, w, c] or [n, c, h, w]. */
  readonly pictures: ArrayFile;
  readonly classes: Int32Array;
  readonly classNames?: readonly string[];
}

/** What pictures and labels are called in archives, the likeliest first. */
const pictureNames = ['x_train', 'train_images', 'images', 'x', 'data', 'X_train', 'X', 'x_test', 'test_images', 'X_test'];
const labelNames = [
  'y_train',
  'train_labels',
  'labels',
  'y',
  'targets',
  'target',
  'label',
  'Y_train',
  'Y',
  'y_test',
  'test_labels',
  'Y_test',
];
const partners: Readonly<Record<string, string>> = {
  ...{ x_train: 'y_train', X_train: 'y_train', train_images: 'train_labels', images: 'labels', x: 'y', X: 'y' },
  ...{ data: 'target', x_test: 'y_test', X_test: 'y_test', test_images: 'test_labels' },
};

/** Class numbers of an array: whole numbers, one a picture, `[n]` or `[n, 1]`. */
const classNumbers = async (array: ArrayFile, signal: AbortSignal): Promise<Int32Array> => {
  const [, second = 1, ...more] = array.shape;
  if (array.shape.length === 0 || second !== 1 || more.length > 0)
    throw new Problem(`${array.name}: expected one class a picture, got an array of shape ${shapeText(array.shape)}`);
  return Int32Array.from(numbersOf(await wholeArray(array, signal)), (value, index) => {
    if (Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31) return value;
    throw new Problem(`${array.name}, entry ${index}: expected a class number, got ${value}`);
  });
};

/** Pictures and labels that belong together. Only the labels are read. */
const paired = async (pictures: ArrayFile, labels: ArrayFile, signal: AbortSignal): Promise<LabelledPictures> => {
  const [count = 0, there = 0] = [labels.shape[0], pictures.shape[0]];
  if (labels.shape.length > 0 && count !== there)
    throw new Problem(`${labels.name}: expected as many labels as pictures, got ${count} and ${there}`);
  return { pictures, classes: await classNumbers(labels, signal) };
};

const fromArchive = async (
  archive: Archive,
  images: string | undefined,
  labels: string | undefined,
  testing: boolean,
  signal: AbortSignal,
): Promise<LabelledPictures> => {
  const { names, name } = archive;
  // A file that serves as the test set is asked for its test arrays first.
  const order = testing ? [...pictureNames].reverse() : pictureNames;
  const pictureName = images ?? order.find((each) => names.includes(each));
  const there = listArrays(names);
  if (pictureName === undefined)
    throw new Problem(`${name}: expected pictures under a name like x_train or images, there are ${there}; name them with array:`);
  const labelName = labels ?? [partners[pictureName] ?? '', ...labelNames].find((each) => names.includes(each));
  if (labelName === undefined)
    throw new Problem(`${name}: expected classes under a name like y_train or labels, there are ${there}; name them with labels:`);
  return paired(await archive.open(pictureName), await archive.open(labelName), signal);
};

/** Which arrays of an archive are meant, and what else there is to know. */
export interface PictureChoice {
  /** Name of the pictures in an archive. */
  readonly array?: string | undefined;
  /** Name of the labels in an archive, where they are no file. */
  readonly labelArray?: string | undefined;
  /** CIFAR-100: the twenty superclasses. */
  readonly coarse: boolean;
  /** Whether the file serves as the test set. */
  readonly testing: boolean;
}

const beginning = (source: Slices, signal: AbortSignal): Promise<Uint8Array> => readPart(source, 0, Math.min(source.size, 16), signal);

/** One array of a file that is no batch: IDX, NPY, or the named one of an archive. */
const arrayOf = async (source: Slices, named: string | undefined, signal: AbortSignal): Promise<ArrayFile | undefined> => {
  const head = await beginning(source, signal);
  if (isNpy(head)) return openNpy(source, signal);
  if (isZip(head)) {
    const archive = await openNpz(source, signal);
    return archive.open(named ?? archive.names[0]!);
  }
  if (!isIdx(head)) return undefined;
  return openIdx(source, signal).catch((error: unknown) => {
    // The first pixels of a CIFAR batch may look like such a header, whose length is then another.
    if (isCifar(source) && error instanceof Problem) return undefined;
    throw error;
  });
};

/**
 * Opens pictures and reads their classes, whatever the format, which the bytes tell: CIFAR-10 and CIFAR-100 batches, IDX, NPY and NPZ.
 *
 * @param labels the file of the classes, where they have one
 * @throws Problem naming file and byte or entry when something else is there than was expected.
 */
export const openPictures = async (
  source: Slices,
  labels: Slices | undefined,
  choice: PictureChoice,
  signal: AbortSignal,
): Promise<LabelledPictures> => {
  const { name, size } = source;
  if (isZip(await beginning(source, signal)) && !labels)
    return fromArchive(await openNpz(source, signal), choice.array, choice.labelArray, choice.testing, signal);
  const array = await arrayOf(source, choice.array, signal);
  if (array) {
    if (!labels) throw new Problem(`${name}: holds pictures without classes; name the file that has them, e.g. labels: "labels.npy"`);
    const classes = await arrayOf(labels, choice.labelArray, signal);
    if (!classes) throw new Problem(`${labels.name}: expected the classes as an IDX, NPY or NPZ file`);
    return paired(array, classes, signal);
  }
  if (isCifar(source)) return openCifar(source, choice.coarse, signal);
  throw new Problem(
    `${name}: expected pictures as CIFAR-10 or CIFAR-100 batches (records of 3073 or 3074 bytes), IDX, NPY or NPZ, got ${size} bytes of something else`,
  );
};
