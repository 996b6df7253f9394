import { close, constants, fstat, open, read } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { mostHeld } from '$lib/data/byte-file';
import type { GivenFile } from '$lib/data/given-files';
import { largestFile } from '$lib/data/limits';
import { reason } from './sheet-source';

/** What a file holds, or in words why it is not to be had; `absent` when it is no file, and nothing is to be said of it. */
export type FileContent = GivenFile | 'absent';

const SLICE = 2 ** 20;

// By number, unlike a handle, a file is open for all threads and is not closed when nobody holds the handle.
const [openOf, statOf, readOf, closeOf] = [promisify(open), promisify(fstat), promisify(read), promisify(close)];

const isInside = (path: string, folder: string): boolean => {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
};

/** Folders with their links followed; those that are not there are left out. */
const realFolders = async (folders: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
  return found.filter((folder) => folder !== undefined);
};

const sizeText = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const tooLarge = (bytes: number): { refused: string } => ({
  refused: `is ${sizeText(bytes)} large, at most ${largestFile / 2 ** 20} MiB can be read`,
});

/** Reads an open file up to the limit and no further: it may grow, and its size need not be told. */
const readAll = async (descriptor: number, told: number): Promise<FileContent> => {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const piece = new Uint8Array(Math.max(1, Math.min(told - total, largestFile) || SLICE));
    const { bytesRead } = await readOf(descriptor, piece, 0, piece.length, null);
    if (bytesRead === 0) break;
    pieces.push(piece.subarray(0, bytesRead));
    total += bytesRead;
    if (total > largestFile) return tooLarge(total);
  }
  return pieces.length === 1 ? pieces[0]! : new Uint8Array(Buffer.concat(pieces));
};

/** An ordinary file: the bytes of a small one; a large one stays open, to be read slice by slice. */
const openFile = async (path: string): Promise<FileContent> => {
  // A pipe without a writer must not be waited for, and a link that has just been put there must not be followed.
  const descriptor = await openOf(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  let isKept = false;
  try {
    const facts = await statOf(descriptor);
    const { size, mtimeMs: changed } = facts;
    if (facts.isDirectory()) return 'absent';
    if (!facts.isFile()) return { refused: 'is a device or a pipe, not an ordinary file' };
    if (size > largestFile) return tooLarge(size);
    if (size <= mostHeld) return await readAll(descriptor, size);
    isKept = true;
    return { descriptor, size, changed };
  } finally {
    if (!isKept) await closeOf(descriptor);
  }
};

/**
 * Reads a file that a sheet names. A sheet may come from anyone: only files in its own folder and in the folders that were allowed are
 * read, links followed first, and of these only ordinary ones. What lies outside is refused whether it exists or not.
 *
 * @param folder of the sheet
 * @param allowed further folders (`--allow-read`)
 */
export const readFileOf = async (name: string, folder: string, allowed: readonly string[]): Promise<FileContent> => {
  const outside = { refused: "lies outside the sheet's folder; allow it with --allow-read DIR" };
  if (/^file:/i.test(name)) return { refused: 'is a file: URL; give its path relative to the sheet' };
  const path = resolve(folder, name);
  if (![folder, ...allowed].some((each) => isInside(path, resolve(each)))) return outside;
  try {
    const real = await realpath(path);
    const folders = await realFolders([folder, ...allowed]);
    if (!folders.some((each) => isInside(real, each))) return outside;
    return await openFile(real);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A text of the sheet that is no file at all, e.g. the name of a column.
    return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' ? 'absent' : { refused: `cannot be read, ${reason(error)}` };
  }
};
