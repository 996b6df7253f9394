import { applyChanges, type Change } from '$lib/sheet/change';
import type { Cell } from '$lib/sheet/document';
import type { Formula } from '$lib/sheet/formula';
import { parse, parseFormula } from '$lib/sheet/parse';
import { mentions } from '$lib/sheet/references';
import type { PaletteEntry, Candidates } from './candidates';
import { reached } from './wire';

/** `err.test` as an argument: the field, and the cell of errors it is read from. */
const fieldRead = (argument: Formula): { readonly field: string; readonly of: string } | undefined =>
  argument.type === 'field' && argument.of.type === 'reference' ? { field: argument.name, of: argument.of.name } : undefined;

/** A plot, and the fields it shows of the errors that new networks measure. */
export interface Joined {
  readonly plot: Cell;
  readonly fields: readonly string[];
}

/**
 * The plots that new networks belong on: those with a curve of errors that a theory predicts from the same coupling. Other new cells belong
 * on none.
 * @param formula of the new cell, wired
 */
export const joins = (entry: PaletteEntry, formula: string, candidates: Candidates): readonly Joined[] => {
  if (entry.kind.makes !== 'network ensemble') return [];
  const mine = new Set(mentions(parseFormula(formula)).map(({ name }) => name));
  const couplings = candidates.cells.filter(({ reference, makes }) => makes === 'coupling' && mine.has(reference));
  const predicted = candidates.cells
    .filter((cell) => cell.makes === 'errors' && couplings.some(({ reference }) => reached(cell, candidates).has(reference)))
    .map(({ reference }) => reference);
  return candidates.plots.flatMap((plot) => {
    const read = plot.formula?.type === 'call' ? plot.formula.positional.map(fieldRead).filter((one) => one !== undefined) : [];
    const fields = [...new Set(read.filter(({ of }) => predicted.includes(of)).map(({ field }) => field))];
    return fields.length > 0 ? [{ plot, fields }] : [];
  });
};

/**
 * The text in which each of these plots also shows the fields of the cell `name`, after what it shows already.
 * @param keyOf the keys that the cells have in this text
 */
export const joinPlots = (text: string, joined: readonly Joined[], name: string, keyOf: (cell: Cell) => string): string => {
  const { cells } = parse(text);
  const changes = joined.flatMap(({ plot, fields }): Change[] => {
    const call = cells.find(({ key }) => key === keyOf(plot))?.formula;
    const last = call?.type === 'call' ? call.positional.at(-1) : undefined;
    return last ? [{ from: last.span.to, to: last.span.to, insert: fields.map((field) => `, ${name}.${field}`).join('') }] : [];
  });
  return applyChanges(text, changes);
};
