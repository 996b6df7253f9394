import { printPosition } from '$lib/sheet/address';
import { cellsByReference } from '$lib/sheet/references';
import { cellWords } from '$lib/sheet/words';
import type { Workbook } from '$lib/ui/state/workbook.svelte';

/** A cell as it is known again: by its number and by where it stands, with the cells that the words of its formula mean. */
export interface Meaning {
  readonly number: string;
  readonly place: string;
  readonly name: string | undefined;
  /** The words as they stand, also on a line that cannot be read. */
  readonly words: readonly string[];
  readonly means: readonly (Meaning | undefined)[];
}

const numberIn = (formula: string): RegExpExecArray | null => /\d{4,}/.exec(formula);

/** Every cell of a workbook with what it means. */
export const meaningsOf = ({ text, sheet, placed }: Workbook): readonly Meaning[] => {
  const cells = placed.map(({ cell, area }) => {
    const { from, to } = cell.formulaSpan;
    const words = cellWords(text.slice(cell.span.from, cell.span.to)).map(({ name }) => name);
    const number = numberIn(text.slice(from, to))?.[0] ?? '';
    return { cell, name: cell.name, number, place: printPosition(area), words, means: [] as (Meaning | undefined)[] };
  });
  // The sheet may have been read again meanwhile, into other objects.
  const byKey = new Map(cells.map((one) => [one.cell.key, one]));
  const meant = cellsByReference(sheet);
  for (const one of cells)
    for (const word of one.words) {
      const other = meant.get(word);
      one.means.push(other && byKey.get(other.key));
    }
  return cells;
};

/** Cells by their number; of several with the same the one in a place where that number stood before, if there were any before. */
export const byNumber = (cells: readonly Meaning[], before?: ReadonlyMap<string, Meaning>): ReadonlyMap<string, Meaning> => {
  const found = new Map<string, Meaning>();
  for (const one of cells) if (!found.has(one.number) || before?.get(one.number)?.place === one.place) found.set(one.number, one);
  return found;
};

/**
 * Gives copies numbers of their own, from `number` on, so that each number is again that of one cell: the one that stands where it stood.
 * Answers the first number that no cell has.
 */
export const renumber = (workbook: Workbook, before: ReadonlyMap<string, Meaning>, number: number): number => {
  const kept = byNumber(meaningsOf(workbook), before);
  let next = number;
  let { text } = workbook;
  for (const { cell, area } of [...workbook.placed].sort((one, other) => other.cell.formulaSpan.from - one.cell.formulaSpan.from)) {
    const { from, to } = cell.formulaSpan;
    const found = numberIn(text.slice(from, to));
    if (!found || kept.get(found[0])?.place === printPosition(area)) continue;
    text = `${text.slice(0, from + found.index)}${next}${text.slice(from + found.index + found[0].length)}`;
    next += 1;
  }
  if (text !== workbook.text) workbook.change(text);
  return next;
};
