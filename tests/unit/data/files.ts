import { readFile } from 'node:fs/promises';
import { Problem } from '$lib/base/problem';
import { assetPath } from '$lib/data/assets';
import { bytesFile, type ByteFile } from '$lib/data/byte-file';
import type { FileSource } from '$lib/data/dataset';

/** Embedded files from `static/`, others from the texts given; counts what was read. */
export const fileSource = (texts: Readonly<Record<string, string | Uint8Array>> = {}): FileSource & { readonly reads: string[] } => {
  const reads: string[] = [];
  const opened = new Map<string, ByteFile>();
  return {
    reads,
    open: async (name) => {
      reads.push(name);
      const path = assetPath(name);
      if (path !== undefined) return bytesFile(await readFile(new URL(`../../../static/${path}`, import.meta.url)));
      const found = texts[name];
      if (found === undefined) throw new Problem(`${name}: there is no such file`);
      const file = opened.get(name) ?? bytesFile(typeof found === 'string' ? new TextEncoder().encode(found) : found);
      opened.set(name, file);
      return file;
    },
  };
};

export const never = new AbortController().signal;

/** The message of the Problem a computation ends with. */
export const problemOf = async (compute: () => unknown): Promise<string> => {
  try {
    await compute();
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
  throw new Error('expected a Problem');
};

/** Rows of a row-major matrix. */
export const rowsOf = (values: Float64Array, dimension: number): Float64Array[] =>
  Array.from({ length: values.length / dimension }, (_, row) => values.subarray(row * dimension, (row + 1) * dimension));
