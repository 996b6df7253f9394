import { Problem } from '$lib/base/problem';
import { shorten } from '../number-text';
import type { ArrayFile } from './array-file';
import { openNpy } from './npy-file';
import type { Slices } from './slices';
import { entrySlices, readZip } from './zip';

/** The arrays of a `.npz` file, opened when asked for. */
export interface Archive {
  readonly name: string;
  /** Names of the arrays, in the order of the file. */
  readonly names: readonly string[];
  open(array: string): Promise<ArrayFile>;
}

/** A few names in a message. */
export const listArrays = (names: readonly string[]): string =>
  names
    .slice(0, 12)
    .map((each) => `"${shorten(each)}"`)
    .join(', ') + (names.length > 12 ? ', …' : '');

/**
 * Opens a `.npz` file, a zip archive of `.npy` files.
 * @throws Problem when it is none, or holds no arrays.
 */
export const openNpz = async (source: Slices, signal: AbortSignal): Promise<Archive> => {
  const { name } = source;
  const entries = await readZip(source, signal);
  const arrays = new Map(
    entries.flatMap((entry) => (entry.name.endsWith('.npy') ? [[entry.name.slice(0, -'.npy'.length), entry] as const] : [])),
  );
  if (arrays.size === 0) throw new Problem(`${name}: expected a .npz archive, it holds no .npy array`);
  const names = [...arrays.keys()];
  const known = new Map<string, Promise<ArrayFile>>();
  const load = async (array: string): Promise<ArrayFile> => {
    const entry = arrays.get(array);
    if (!entry) throw new Problem(`${name}: has no array "${shorten(array)}"; there are ${listArrays(names)}`);
    return openNpy(await entrySlices(source, entry, signal), signal);
  };
  return {
    name,
    names,
    open: (array) => {
      const found = known.get(array) ?? load(array);
      known.set(array, found);
      return found;
    },
  };
};
