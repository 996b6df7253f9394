import fc from 'fast-check';
import { columnName } from '$lib/sheet/address';
import { startHistory } from '$lib/sheet/history';
import { duplicateSelected, fillSelected, growSelected, moveSelected, nudgeSelected, deleteSelected } from '$lib/ui/state/actions';
import { toggleSelected } from '$lib/ui/state/select';
import { copiedText, noteCopied, pasteText } from '$lib/ui/state/clipboard';
import { deleteTracks, insertTracks, sizeTracks } from '$lib/ui/state/track-actions';
import { Workbook } from '$lib/ui/state/workbook.svelte';

/*
 * What a person does to the grid, done to the workbook itself. Every formula begins with a number of four digits or more that no other has,
 * by which its cell is known again wherever it goes and whatever it is called.
 */

const SIZE = 6;
const FORMULAS = 8;

/** What a cell refers to: others by their index in the sheet. */
interface Plan {
  readonly named: boolean;
  readonly placed: boolean;
  readonly wide: boolean;
  readonly precedents: readonly number[];
}

const plan: fc.Arbitrary<Plan> = fc.record({
  named: fc.boolean(),
  placed: fc.boolean(),
  wide: fc.boolean(),
  precedents: fc.array(fc.nat(FORMULAS - 1), { maxLength: 3 }),
});

/** A sheet of cells two columns and two rows apart; each refers to others by name, or by address where they have no name. */
const write = (plans: readonly Plan[]): string => {
  const corner = (index: number): string => `${'ACE'[index % 3] ?? 'A'}${2 * Math.floor(index / 3) + 1}`;
  const word = (index: number): string => (plans[index]?.named ? `x${'abcdefgh'[index] ?? ''}` : corner(index));
  const lines = plans.map(({ named, placed, wide, precedents }, index) => {
    const end = wide ? `:${'BDF'[index % 3] ?? 'B'}${2 * Math.floor(index / 3) + 2}` : '';
    const head = [...(named ? [word(index)] : []), ...(placed || !named ? [`@${corner(index)}${end}`] : [])].join(' ');
    const mentioned = precedents.filter((one) => one < plans.length && (plans[one]?.placed || plans[one]?.named));
    return `${head} = min(${[`${1000 + index}`, ...mentioned.map(word)].join(', ')}) # ${index}\n`;
  });
  return `# Sheet\n${lines.join('')}# columns: B 200\n`;
};

/** A sheet to begin with. */
export const sheet = fc.array(plan, { minLength: 2, maxLength: FORMULAS }).map(write);

export const opened = (text: string): Workbook => {
  const workbook = new Workbook();
  workbook.open(startHistory(text));
  return workbook;
};

/** What moves cells, takes some away or names them, and leaves each the one it is. */
const keeping = ['nudge', 'move', 'cut', 'rows', 'columns', 'deleteRows', 'deleteColumns', 'delete', 'grow', 'shrink', 'size', 'rename'] as const; // prettier-ignore
/** What leaves every cell in its place, or puts another there. */
const placing = ['copy', 'duplicate', 'fill', 'write', 'define', 'clear', 'table', 'lines'] as const;
export const everything = [...keeping, ...placing];
type What = (typeof everything)[number];

/** Something that is done to a selection: a rectangle from a square, and cells taken in and out after it. */
export interface Operation {
  readonly what: What;
  readonly column: number;
  readonly row: number;
  readonly right: number;
  readonly down: number;
  readonly more: readonly (readonly [column: number, row: number])[];
  /** Names and addresses for what is written. */
  readonly words: readonly string[];
}

const word = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h').map((letter) => `x${letter}`),
  fc.tuple(fc.nat(SIZE), fc.nat(SIZE)).map(([column, row]) => `${columnName(column)}${row + 1}`),
);

export const operation: fc.Arbitrary<Operation> = fc.record({
  what: fc.constantFrom(...everything),
  column: fc.nat(SIZE),
  row: fc.nat(SIZE),
  right: fc.nat(2),
  down: fc.nat(2),
  more: fc.array(fc.tuple(fc.nat(SIZE), fc.nat(SIZE)), { maxLength: 3 }),
  words: fc.array(word, { maxLength: 3 }),
});

