import type { Sheet } from './document';
import { everyPart } from './references';

/** The kinds that read files. */
const readers = new Set(['table', 'images']);

/** The texts of a sheet that may be the names of files: all of them where the sheet reads files, else none. */
export const possibleFiles = ({ cells }: Sheet): string[] => {
  const parts = cells.flatMap(({ formula, note }) => (formula && !note ? [...everyPart(formula)] : []));
  if (!parts.some((part) => part.type === 'call' && readers.has(part.name))) return [];
  const texts = parts.flatMap((part) => (part.type === 'string' ? [part.value] : []));
  return [...new Set(texts)].filter((text) => text !== '' && !text.includes('\0') && !/^(https?:\/\/|data:)/i.test(text));
};
