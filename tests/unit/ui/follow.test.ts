import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from '$lib/sheet/parse';
import { cellsByReference, mentions } from '$lib/sheet/references';
import { duplicateChosen, fillChosen, growChosen, moveChosen, nudgeChosen, removeChosen } from '$lib/ui/state/actions';
import { copiedText, noteCopied, pasteText } from '$lib/ui/state/clipboard';
import { deleteTracks, insertTracks, sizeTracks } from '$lib/ui/state/track-actions';
import { startHistory } from '$lib/sheet/history';
import { Workbook } from '$lib/ui/state/workbook.svelte';

/*
 * Any sequence of what a person does to the grid, on the workbook itself. Every cell carries a number of its own in its formula, by which
 * it is known again wherever it goes and whatever it is called.
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

type Operation = readonly [what: string, column: number, row: number, right: number, down: number];
const operations = [
  'nudge', 'move', 'cut', 'rows', 'columns', 'deleteRows', 'deleteColumns', 'delete', 'grow', 'shrink', 'copy', 'duplicate', 'fill', 'size',
] as const; // prettier-ignore
const operation: fc.Arbitrary<Operation> = fc.tuple(fc.constantFrom(...operations), fc.nat(SIZE), fc.nat(SIZE), fc.nat(2), fc.nat(2));

/** Operations after which every cell that is left is the one it was, so that references can be compared. */
const keepsCells = (what: string): boolean => !['copy', 'duplicate', 'fill'].includes(what);

const perform = (workbook: Workbook, [what, column, row, right, down]: Operation): void => {
  workbook.select({ column, row });
  workbook.choice.to({ column: column + right, row: row + down });
  const direction: readonly [number, number] = right > down ? [1, 0] : [0, right === down ? -1 : 1];
  switch (what) {
    case 'nudge': {
      nudgeChosen(workbook, ...direction);
      return;
    }
    case 'move': {
      moveChosen(workbook, 2 * (right - 1), 2 * (down - 1));
      return;
    }
    case 'cut':
    case 'copy': {
      if (workbook.chosen.length === 0) return;
      const copied = copiedText(workbook);
      noteCopied(workbook, copied, what === 'cut');
      workbook.select({ column: (column * 3) % SIZE, row: (row * 5) % SIZE });
      pasteText(workbook, copied);
      return;
    }
    case 'rows':
    case 'columns': {
      insertTracks(workbook, what, right > 0);
      return;
    }
    case 'deleteRows': {
      deleteTracks(workbook, 'rows');
      return;
    }
    case 'deleteColumns': {
      deleteTracks(workbook, 'columns');
      return;
    }
    case 'delete': {
      removeChosen(workbook);
      return;
    }
    case 'grow': {
      growChosen(workbook, ...direction);
      return;
    }
    case 'shrink': {
      growChosen(workbook, right > 0 ? -1 : 0, down > 0 ? -1 : 0);
      return;
    }
    case 'duplicate': {
      duplicateChosen(workbook);
      return;
    }
    case 'fill': {
      fillChosen(workbook, right > 0 ? 'right' : 'down');
      return;
    }
    default: {
      sizeTracks(workbook, down > 0 ? 'rows' : 'columns', 10 * right);
      return;
    }
  }
};

/** What each cell means by the words of its formula: the number of another cell, or nothing; by its own number. */
const meanings = (text: string): ReadonlyMap<string, readonly (string | undefined)[]> => {
  const sheet = parse(text);
  const cells = cellsByReference(sheet);
  const numbers = new Map(sheet.cells.map((cell) => [cell, /min\((\d+)/.exec(text.slice(cell.span.from, cell.span.to))?.[1] ?? '']));
  return new Map(
    sheet.cells.map((cell) => [
      numbers.get(cell) ?? '',
      (cell.formula ? mentions(cell.formula) : []).map(({ name }) => {
        const other = cells.get(name);
        return other && numbers.get(other);
      }),
    ]),
  );
};

const opened = (text: string): Workbook => {
  const workbook = new Workbook();
  workbook.open(startHistory(text));
  return workbook;
};

const sheet = fc.array(plan, { minLength: 2, maxLength: FORMULAS }).map(write);

describe('any sequence of operations on the grid', () => {
  test('50 of them are undone to the exact text, one step each, and redone to the exact text', () => {
    fc.assert(
      fc.property(sheet, fc.array(operation, { minLength: 50, maxLength: 50 }), (text, steps) => {
        const workbook = opened(text);
        const texts = [text];
        for (const step of steps) {
          const before = workbook.text;
          const past = workbook.history.past.length;
          perform(workbook, step);
          expect(workbook.history.past.length - past).toBe(workbook.text === before ? 0 : 1);
          if (workbook.text !== before) texts.push(workbook.text);
        }
        const last = workbook.text;
        for (const wanted of texts.slice(0, -1).reverse()) {
          workbook.undo();
          expect(workbook.text).toBe(wanted);
        }
        for (let step = 0; step < 50; step++) workbook.undo();
        expect(workbook.text).toBe(text);
        for (let step = 0; step < 50; step++) workbook.redo();
        expect(workbook.text).toBe(last);
      }),
      { numRuns: 40 },
    );
  });

  test('references follow: each formula means the same cells as before; what means a cell that is gone means nothing', () => {
    let compared = 0;
    fc.assert(
      fc.property(sheet, fc.array(operation, { minLength: 1, maxLength: 12 }), (text, steps) => {
        const workbook = opened(text);
        for (const step of steps.filter(([what]) => keepsCells(what))) {
          const before = meanings(workbook.text);
          perform(workbook, step);
          const after = meanings(workbook.text);
          for (const [number, meant] of after) {
            const old = before.get(number);
            expect(meant).toHaveLength(old?.length ?? -1);
            for (const [index, one] of meant.entries()) {
              const was = old?.[index];
              // A word that meant nothing may find a cell; one that meant a cell means it still, or nothing once it is gone.
              if (was === undefined) continue;
              compared += 1;
              expect(one, `${step.join(' ')}\n${workbook.text}`).toBe(after.has(was) ? was : undefined);
            }
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(1000);
  });

  test('nothing is ever put over another cell', () => {
    fc.assert(
      fc.property(sheet, fc.array(operation, { minLength: 1, maxLength: 12 }), (text, steps) => {
        const workbook = opened(text);
        for (const step of steps) {
          perform(workbook, step);
          const over = workbook.sheet.cells.find(({ problem }) => /lies over|already the name/.test(problem?.message ?? ''));
          expect(over?.problem?.message, `${step.join(' ')}\n${workbook.text}`).toBeUndefined();
        }
      }),
      { numRuns: 60 },
    );
  });
});
