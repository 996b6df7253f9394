import { fstat, read } from 'node:fs';
import { promisify } from 'node:util';
import { Problem } from '$lib/base/problem';
import { wholeFile, type ByteFile } from '$lib/data/byte-file';
import type { DiskFile, GivenFile } from '$lib/data/given-files';

const statOf = promisify(fstat);
const readOf = promisify(read);

/** An error of the system while a file is read, such as EIO of a broken disk, as what a person can mend. */
const readable = async <T>(name: string, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error;
    throw new Problem(`file: ${name} can no longer be read (${String(error.code)})`, { path: ['file'] });
  }
};

/**
 * Reads a file that is open. It is the same one whatever its name stands for by now; when it was changed meanwhile, its parts would not
 * belong together.
 *
 * @param name for messages
 */
export const openDisk = ({ descriptor, size, changed }: DiskFile, name: string): ByteFile => ({
  size,
  read: async (from, to) => {
    const buffer = new Uint8Array(to - from);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await readable(name, readOf(descriptor, buffer, filled, buffer.length - filled, from + filled));
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    const facts = await readable(name, statOf(descriptor));
    if (filled < buffer.length || facts.size !== size || facts.mtimeMs !== changed)
      throw new Problem(`file: ${name} was changed while it was read; run the sheet again`, { path: ['file'] });
    return buffer;
  },
});

/** All of a file that was not refused. */
export const contentOf = async (content: Exclude<GivenFile, { readonly refused: string }>, name: string): Promise<Uint8Array> => {
  if (content instanceof Uint8Array) return content;
  return content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : wholeFile(openDisk(content, name));
};
