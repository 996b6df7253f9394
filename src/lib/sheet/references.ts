import { stretches, type Steps } from '$lib/base/steps';
import { WorkedOut } from '$lib/base/worked-out';
import { printPosition } from './address';
import type { Cell, Sheet } from './document';
import type { Formula, Span } from './formula';

/** Cells that are looked at without a look up. */
const STRETCH = 128;

/** A name or address in a formula, and where it stands. */
export interface Mention {
  readonly name: string;
  readonly span: Span;
}

/** What stands directly in a formula. */
export function partsOf(formula: Formula): readonly Formula[] {
  switch (formula.type) {
    case 'list':
      return formula.items;
    case 'field':
    case 'negate':
      return [formula.of];
    case 'select':
      return [formula.of, ...formula.selectors.map((selector) => selector.value)];
    case 'binary':
      return [formula.left, formula.right];
    case 'call':
      return [...formula.positional, ...formula.named.map((argument) => argument.value)];
    default:
      return [];
  }
}

/** A formula and all that it is made of, outermost first, from left to right. */
export function* everyPart(formula: Formula): Generator<Formula> {
  yield formula;
  for (const part of partsOf(formula)) yield* everyPart(part);
}

/** The cells that a formula refers to, by name or first address, in the order and as often as they stand in it. */
export function mentions(formula: Formula): Mention[] {
  const found: Mention[] = [];
  const visit = (part: Formula): void => {
    if (part.type === 'reference') found.push({ name: part.name, span: part.span });
    else for (const inner of partsOf(part)) visit(inner);
  };
  visit(formula);
  return found;
}

/** The names of axes in the selections of a formula, as `delta` in `err.test[delta: 0.01]`. */
export function axisMentions(formula: Formula): Mention[] {
  const found: Mention[] = [];
  for (const part of everyPart(formula)) {
    if (part.type === 'select') found.push(...part.selectors.map(({ name, nameSpan }) => ({ name, span: nameSpan })));
  }
  return found;
}

/**
 * The cells of a sheet by every word that refers to them: name, and first address. Of two cells with the same name or address, the
 * first. A note cannot be referred to.
 */
export const cellsByReference = (sheet: Sheet): ReadonlyMap<string, Cell> => byReference.of(sheet);

const byReference = new WorkedOut(function* (sheet: Sheet): Steps<ReadonlyMap<string, Cell>> {
  const cells = new Map<string, Cell>();
  yield* stretches(sheet.cells.length, STRETCH, (first, end) => {
    for (const cell of sheet.cells.slice(first, end)) {
      if (cell.note) continue;
      if (cell.name !== undefined && !cells.has(cell.name)) cells.set(cell.name, cell);
      const address = cell.area && printPosition(cell.area);
      if (address !== undefined && !cells.has(address)) cells.set(address, cell);
    }
  });
  return cells;
});

/** The keys of the cells that a cell refers to, each once; unknown names are left out. */
export function precedents(cell: Cell, cells: ReadonlyMap<string, Cell>): string[] {
  const names = cell.formula ? mentions(cell.formula).map((mention) => mention.name) : [];
  return [...new Set(names.flatMap((name) => cells.get(name)?.key ?? []))];
}

const related = new WorkedOut(function* (sheet: Sheet): Steps<ReadonlyMap<string, readonly string[]>> {
  yield* byReference.ahead(sheet);
  const cells = cellsByReference(sheet);
  const all = new Map<string, readonly string[]>();
  yield* stretches(sheet.cells.length, STRETCH, (first, end) => {
    for (const cell of sheet.cells.slice(first, end)) all.set(cell.key, precedents(cell, cells));
  });
  return all;
});

/** The precedents of every cell of a sheet, by key. */
export const precedentsOf = (sheet: Sheet): ReadonlyMap<string, readonly string[]> => related.of(sheet);

/** Finds them in steps: to the next `precedentsOf` nothing is left to do. */
export const relateAhead = (sheet: Sheet): Steps<void> => related.ahead(sheet);
