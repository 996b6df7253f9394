import type { Cell, Sheet } from '$lib/sheet/document';
import { parse } from '$lib/sheet/parse';
import { cellsByReference, precedents } from '$lib/sheet/references';

const formulas = (sheet: Sheet): ReadonlyMap<string, string> =>
  new Map(sheet.cells.map((cell) => [cell.key, sheet.text.slice(cell.formulaSpan.from, cell.formulaSpan.to)]));

/** The cells of a sheet whose values an evaluation of an earlier text does not tell: new and changed ones, and what depends on them. */
export const staleCells = (evaluated: string, sheet: Sheet): ReadonlySet<string> => {
  if (evaluated === sheet.text) return new Set();
  const before = parse(evaluated);
  const was = formulas(before);
  const is = formulas(sheet);
  const [then, now] = [cellsByReference(before), cellsByReference(sheet)];
  const means = (cell: Cell, cells: ReadonlyMap<string, Cell>): string => precedents(cell, cells).join(' ');
  const byKey = new Map(before.cells.map((cell) => [cell.key, cell]));
  const stale = new Set<string>();
  for (const cell of sheet.cells) {
    const old = byKey.get(cell.key);
    if (!old || was.get(cell.key) !== is.get(cell.key) || means(old, then) !== means(cell, now)) stale.add(cell.key);
  }
  for (let grew = stale.size > 0; grew;) {
    grew = false;
    for (const cell of sheet.cells) {
      if (stale.has(cell.key) || !precedents(cell, now).some((key) => stale.has(key))) continue;
      stale.add(cell.key);
      grew = true;
    }
  }
  return stale;
};
