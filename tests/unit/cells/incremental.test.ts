import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CellReport } from '$lib/worker/protocol';
import { TestSheet } from '../../support/evaluate';

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const reference = fc.constantFrom(...names);

/** Formulas over the other cells: right, wrong, swept, circular by chance. */
const formula = fc.oneof(
  fc.integer({ min: -3, max: 9 }).map(String),
  fc.tuple(reference, fc.constantFrom('+', '-', '*', '/', '<', '=='), reference).map(([x, operator, y]) => `${x} ${operator} ${y}`),
  fc.tuple(reference, fc.integer({ min: 1, max: 3 })).map(([x, y]) => `${x} + ${y}`),
  fc.integer({ min: 1, max: 4 }).map((count) => `range(1, 5, count: ${count})`),
  reference.map((x) => `each(1, 2) * ${x}`),
  reference.map((x) => `min(${x})`),
  reference.map((x) => `slider(${x}, min: 0, max: 5)`),
  reference.map((x) => `check(${x} < 3)`),
  fc.tuple(reference, reference).map(([x, y]) => `${x}[${y}: 2]`),
  fc.constantFrom('(1 +', 'nokind(3)', '"text"', 'true', '[1, 2]'),
);

const edit = fc.record({ name: reference, formula: fc.option(formula, { freq: 6 }), wait: fc.boolean() });

const textOf = (cells: ReadonlyMap<string, string>): string => [...cells].map(([name, text]) => `${name} = ${text}`).join('\n');

/** What a person would see: everything but how long it took and how often it changed. */
const seen = (report: CellReport | undefined): unknown => report && { ...report, milliseconds: 0, revision: 0 };

test('after any sequence of edits the sheet is what a fresh evaluation of its last text gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 12 }), async (edits) => {
      const cells = new Map<string, string>();
      const sheet = new TestSheet();
      let last: Promise<unknown> = Promise.resolve();
      for (const { name, formula: text, wait } of edits) {
        if (text === null) cells.delete(name);
        else cells.set(name, text);
        last = sheet.evaluate(textOf(cells));
        if (wait) await last;
      }
      await last;
      const fresh = new TestSheet();
      await fresh.evaluate(textOf(cells));
      for (const name of cells.keys()) expect(seen(sheet.reports.get(name))).toEqual(seen(fresh.reports.get(name)));
      sheet.host.dispose();
      fresh.host.dispose();
    }),
    { numRuns: 150 },
  );
});
