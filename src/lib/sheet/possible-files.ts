import type { Sheet } from './document';
import type { Formula } from './formula';
import { everyPart } from './references';

type Call = Extract<Formula, { type: 'call' }>;

/** The kinds that read files, the parameter that stands first, and the others that name a file. */
const readers = new Map([
  ['table', { first: 'file', others: ['test'] }],
  ['images', { first: 'set', others: ['images', 'labels', 'test', 'test_labels'] }],
]);

/** Words of these parameters that are no files: embedded sets, and ways to write labels. */
const ownWords = new Set(['mnist', 'fashion-mnist', '±1', '01', 'class']);

const isFileName = (text: string): boolean => text !== '' && !text.includes('\0') && !/^(https?:\/\/|data:)/i.test(text);

const calls = ({ cells }: Sheet): Formula[] => cells.flatMap(({ formula, note }) => (formula && !note ? [...everyPart(formula)] : []));

const textsOf = (formula: Formula): string[] => [...everyPart(formula)].flatMap((part) => (part.type === 'string' ? [part.value] : []));

const isReader = (part: Formula): part is Call => part.type === 'call' && readers.has(part.name);

/** The texts of a sheet that may be the names of files: all of them where the sheet reads files, else none. */
export const possibleFiles = (sheet: Sheet): string[] => {
  const parts = calls(sheet);
  if (!parts.some(isReader)) return [];
  const texts = parts.flatMap((part) => (part.type === 'string' ? [part.value] : []));
  return [...new Set(texts)].filter(isFileName);
};

/** The files that cells name where only a file can stand. A name that another cell gives is not among them. */
export const namedFiles = (sheet: Sheet): string[] => {
  const texts = calls(sheet)
    .filter(isReader)
    .flatMap(({ name, positional, named }) => {
      const { first, others } = readers.get(name) ?? { first: '', others: [] };
      const values = named.filter((argument) => argument.name === first || others.includes(argument.name)).map(({ value }) => value);
      const texts = [...positional.slice(0, 1), ...values].flatMap(textsOf);
      // Labels of an archive are the name of an array in it.
      const isArchive = texts.some((text) => /\.npz$/i.test(text));
      return isArchive ? texts.filter((text) => text.includes('.')) : texts;
    });
  return [...new Set(texts)].filter((text) => isFileName(text) && !ownWords.has(text));
};
