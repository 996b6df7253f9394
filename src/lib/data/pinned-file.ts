import { platformBytes } from '$lib/base/bytes';
import { Problem } from '$lib/base/problem';
import type { FileSource } from './dataset';

/** SHA-256 of some bytes, 64 hexadecimal digits. */
export const sha256 = async (bytes: Uint8Array): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', platformBytes(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
};

const known = new WeakMap<Uint8Array, string>();

/** @throws Problem unless a pin has the form of a hash. */
export const checkPin = (pin: string): void => {
  if (!/^[0-9a-f]{64}$/i.test(pin))
    throw new Problem('sha256: must be 64 hexadecimal digits, as sha256sum prints them', { path: ['sha256'] });
};

/**
 * Reads a file and, where the sheet pins it, checks that it is the one that is meant.
 *
 * @param pin SHA-256 of the file, in hexadecimal digits
 * @throws Problem when it is not there, with the hash that is wanted, or is another one, with both hashes.
 */
export const readPinned = async (name: string, pin: string | undefined, files: FileSource, signal: AbortSignal): Promise<Uint8Array> => {
  if (pin === undefined) return files.read(name, signal);
  checkPin(pin);
  const wanted = pin.toLowerCase();
  let bytes: Uint8Array;
  try {
    bytes = await files.read(name, signal, wanted);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw error.saying(`${error.message} (sha256 ${wanted})`);
  }
  // Absent on pages without https, whatever its type says.
  if (!('subtle' in crypto)) throw new Problem('sha256: can only be checked on a page with https or on localhost', { path: ['sha256'] });
  const found = known.get(bytes) ?? (await sha256(bytes));
  known.set(bytes, found);
  if (found === wanted) return bytes;
  throw new Problem(`sha256: ${name} is another file than the sheet was made with: expected ${wanted}, got ${found}`, { path: ['sha256'] });
};
