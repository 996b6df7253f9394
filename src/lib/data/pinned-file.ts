import { Problem } from '$lib/base/problem';
import { Sha256 } from '$lib/base/sha256';
import type { ByteFile } from './byte-file';
import type { FileSource } from './dataset';
import { fileSlices } from './formats/slices';
import type { Hearer } from './in-turns';
import { Pause } from './pause';

/** SHA-256 of a file, 64 hexadecimal digits; it is read slice by slice. */
export const hashOf = async (file: ByteFile, { signal, progress }: Hearer): Promise<string> => {
  const hash = new Sha256();
  const pause = new Pause(signal);
  let read = 0;
  for await (const slice of fileSlices(file, '').stream(0, file.size, signal)) {
    hash.add(slice);
    read += slice.length;
    progress(read / file.size);
    await pause.whenDue();
  }
  return hash.digest();
};

const known = new WeakMap<ByteFile, string>();

/** @throws Problem unless a pin has the form of a hash. */
const checkPin = (pin: string): void => {
  if (!/^[0-9a-f]{64}$/i.test(pin))
    throw new Problem('sha256: must be 64 hexadecimal digits, as sha256sum prints them', { path: ['sha256'] });
};

/**
 * Opens a file and, where the sheet pins it, checks that it is the one that is meant.
 *
 * @param pin SHA-256 of the file, in hexadecimal digits
 * @param hearer hears of the pass over a pinned file
 * @throws Problem when it is not there, with the hash that is wanted, or is another one, with both hashes.
 */
export const openPinned = async (name: string, pin: string | undefined, files: FileSource, hearer: Hearer): Promise<ByteFile> => {
  const { signal } = hearer;
  if (pin === undefined) return files.open(name, signal);
  checkPin(pin);
  const wanted = pin.toLowerCase();
  let file: ByteFile;
  try {
    file = await files.open(name, signal, wanted);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw error.saying(`${error.message} (sha256 ${wanted})`);
  }
  const found = known.get(file) ?? (await hashOf(file, hearer));
  known.set(file, found);
  if (found === wanted) return file;
  throw new Problem(`sha256: ${name} is another file than the sheet was made with: expected ${wanted}, got ${found}`, { path: ['sha256'] });
};
