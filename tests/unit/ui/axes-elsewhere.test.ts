import { expect, test } from 'vitest';
import { parse } from '$lib/sheet/parse';
import { axesToCut } from '$lib/ui/elsewhere/axes';
import type { Workbook } from '$lib/ui/state/workbook.svelte';
import type { CellReport, Status } from '$lib/worker/protocol';

/** A sheet of which each cell is reported with a status, the cells it refers to, and its axis. */
const workbook = (text: string, of: (key: string) => { status: Status; precedents: readonly string[]; axis?: string } | undefined) => {
  const reports = {
    of: (key: string): Partial<CellReport> | undefined => {
      const found = of(key);
      if (!found) return undefined;
      const { axis, ...report } = found;
      return { ...report, axes: axis === undefined ? [] : [{ name: axis, values: [1, 2] }] };
    },
  };
  return { sheet: parse(text), engine: { reports } } as unknown as Workbook;
};
const names = (book: Workbook, key: string): string[] => axesToCut(book, key).map(({ name }) => name);
const count = 10_000;

test('a cell without a value varies over what it depends on, however long the chain to there is', () => {
  const book = workbook('r = range(1, 2, count: 2)', (key) => {
    const index = Number(key.slice(1));
    return key === 'r' ? { status: 'ok', precedents: [], axis: 'r' } : { status: 'waiting', precedents: [index ? `c${index - 1}` : 'r'] };
  });
  expect(names(book, `c${count}`)).toEqual(['r']);
});

test('cells that go round in a circle have no axes but those from outside of it', () => {
  const circle = (of: readonly string[]) =>
    workbook('r = each(1, 2)\ns = each(3, 4)\nt = 1', (key) => {
      const index = Number(key.slice(1));
      if (of.includes(key)) return { status: 'ok', precedents: [], axis: key };
      return { status: 'error', precedents: [`c${(index + 1) % count}`, ...(index === 5 ? of : [])] };
    });
  expect(names(circle([]), 'c0')).toEqual([]);
  expect(names(circle(['s', 'r']), 'c9')).toEqual(['s', 'r']);
});

test('an axis that two ways lead to is named once, and one that cannot be cut is not', () => {
  const book = workbook('r = each(1, 2)\nx = 3', (key) => {
    if (key === 'r' || key === 'x') return { status: 'ok', precedents: [], axis: key };
    return { status: 'waiting', precedents: ['r', 'x', 'r'] };
  });
  expect(names(book, 'a')).toEqual(['r']);
  expect(names(book, 'r')).toEqual(['r']);
});
