import { Problem } from '$lib/base/problem';
import type { CellPosition } from '$lib/sheet/address';
import { applyChanges } from '$lib/sheet/change';
import type { Cell, Sheet } from '$lib/sheet/document';
import type { Formula } from '$lib/sheet/formula';
import { addCell, deleteCell, pasteCells, renameCell, setFormula } from '$lib/sheet/edit';
import { parse, parseFormula } from '$lib/sheet/parse';
import { printCell } from '$lib/sheet/print';
import { printString } from '$lib/sheet/text';
import { argument } from '../views/literal';
import type { Pinned } from './pinned';
import { around, contains, squareAt } from './selection';

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
export const commitDraft = (text: string, cell: Cell | undefined, square: CellPosition, draft: string): string => {
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

/** The cell of a text that covers a square. */
const cellOver = (text: string, square: CellPosition): Cell | undefined =>
  parse(text).cells.find(({ area }) => area !== undefined && contains(area, square));

/** Whether a text is cells, and not a formula. A line alone that cannot be read is one if it says where it stands, as copied ones do. */
export const areCells = ({ cells }: Sheet): boolean =>
  cells.length > 0 &&
  cells.every(({ problem, nameSpan, area, addressSpan }) => (nameSpan ?? area) && (!problem || cells.length > 1 || addressSpan));

/**
 * What was copied, put at a square: cells with their names and places, also over others; one cell over another gives it its formula; a
 * table of another program becomes one cell an entry; other text is a formula. Into an empty sheet a whole one is pasted as it is.
 * @throws Problem when it does not fit on the grid
 */
export const pasteAt = (text: string, square: CellPosition, copied: string): string => {
  const clip = parse(copied);
  const [first] = clip.cells;
  const cell = cellOver(text, square);
  if (!areCells(clip) || !first) {
    const typed = copied.replace(/\s*[\r\n]+\s*/g, ' ').trim();
    const table = tableOf(copied);
    return table && !formulaOf(typed) ? pasteTable(text, square, table) : commitDraft(text, cell, square, typed);
  }
  if (text.trim() === '' && clip.cells.length > 1) return copied;
  if (clip.cells.length === 1 && ((cell && cell.note === first.note) || !first.area)) {
    const formula = copied.slice(first.formulaSpan.from, first.formulaSpan.to);
    return commitDraft(text, cell, square, cell || !first.name ? formula : `${freeName(text, first.name)} = ${formula}`);
  }
  return pasteCells(text, copied, square);
};

/** What a text is as a formula, if it is one. */
const formulaOf = (typed: string): Formula | undefined => {
  try {
    return parseFormula(typed);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return undefined;
  }
};
/** A bare word in a table of another program is a word; it would be a name here. */
const entryOf = (entry: string): string => ((formulaOf(entry)?.type ?? 'reference') === 'reference' ? printString(entry) : entry);

/** The entries of a table as spreadsheets copy it, with tabs between; also of a single column of numbers. */
const tableOf = (copied: string): readonly (readonly string[])[] | undefined => {
  const lines = copied.replace(/(?:\r\n|\n|\r)+$/, '').split(/\r\n|\n|\r/);
  const isColumn = lines.length > 1 && lines.every((line) => line.trim() !== '' && Number.isFinite(Number(line)));
  return copied.includes('\t') || isColumn ? lines.map((line) => line.split('\t').map((entry) => entry.trim())) : undefined;
};

const pasteTable = (text: string, square: CellPosition, table: readonly (readonly string[])[]): string => {
  const lines = table.flatMap((entries, row) =>
    entries.flatMap((entry, column) => {
      if (entry === '') return [];
      const position = { column: square.column + column, row: square.row + row };
      return [printCell({ area: squareAt(position), formula: entryOf(entry) })];
    }),
  );
  if (lines.length > 2000) throw new Problem(`a table of at most 2000 entries can be pasted, this one has ${lines.length}`);
  const areas = parse(lines.join('\n')).cells.flatMap(({ area }) => area ?? []);
  return areas.length === 0 ? text : pasteCells(text, lines.join('\n'), areas.reduce(around));
};

const freeName = (text: string, name: string): string => {
  const taken = new Set(parse(text).cells.map((cell) => cell.name));
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
  return free;
};

/** What was typed into a square of a sheet; a cell that comes or goes leaves the others where they are. */
export const commitInto = (
  sheet: { readonly text: string; pinned(): Pinned },
  cell: Cell | undefined,
  square: CellPosition,
  draft: string,
): string => {
  if (cell && draft.trim() !== '') return commitDraft(sheet.text, cell, square, draft);
  const { text, keyOf } = sheet.pinned();
  return commitDraft(text, cell && { ...cell, key: keyOf(cell) }, square, draft);
};
