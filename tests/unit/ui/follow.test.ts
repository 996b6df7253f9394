import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byNumber, meaningsOf, renumber, type Meaning } from './meanings';
import { everything, foreign, keepsCells, opened, operation, perform, sheet, type Operation } from './operations';

/** Property tests may take their time where much else runs beside them. */
const patience = 120_000;

const steps = (least: number, most: number): fc.Arbitrary<Operation[]> => fc.array(operation, { minLength: least, maxLength: most });

describe('any sequence of operations on the grid', () => {
  test(
    '50 of them are undone to the exact text, one step each, and redone to the exact text',
    () => {
      fc.assert(
        fc.property(sheet, steps(50, 50), (text, operations) => {
          const workbook = opened(text);
          const texts = [text];
          for (const [index, step] of operations.entries()) {
            const before = workbook.text;
            const past = workbook.history.past.length;
            perform(workbook, step, 2000 + 10 * index);
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
        { numRuns: 25 },
      );
    },
    patience,
  );

  test(
    'references follow: each formula means the same cells as before; what means a cell that is gone means nothing, or what is in its place',
    () => {
      const compared = new Map<string, number>();
      const count = (what: string): unknown => compared.set(what, (compared.get(what) ?? 0) + 1);
      fc.assert(
        fc.property(sheet, steps(1, 12), (text, operations) => {
          const workbook = opened(text);
          let number = 2000;
          for (const step of operations) {
            const before = byNumber(meaningsOf(workbook));
            const textBefore = workbook.text;
            perform(workbook, step, number);
            const after = meaningsOf(workbook);
            const here = byNumber(after, before);
            const say = `${JSON.stringify(step)}\n${textBefore}\n${workbook.text}`;
            for (const cell of after) {
              const old = before.get(cell.number);
              // Filled formulas shift.
              if (!old || (step.what === 'fill' && cell.place !== old.place)) continue;
              expect(cell.words, say).toHaveLength(old.words.length);
              for (const [index, was] of old.means.entries()) {
                // A word that meant nothing may find a cell.
                if (!was) continue;
                count(step.what);
                const now = cell.means[index];
                const isOriginal = cell.place === old.place;
                expect(possible(step, was, old.words[index] ?? '', { before, here, after, isOriginal }), say).toContain(now);
              }
            }
            const clip = foreign(step, number);
            if (clip !== undefined && step.what === 'lines' && workbook.text !== textBefore) {
              for (const one of meaningsOf(opened(clip)))
                for (const [index, meant] of one.means.entries())
                  if (meant) {
                    count('within');
                    expect(here.get(one.number)?.means[index]?.number, say).toBe(meant.number);
                  }
            }
            number = renumber(workbook, before, number + 10);
          }
        }),
        { numRuns: 150 },
      );
      // Otherwise some of them would not have been tried.
      for (const what of everything) expect(compared.get(what) ?? 0, what).toBeGreaterThan(20);
      expect(compared.get('within')).toBeGreaterThan(20);
    },
    patience,
  );

  test(
    'nothing is ever put over another cell',
    () => {
      fc.assert(
        fc.property(sheet, steps(1, 12), (text, operations) => {
          const workbook = opened(text);
          for (const [index, step] of operations.entries()) {
            perform(workbook, step, 2000 + 10 * index);
            const over = workbook.sheet.cells.find(({ problem }) => /lies over|already the name/.test(problem?.message ?? ''));
            expect(over?.problem?.message, `${JSON.stringify(step)}\n${workbook.text}`).toBeUndefined();
          }
        }),
        { numRuns: 60 },
      );
    },
    patience,
  );
});

/** The cells before and after an operation, those after also by their numbers, and whether a word stands in a cell that stayed. */
interface Cells {
  readonly before: ReadonlyMap<string, Meaning>;
  readonly here: ReadonlyMap<string, Meaning>;
  readonly after: readonly Meaning[];
  readonly isOriginal: boolean;
}

/**
 * What a word may mean that meant a cell before: that cell, or what was put in its place; in a copy also a copy of that cell. Where the
 * cell is gone and another only lies over its place: nothing, or its own copy, or a new cell of that name, since the name is free.
 */
const possible = (
  step: Operation,
  was: Meaning,
  word: string,
  { before, here, after, isOriginal }: Cells,
): readonly (Meaning | undefined)[] => {
  if (keepsCells(step)) return [here.get(was.number)];
  const copies = after.filter(({ number }) => number === was.number);
  const there = after.find(({ place }) => place === was.place);
  if (there) return isOriginal ? [there] : [there, ...copies];
  return [undefined, ...copies, ...after.filter(({ name, number }) => name === word && !before.has(number))];
};
