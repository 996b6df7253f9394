import { Problem } from '$lib/base/problem';
import { shorten } from '../number-text';
import { isCifar, readCifar } from './cifar-file';
import { isIdx, readIdxArray } from './idx-file';
import { isNpy, readNpy } from './npy-file';
import { openNpz, type Archive } from './npz-file';
import { numbersOf, shapeText, type NumberArray } from './number-array';
import { isZip } from './zip';

/** Bytes of a file, unpacked, and what it is called. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Pictures of one file, and the class of each. */
export interface LabelledPictures {
  /** [n, h, w], [n, h, w, c] or [n, c, h, w]. */
  readonly pictures: NumberArray;
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
const classNumbers = (array: NumberArray): Int32Array => {
  const [, second = 1, ...more] = array.shape;
  if (array.shape.length === 0 || second !== 1 || more.length > 0)
    throw new Problem(`${array.name}: expected one class a picture, got an array of shape ${shapeText(array.shape)}`);
  return Int32Array.from(numbersOf(array), (value, index) => {
    if (Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31) return value;
    throw new Problem(`${array.name}, entry ${index}: expected a class number, got ${value}`);
  });
};

const paired = (pictures: NumberArray, labels: NumberArray): LabelledPictures => {
  const classes = classNumbers(labels);
  if (classes.length !== pictures.shape[0])
    throw new Problem(`${labels.name}: expected as many labels as pictures, got ${classes.length} and ${pictures.shape[0] ?? 0}`);
  return { pictures, classes };
};

const fromArchive = async (
  archive: Archive,
  images: string | undefined,
  labels: string | undefined,
  testing: boolean,
): Promise<LabelledPictures> => {
  const { names, name } = archive;
  // A file that serves as the test set is asked for its test arrays first.
  const order = testing ? [...pictureNames].reverse() : pictureNames;
  const pictureName = images ?? order.find((each) => names.includes(each));
  const there = names
    .slice(0, 12)
    .map((each) => `"${shorten(each)}"`)
    .join(', ');
  if (pictureName === undefined)
    throw new Problem(`${name}: expected pictures under a name like x_train or images, there are ${there}; name them with array:`);
  const labelName = labels ?? [partners[pictureName] ?? '', ...labelNames].find((each) => names.includes(each));
  if (labelName === undefined)
    throw new Problem(`${name}: expected classes under a name like y_train or labels, there are ${there}; name them with labels:`);
  return paired(await archive.read(pictureName), await archive.read(labelName));
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

/** One array of a file that is no batch: IDX, NPY, or the named one of an archive. */
const arrayOf = async ({ name, bytes }: NamedBytes, named: string | undefined, signal: AbortSignal): Promise<NumberArray | undefined> => {
  if (isNpy(bytes)) return readNpy(bytes, name);
  if (isZip(bytes)) {
    const archive = openNpz(bytes, name, signal);
    return archive.read(named ?? archive.names[0]!);
  }
  return isIdx(bytes) ? readIdxArray(bytes, name) : undefined;
};

/**
 * Reads pictures and their classes, whatever the format, which the bytes tell: CIFAR-10 and CIFAR-100 batches, IDX, NPY and NPZ.
 *
 * @param labels the file of the classes, where they have one
 * @throws Problem naming file and byte or entry when something else is there than was expected.
 */
export const readPictures = async (
  file: NamedBytes,
  labels: NamedBytes | undefined,
  choice: PictureChoice,
  signal: AbortSignal,
): Promise<LabelledPictures> => {
  const { name, bytes } = file;
  if (isZip(bytes) && !labels) return fromArchive(openNpz(bytes, name, signal), choice.array, choice.labelArray, choice.testing);
  const array = await arrayOf(file, choice.array, signal);
  if (array) {
    if (!labels) throw new Problem(`${name}: holds pictures without classes; name the file that has them, e.g. labels: "labels.npy"`);
    const classes = await arrayOf(labels, choice.labelArray, signal);
    if (!classes) throw new Problem(`${labels.name}: expected the classes as an IDX, NPY or NPZ file`);
    return paired(array, classes);
  }
  if (isCifar(bytes)) return readCifar(bytes, name, choice.coarse);
  throw new Problem(
    `${name}: expected pictures as CIFAR-10 or CIFAR-100 batches (records of 3073 or 3074 bytes), IDX, NPY or NPZ, got ${bytes.length} bytes of something else`,
  );
};
