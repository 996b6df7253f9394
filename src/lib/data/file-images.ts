import { Problem } from '$lib/base/problem';
import type { Dataset, FileSource } from './dataset';
import { dataUrlName, isDataUrl, readDataUrl } from './data-url';
import { arrayBytes } from './formats/number-array';
import { readPictures, type LabelledPictures, type NamedBytes } from './formats/picture-files';
import { plainBytes } from './formats/unpack';
import { pictureTask, type PictureTask } from './picture-task';
import { joinSets, pictureSet, type Normalisation, type PictureForm, type PictureSet } from './pictures';
import { readPinned } from './pinned-file';

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

/** More unpacked bytes than this are not kept for longer than somebody needs them. */
const mostKept = 2 ** 25;

/** Something kept as long as its owner if it is small, and else as long as the memory is not wanted for other things. */
class Kept<T extends object> {
  readonly #strong: T | undefined;
  readonly #weak: WeakRef<T>;

  constructor(value: T, bytes: number) {
    this.#strong = bytes <= mostKept ? value : undefined;
    this.#weak = new WeakRef(value);
  }

  get(): T | undefined {
    return this.#strong ?? this.#weak.deref();
  }
}

/** Unpacked bytes of files, no longer than the files themselves are kept. */
const unpacked = new WeakMap<Uint8Array, Kept<Uint8Array>>();

/** What is known of the pictures of some files in some form. */
interface KnownSet {
  readonly set: Kept<{ readonly set: PictureSet; readonly names: readonly string[] | undefined }>;
  /** Of the set, also of one that has to be read anew. */
  readonly normalisations: PictureSet['normalisations'];
}

/** Sets by the bytes of their first file. */
const sets = new WeakMap<Uint8Array, Map<string, KnownSet>>();

const numbers = new WeakMap<Uint8Array, number>();
let files = 0;
/** A number that no other bytes have: a file of the same name and size may have replaced one. */
const numberOf = (bytes: Uint8Array): number => {
  const number = numbers.get(bytes) ?? (files += 1);
  numbers.set(bytes, number);
  return number;
};

const openFile = async (
  file: string,
  pin: string | undefined,
  files: FileSource,
  signal: AbortSignal,
): Promise<NamedBytes & { raw: Uint8Array }> => {
  const name = isDataUrl(file) ? dataUrlName(file) : file;
  const raw = isDataUrl(file) ? readDataUrl(file) : await readPinned(file, pin, files, signal);
  const bytes = unpacked.get(raw)?.get() ?? (await plainBytes(raw, name, signal));
  // Of a file that was not packed they are the file.
  unpacked.set(raw, new Kept(bytes, bytes === raw ? 0 : bytes.length));
  return { name, bytes, raw };
};

/** All pictures of some files. */
const openSet = async (source: PictureSource, testing: boolean, files: FileSource, signal: AbortSignal) => {
  const { labels, pins } = source;
  if (source.files.length === 0) throw new Problem('set: must have at least one file, got an empty list', { path: ['set'] });
  if (pins && pins.length !== source.files.length)
    throw new Problem(`sha256: must have one hash a file, got ${pins.length} for ${source.files.length}`, { path: ['sha256'] });
  if (labels && labels.length !== source.files.length)
    throw new Problem(`labels: must have one file a file of pictures, got ${labels.length} for ${source.files.length}`, {
      path: ['labels'],
    });
  const opened: { picture: NamedBytes & { raw: Uint8Array }; label: (NamedBytes & { raw: Uint8Array }) | undefined }[] = [];
  for (const [index, file] of source.files.entries()) {
    const picture = await openFile(file, pins?.[index], files, signal);
    opened.push({ picture, label: labels && (await openFile(labels[index]!, undefined, files, signal)) });
  }
  const { raw } = opened[0]!.picture;
  const mine = sets.get(raw) ?? new Map<string, KnownSet>();
  sets.set(raw, mine);
  const each = opened.flatMap(({ picture, label }) => [picture.name, numberOf(picture.raw), label?.name, label && numberOf(label.raw)]);
  const key = JSON.stringify([each, source.grey, source.size, source.array, source.labelArray, source.coarse, testing]);
  const known = mine.get(key);
  const found = known?.set.get();
  if (found) return found;
  const read: LabelledPictures[] = [];
  for (const { picture, label } of opened) read.push(await readPictures(picture, label, { ...source, testing }, signal));
  const parts: PictureSet[] = [];
  for (const pictures of read) parts.push(await pictureSet(pictures, source, signal));
  const normalisations = known?.normalisations ?? new Map<string, Normalisation>();
  const made = { set: { ...joinSets(parts, source.files), normalisations }, names: read[0]!.classNames };
  mine.set(key, {
    set: new Kept(
      made,
      read.reduce((sum, { pictures }) => sum + arrayBytes(pictures), 0),
    ),
    normalisations,
  });
  return made;
};

const nameOf = (file: string): string => (isDataUrl(file) ? dataUrlName(file) : (file.split('/').at(-1) ?? file));

/**
 * `images(files, …)`: a task on pictures of CIFAR, IDX, NPY or NPZ files, see `pictureTask`.
 *
 * @param tests files of the test set, where it has its own
 * @param progress hears of the pass over all pictures
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
  const { set, names } = await openSet(source, false, files, signal);
  const other = tests && (await openSet(tests, true, files, signal)).set;
  const [first, ...more] = source.files.map(nameOf);
  return pictureTask(more.length > 0 ? `${first ?? ''} and ${more.length} more` : (first ?? ''), set, other, names, task, signal, progress);
};