/** Whether every cell that is left after it is the one it was, though perhaps elsewhere; else what is left in its place is. */
export const keepsCells = ({ what }: Operation): boolean => (keeping as readonly string[]).includes(what);

/** A formula that refers to others; by `right` and `down` one that cannot be read (yet). */
const formulaOf = ({ words, right, down }: Operation, number: number): string =>
  `min(${[`${number}`, ...words].join(', ')}${right === 2 && down === 1 ? '' : ')'}`;

/** A table as another program copies it: a number, a word, a gap and a formula. */
const tableOf = (step: Operation, number: number): string =>
  `${number}\tword ${number + 1}\r\n\t${formulaOf({ ...step, right: 0 }, number + 2)}\r\n`;

/** Cells of another sheet, which refer to each other and to what is here. */
const linesOf = (step: Operation, number: number): string =>
  [
    `xa @B2 = ${formulaOf({ ...step, right: 0 }, number)}`,
    `xq @C2:C3 = min(${number + 1}, xa, B5)`,
    `@B5 = min(${number + 2}, xq, B2, xa)`,
    '',
  ].join('\n');

/** What is on the clipboard from elsewhere for an operation that pastes that. */
export const foreign = (step: Operation, number: number): string | undefined =>
  step.what === 'table' ? tableOf(step, number) : step.what === 'lines' ? linesOf(step, number) : undefined;

/** Writes into the square as a person does, who gives up where it cannot be taken. */
const typed = (workbook: Workbook, text: string): void => {
  workbook.edit('cell');
  workbook.commit(text, 'stay');
  if (workbook.draft) workbook.cancel();
};

/** Selects what an operation is done to. */
const choose = (workbook: Workbook, { column, row, right, down, more }: Operation): void => {
  workbook.select({ column, row });
  workbook.selection.to({ column: column + right, row: row + down });
  for (const [column, row] of more) toggleSelected(workbook, { column, row });
};

/**
 * Does it.
 * @param number from which on no cell has a number
 */
export const perform = (workbook: Workbook, step: Operation, number: number): void => {
  choose(workbook, step);
  const { what, column, row, right, down } = step;
  const direction: readonly [number, number] = right > down ? [1, 0] : [0, right === down ? -1 : 1];
  const does: Readonly<Record<What, () => void>> = {
    nudge: () => nudgeSelected(workbook, ...direction),
    move: () => moveSelected(workbook, 2 * (right - 1), 2 * (down - 1)),
    cut: () => pasted(workbook, step, true),
    copy: () => pasted(workbook, step, false),
    rows: () => insertTracks(workbook, 'rows', right > 0),
    columns: () => insertTracks(workbook, 'columns', right > 0),
    deleteRows: () => deleteTracks(workbook, 'rows'),
    deleteColumns: () => deleteTracks(workbook, 'columns'),
    delete: () => deleteSelected(workbook),
    grow: () => growSelected(workbook, ...direction),
    shrink: () => growSelected(workbook, right > 0 ? -1 : 0, down > 0 ? -1 : 0),
    duplicate: () => duplicateSelected(workbook),
    fill: () => fillSelected(workbook, right > 0 ? 'right' : 'down'),
    size: () => sizeTracks(workbook, down > 0 ? 'rows' : 'columns', 10 * right),
    rename: () => workbook.rename(right === 0 ? '' : `x${'abcdefghq'[column + right] ?? 'q'}`),
    write: () => typed(workbook, formulaOf(step, number)),
    define: () => typed(workbook, `x${'abcdefghq'[row + right] ?? 'q'} = ${formulaOf(step, number)}`),
    clear: () => typed(workbook, ''),
    table: () => pasteText(workbook, foreign(step, number) ?? ''),
    lines: () => pasteText(workbook, foreign(step, number) ?? ''),
  };
  does[what]();
};

/** Copies or cuts what is selected, and pastes it elsewhere: at a square, or a single cell into each of several. */
const pasted = (workbook: Workbook, { column, row, right, down }: Operation, cut: boolean): void => {
  if (workbook.selectedCells.length === 0) return;
  const copied = copiedText(workbook);
  noteCopied(workbook, copied, cut);
  const to = { column: (column * 3) % SIZE, row: (row * 5) % SIZE };
  workbook.select(to);
  if (right === down) workbook.selection.to({ column: to.column + right, row: to.row });
  pasteText(workbook, copied);
};
