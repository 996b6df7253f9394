import { Problem } from '$lib/base/problem';
import { bytesFile, type ByteFile } from './byte-file';
import type { Dataset, FileSource } from './dataset';
import { dataUrlName, isDataUrl, readDataUrl } from './data-url';
import { openPictures, type LabelledPictures } from './formats/picture-files';
import type { Slices } from './formats/slices';
import { openSlices } from './formats/unpack';
import { partOf, type Hearer } from './in-turns';
import { pictureTask, type PictureTask } from './picture-task';
import { joinSets, pictureSet, type PictureForm, type PictureSet } from './pictures';
import { openPinned } from './pinned-file';

/** Which files `images` reads, and how. */
export interface PictureSource extends PictureForm {
  /** One file or several, whose pictures are taken together. */
  readonly files: readonly string[];
  /** Files of the classes, one a file of pictures, where they are in files of their own. */
  readonly labels?: readonly string[] | undefined;
  /** Names of the arrays in an archive. */
  readonly array?: string | undefined;
  readonly labelArray?: string | undefined;
  /** CIFAR-100: the twenty superclasses. */
  readonly coarse: boolean;
  /** SHA-256 of the files, in their order. */
  readonly pins?: readonly string[] | undefined;
}

/** A set whose pictures are in their files, and the names of its classes. */
interface KnownSet {
  readonly set: PictureSet;
  readonly names: readonly string[] | undefined;
}

/** Sets by their first file. What is kept of one are its classes and its normalisations. */
const sets = new WeakMap<ByteFile, Map<string, KnownSet>>();

/** Opened files, so that the size of a packed file is determined only once. */
const opened = new WeakMap<ByteFile, Slices>();

const numbers = new WeakMap<ByteFile, number>();
let files = 0;
/** A number of each file object: a file may have been replaced by another of the same name and size. */
const numberOf = (file: ByteFile): number => {
  const number = numbers.get(file) ?? (files += 1);
  numbers.set(file, number);
  return number;
};

interface Opened {
  readonly file: ByteFile;
  readonly slices: Slices;
}

const openFile = async (named: string, pin: string | undefined, files: FileSource, hearer: Hearer): Promise<Opened> => {
  const name = isDataUrl(named) ? dataUrlName(named) : named;
  const file = isDataUrl(named) ? bytesFile(readDataUrl(named)) : await openPinned(named, pin, files, hearer);
  const slices = opened.get(file) ?? (await openSlices(file, name, hearer.signal));
  opened.set(file, slices);
  return { file, slices };
};

/** @throws Problem when `labels` or `pins` do not have one entry for each file. */
const checkLists = ({ files, labels, pins }: PictureSource): void => {
  const count = files.length;
  if (count === 0) throw new Problem('set: must have at least one file, got an empty list', { path: ['set'] });
  if (pins && pins.length !== count)
    throw new Problem(`sha256: must have one hash a file, got ${pins.length} for ${count}`, { path: ['sha256'] });
  if (labels && labels.length !== count)
    throw new Problem(`labels: must have one file a file of pictures, got ${labels.length} for ${count}`, { path: ['labels'] });
};

/** All pictures of some files. */
const openSet = async (source: PictureSource, testing: boolean, files: FileSource, hearer: Hearer): Promise<KnownSet> => {
  checkLists(source);
  const { labels, pins } = source;
  const count = source.files.length;
  const there: { readonly picture: Opened; readonly label: Opened | undefined }[] = [];
  for (const [index, file] of source.files.entries()) {
    const own = partOf(hearer, (0.5 * index) / count, (0.5 * (index + 1)) / count);
    const picture = await openFile(file, pins?.[index], files, own);
    there.push({ picture, label: labels && (await openFile(labels[index]!, undefined, files, own)) });
  }
  const first = there[0]!.picture.file;
  const mine = sets.get(first) ?? new Map<string, KnownSet>();
  sets.set(first, mine);
  const each = there.flatMap(({ picture, label }) => [picture, label].map((one) => one && [one.slices.name, numberOf(one.file)]));
  const key = JSON.stringify([each, source.grey, source.size, source.array, source.labelArray, source.coarse, testing]);
  const found = mine.get(key);
  if (found) return found;
  const read: LabelledPictures[] = [];
  for (const { picture, label } of there)
    read.push(await openPictures(picture.slices, label?.slices, { ...source, testing }, hearer.signal));
  const parts: PictureSet[] = [];
  for (const [index, pictures] of read.entries()) {
    const own = partOf(hearer, 0.5 + (0.5 * index) / count, 0.5 + (0.5 * (index + 1)) / count);
    parts.push(await pictureSet(pictures, source, own));
  }
  const made = { set: { ...joinSets(parts, source.files), normalisations: new Map() }, names: read[0]!.classNames };
  mine.set(key, made);
  return made;
};

const nameOf = (file: string): string => (isDataUrl(file) ? dataUrlName(file) : (file.split('/').at(-1) ?? file));

/**
 * `images(files, …)`: a task on pictures of CIFAR, IDX, NPY or NPZ files, see `pictureTask`. Files are read slice by slice, and only the
 * pictures that are asked for are kept.
 *
 * @param tests files of the test set, where it has its own
 * @param progress hears how far the files were read
 * @throws Problem naming the file and what is wrong with it, or the class that is not there.
 */
export const fileImages = async (
  source: PictureSource,
  tests: PictureSource | undefined,
  task: PictureTask,
  files: FileSource,
  signal: AbortSignal,
  progress: (fraction: number) => void,
): Promise<Dataset> => {
  const hearer = { signal, progress };
  const { set, names } = await openSet(source, false, files, partOf(hearer, 0, tests ? 0.2 : 0.3));
  const other = tests && (await openSet(tests, true, files, partOf(hearer, 0.2, 0.3))).set;
  const [first, ...more] = source.files.map(nameOf);
  const title = more.length > 0 ? `${first ?? ''} and ${more.length} more` : (first ?? '');
  return pictureTask(title, set, other, names, task, partOf(hearer, 0.3, 1));
};
