import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Sheet } from '$lib/sheet/document';
import { everyPart } from '$lib/sheet/references';

/** A file larger than this is not taken into a page. */
const limit = 64 * 2 ** 20;

/** The texts of a sheet that may be the names of files: all of them where the sheet reads a table, else none. */
export const possibleFiles = ({ cells }: Sheet): string[] => {
  const parts = cells.flatMap(({ formula, note }) => (formula && !note ? [...everyPart(formula)] : []));
  if (!parts.some((part) => part.type === 'call' && part.name === 'table')) return [];
  const texts = parts.flatMap((part) => (part.type === 'string' ? [part.value] : []));
  return [...new Set(texts)].filter((text) => text !== '' && !text.includes('\0') && !/^([a-z]+:\/\/|data:)/i.test(text));
};

/**
 * The bytes of the files that a sheet names, by the name it uses, relative to its folder. Nothing else is read; a name that is no file
 * is left out, and the cell that asks for it says so.
 */
export const readNamedFiles = async (sheet: Sheet, folder: string | undefined): Promise<Map<string, Uint8Array>> => {
  const files = new Map<string, Uint8Array>();
  if (folder === undefined) return files;
  for (const name of possibleFiles(sheet)) {
    const path = resolve(folder, name);
    try {
      const facts = await stat(path);
      if (facts.isFile() && facts.size <= limit) files.set(name, await readFile(path));
    } catch {
      // Not a file, or not readable: the cell says that it is not there.
    }
  }
  return files;
};
