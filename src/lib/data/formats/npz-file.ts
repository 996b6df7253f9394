import { Problem } from '$lib/base/problem';
import { shorten } from '../number-text';
import { readNpy } from './npy-file';
import type { NumberArray } from './number-array';
import { readEntry, readZip } from './zip';

/** The arrays of a `.npz` file, read when asked for. */
export interface Archive {
  readonly name: string;
  /** Names of the arrays, in the order of the file. */
  readonly names: readonly string[];
  read(array: string): Promise<NumberArray>;
}

/**
 * Opens a `.npz` file, a zip archive of `.npy` files.
 * @throws Problem when it is none, or holds no arrays.
 */
export const openNpz = (bytes: Uint8Array, name: string, signal: AbortSignal): Archive => {
  const arrays = new Map(
    readZip(bytes, name).flatMap((entry) => (entry.name.endsWith('.npy') ? [[entry.name.slice(0, -'.npy'.length), entry] as const] : [])),
  );
  if (arrays.size === 0) throw new Problem(`${name}: expected a .npz archive, it holds no .npy array`);
  const names = [...arrays.keys()];
  const known = new Map<string, Promise<NumberArray>>();
  const load = async (array: string): Promise<NumberArray> => {
    const entry = arrays.get(array);
    if (!entry)
      throw new Problem(
        `${name}: has no array "${shorten(array)}"; there are ${names
          .slice(0, 12)
          .map((each) => `"${shorten(each)}"`)
          .join(', ')}`,
      );
    return readNpy(await readEntry(bytes, entry, name, signal), `${name}, ${shorten(entry.name)}`);
  };
  return {
    name,
    names,
    read: (array) => {
      const found = known.get(array) ?? load(array);
      known.set(array, found);
      return found;
    },
  };
};
