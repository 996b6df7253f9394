import { Problem } from '$lib/base/problem';
import type { Dataset, FileSource } from './dataset';
import { dataUrlName, isDataUrl, readDataUrl } from './data-url';
import { readPictures, type LabelledPictures, type NamedBytes } from './formats/picture-files';
import { plainBytes } from './formats/unpack';
import { pictureTask, type PictureTask } from './picture-task';
import { joinSets, pictureSet, type PictureForm, type PictureSet } from './pictures';
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

/** Unpacked bytes of files, as long as the files themselves are kept. */
const unpacked = new WeakMap<Uint8Array, Uint8Array>();
/** Sets by the bytes of their first file. */
const sets = new WeakMap<Uint8Array, Map<string, { readonly set: PictureSet; readonly names: readonly string[] | undefined }>>();

const openFile = async (
  file: string,
  pin: string | undefined,
  files: FileSource,
  signal: AbortSignal,
): Promise<NamedBytes & { raw: Uint8Array }> => {
  const name = isDataUrl(file) ? dataUrlName(file) : file;
  const raw = isDataUrl(file) ? readDataUrl(file) : await readPinned(file, pin, files, signal);
  const bytes = unpacked.get(raw) ?? (await plainBytes(raw, name, signal));
  unpacked.set(raw, bytes);
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
  const mine = sets.get(raw) ?? new Map<string, { set: PictureSet; names: readonly string[] | undefined }>();
  sets.set(raw, mine);
  const rest = opened.flatMap(({ picture, label }) => [picture.name, picture.bytes.length, label?.name, label?.bytes.length]);
  const key = JSON.stringify([rest, source.grey, source.size, source.array, source.labelArray, source.coarse, testing]);
  const known = mine.get(key);
  // Files of the same names and sizes may have been replaced: only a set of one file is known by its bytes.
  if (known && opened.length === 1 && !labels) return known;
  const found: LabelledPictures[] = [];
  for (const { picture, label } of opened) found.push(await readPictures(picture, label, { ...source, testing }, signal));
  const each: PictureSet[] = [];
  for (const pictures of found) each.push(await pictureSet(pictures, source, signal));
  const made = { set: joinSets(each, source.files), names: found[0]!.classNames };
  mine.set(key, made);
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
