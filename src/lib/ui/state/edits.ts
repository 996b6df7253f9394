import type { Corner } from '$lib/sheet/address';
import { applyChanges } from '$lib/sheet/change';
import type { Cell } from '$lib/sheet/document';
import { addCell, deleteCell, pasteCells, renameCell, setFormula } from '$lib/sheet/edit';
import { parse } from '$lib/sheet/parse';
import { argument } from '../views/literal';

/** `gamma = slider(2)` apart; a leading `=`, as other spreadsheets want, is dropped. */
const split = (draft: string): { name: string | undefined; formula: string } => {
  const match = /^\s*(?:([A-Za-z][A-Za-z0-9_]*)\s*)?=(?!=)\s*(.*)$/s.exec(draft);
  return match ? { name: match[1], formula: match[2] ?? '' } : { name: undefined, formula: draft.trim() };
};

/**
 * What was typed into a square, taken into the sheet: a formula, `name = formula`, or nothing, which takes the cell away.
 * @param cell the cell that stands there, if one does
 * @throws Problem when the name is taken or cannot be one
 */
export const commitDraft = (text: string, cell: Cell | undefined, square: Corner, draft: string): string => {
  const { name, formula } = split(draft);
  if (!cell) {
    if (formula === '') return text;
    const area = { column: square.column, row: square.row, lastColumn: square.column, lastRow: square.row };
    return addCell(text, { name, area, formula });
  }
  if (formula === '') return deleteCell(text, cell.key);
  const renames = name !== undefined && name !== cell.name && !cell.note;
  const renamed = renames ? renameCell(text, cell.key, name) : text;
  return setFormula(renamed, renames ? name : cell.key, formula);
};

/**
 * Sets one parameter of the outermost call of a cell; an empty value takes it away, so that its default holds again.
 * @param position where the parameter stands when it is given without its name
 */
export const setArgument = (text: string, cell: Cell, parameter: string, value: string, position: number | undefined): string => {
  const call = cell.formula;
  if (call?.type !== 'call') return text;
  const given = argument(call, parameter, position);
  const named = call.named.find(({ name }) => name === parameter);
  const typed = value.replace(/\s*[\r\n]+\s*/g, ' ').trim();
  if (given && typed !== '') return applyChanges(text, [{ ...given.span, insert: typed }]);
  if (named) {
    const before = /,\s*$/.exec(text.slice(call.span.from, named.nameSpan.from));
    const after = /^\s*,\s*/.exec(text.slice(named.value.span.to, call.span.to));
    const from = named.nameSpan.from - (before?.[0].length ?? 0);
    const to = named.value.span.to + (before ? 0 : (after?.[0].length ?? 0));
    return applyChanges(text, [{ from, to, insert: '' }]);
  }
  const last = call.positional.at(-1);
  if (given && given === last && call.positional.length > 1) {
    const from = call.positional.at(-2)?.span.to ?? given.span.from;
    return applyChanges(text, [{ from, to: given.span.to, insert: '' }]);
  }
  if (given || typed === '') return text;
  const end = call.span.to - 1;
  const empty = call.positional.length + call.named.length === 0;
  return applyChanges(text, [{ from: end, to: end, insert: `${empty ? '' : ', '}${parameter}: ${typed}` }]);
};

/**
 * What was copied, put at a square: cells with their names and places, over a cell only its formula; other text is a formula.
 * @throws Problem when there is no room
 */
export const pasteAt = (text: string, cell: Cell | undefined, square: Corner, copied: string): string => {
  const clip = parse(copied);
  const [first] = clip.cells;
  const areCells = clip.cells.length > 0 && clip.cells.every(({ problem, nameSpan, area }) => !problem && (nameSpan ?? area));
  if (!areCells || !first) return commitDraft(text, cell, square, copied.replace(/\s*[\r\n]+\s*/g, ' ').trim());
  if (clip.cells.length === 1 && (cell || !first.area)) {
    const formula = copied.slice(first.formulaSpan.from, first.formulaSpan.to);
    return commitDraft(text, cell, square, cell || !first.name ? formula : `${freeName(text, first.name)} = ${formula}`);
  }
  return pasteCells(text, copied, square);
};

const freeName = (text: string, name: string): string => {
  const taken = new Set(parse(text).cells.map((cell) => cell.name));
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
  return free;
};
