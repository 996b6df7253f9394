import { Problem } from '$lib/base/problem';
import { parse, parseFormula } from '$lib/sheet/parse';
import { cellsByReference, mentions } from '$lib/sheet/references';
import type { Setting } from './arguments';

/** One setting applied. An input cell is one that refers to no other: a slider, a choice, a range, a number, a dataset. */
const apply = (text: string, { name, value }: Setting): string => {
  const cell = cellsByReference(parse(text)).get(name);
  if (!cell) throw new Problem(`--set ${name}: the sheet has no cell of this name`);
  if (cell.formula && mentions(cell.formula).length > 0) {
    throw new Problem(`--set ${name}: must be an input cell, but its formula refers to other cells`);
  }
  if (/[\n\r#]/.test(value)) throw new Problem(`--set ${name}: must be one formula, got "${value}"`);
  try {
    parseFormula(value);
  } catch (error) {
    if (error instanceof Problem) throw new Problem(`--set ${name}: cannot be read, ${error.message}`);
    throw error;
  }
  return text.slice(0, cell.formulaSpan.from) + value + text.slice(cell.formulaSpan.to);
};

/**
 * The sheet with the formulas of some input cells replaced; a later setting of the same cell wins.
 *
 * @throws Problem when there is no such cell, it is not an input, or the value is not a formula.
 */
export const applySettings = (text: string, settings: readonly Setting[]): string => settings.reduce(apply, text);
