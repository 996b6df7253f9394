import { writeDataUrl } from '$lib/data/data-url';
import { applyChanges } from '$lib/sheet/change';
import type { Formula } from '$lib/sheet/formula';
import { parse } from '$lib/sheet/parse';
import { everyPart } from '$lib/sheet/references';
import { printString } from '$lib/sheet/text';

/** Bytes of the largest table that is put into a link. */
export const LARGEST_CARRIED = 64 * 1024;

type Text = Extract<Formula, { type: 'string' }>;

/** The texts in a sheet that name a file for `table`: its first argument, `file:` and `test:`. */
const fileNames = (text: string): readonly Text[] =>
  parse(text).cells.flatMap(({ formula, note }) =>
    formula && !note
      ? [...everyPart(formula)].flatMap((part) =>
          part.type === 'call' && part.name === 'table'
            ? [part.positional[0], ...part.named.filter(({ name }) => name === 'file' || name === 'test').map(({ value }) => value)].filter(
                (value) => value?.type === 'string',
              )
            : [],
        )
      : [],
  );

/** Those of the files that the sheet reads, without repetition. */
export const filesRead = <F extends { readonly name: string }>(text: string, files: readonly F[]): readonly F[] => {
  const names = new Set(fileNames(text).map(({ value }) => value));
  return files.filter(({ name }) => names.has(name));
};

/** The sheet with the names of some files replaced by data URLs of their content, so that it needs no file. */
export const carryTables = (text: string, tables: ReadonlyMap<string, string>): string =>
  applyChanges(
    text,
    fileNames(text).flatMap(({ value, span }) => {
      const content = tables.get(value);
      return content === undefined ? [] : [{ ...span, insert: printString(writeDataUrl(value, content)) }];
    }),
  );
