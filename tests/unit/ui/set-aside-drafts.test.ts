import { afterEach, describe, expect, it, vi } from 'vitest';
import { startHistory } from '$lib/sheet/history';
import { SetAsideDrafts, textHash } from '$lib/ui/state/set-aside-drafts';
import { keepDrafts, keptDrafts, type KeptDraft } from '$lib/ui/state/kept-draft';
import { Workbook } from '$lib/ui/state/workbook.svelte';

const draft = (sheet: string, text: string, over = ''): KeptDraft => ({
  draft: { square: { column: 0, row: 0 }, key: undefined, text, where: 'bar' },
  over,
  sheet: textHash(sheet),
});

describe('drafts of other sheets', () => {
  it('are kept one a cell, the latest of a sheet is taken first, and each once', () => {
    const aside = new SetAsideDrafts();
    for (const sheet of ['a = 1', 'b = 2', 'c = 3']) aside.put(draft(sheet, `of ${sheet}`));
    aside.put(draft('b = 2', 'newer'));
    aside.put(draft('d = 4', 'as it was', 'as it was'));
    expect(aside.all.map((one) => one.draft.text)).toEqual(['of a = 1', 'of c = 3', 'newer']);
    expect(aside.take('b = 2')?.draft.text).toBe('newer');
    expect(aside.take('b = 2')).toBeUndefined();
    expect(aside.take('d = 4')).toBeUndefined();
    expect(aside.take('a = 1')?.draft.text).toBe('of a = 1');
    expect(aside.all.map((one) => one.draft.text)).toEqual(['of c = 3']);
    const { draft: first, ...kept } = draft('c = 3', 'beside');
    aside.put({ ...kept, draft: { ...first, square: { column: 1, row: 0 } } });
    expect(aside.take('c = 3')?.draft.text).toBe('beside');
    expect(aside.take('c = 3')?.draft.text).toBe('of c = 3');
  });

  it('are bounded in number and in letters; the oldest go first and the newest stays', () => {
    const aside = new SetAsideDrafts();
    for (let index = 0; index < 30; index++) aside.put(draft(`a = ${index}`, `${index}`));
    expect(aside.all.map((one) => Number(one.draft.text))).toEqual(Array.from({ length: 20 }, (_, index) => index + 10));
    aside.put(draft('long', 'x'.repeat(2 ** 18 - 4)));
    expect(aside.all.map((one) => one.draft.text.length)).toEqual([2, 2, 2 ** 18 - 4]);
    aside.put(draft('longer', 'x'.repeat(2 ** 19)));
    expect(aside.all.map((one) => one.draft.text.length)).toEqual([2 ** 19]);
  });

  it('come back in the formula bar when their sheet is opened again, whatever was open meanwhile', () => {
    const workbook = new Workbook();
    const sheets = ['a @A1 = 1', 'b @B2 = 2', 'c @C3 = 3'];
    for (const [index, sheet] of sheets.entries()) {
      workbook.open(startHistory(sheet));
      workbook.select({ column: index, row: index });
      workbook.edit('cell');
      workbook.drafting(`${index + 1} + `);
    }
    expect(workbook.unfinished.map((one) => one.draft.text)).toEqual(['1 + ', '2 + ', '3 + ']);
    for (const [index, sheet] of [...sheets.entries()].reverse()) {
      workbook.open(startHistory(sheet));
      expect(workbook.draft).toMatchObject({ text: `${index + 1} + `, where: 'bar', square: { column: index, row: index } });
    }
    // Given up, it does not come back; the others do.
    workbook.cancel();
    expect(workbook.unfinished.map((one) => one.draft.text)).toEqual(['3 + ', '2 + ']);
  });
});

describe('drafts that are kept in the browser', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const shelf = (held: Map<string, string>): object => ({
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, text: string) => void held.set(key, text),
    removeItem: (key: string) => void held.delete(key),
  });
  /** What is kept of one tab, and of all. */
  const shelves = (): { session: Map<string, string>; local: Map<string, string> } => {
    const held = { session: new Map<string, string>(), local: new Map<string, string>() };
    vi.stubGlobal('localStorage', shelf(held.local));
    vi.stubGlobal('sessionStorage', shelf(held.session));
    return held;
  };
  /** Another tab of the same browser, which has a session of its own. */
  const otherTab = (name: string): void => {
    vi.stubGlobal('sessionStorage', shelf(new Map([['tab', name]])));
  };

  it('are read as they were written, and gone when none is left', () => {
    const { session, local } = shelves();
    const all = [draft('a = 1', 'x'), draft('b = 2', 'y', 'z')];
    keepDrafts(all);
    expect(keptDrafts(false)).toEqual(all);
    keepDrafts([]);
    expect(keptDrafts(true)).toEqual([]);
    expect(session.size + local.size).toBe(0);
  });

  it('of earlier versions, which kept one, are read; what is damaged in a list is left out', () => {
    const { session, local } = shelves();
    const one = draft('a = 1', 'x');
    session.set('draft', JSON.stringify({ draft: one.draft, over: '' }));
    expect(keptDrafts(true)).toEqual([{ ...one, sheet: undefined }]);
    session.set('draft', JSON.stringify([null, 3, one, { ...one, draft: null }, { ...one, over: 1 }, []]));
    expect(keptDrafts(true)).toEqual([one]);
    local.set('draft', JSON.stringify([one]));
    expect(keptDrafts(false)).toEqual([one]);
    for (const text of ['', '[', 'null', '"x"', '[[1]]', '{"draft":{"square":{"column":-1,"row":0},"text":"","where":"bar"},"over":""}']) {
      session.set('draft', text);
      expect(keptDrafts(true), text).toEqual([]);
    }
  });

  it('of two tabs stay apart, and a new tab takes over all of them', () => {
    shelves();
    const [first, second] = [draft('a = 1', 'x'), draft('b = 2', 'y', 'z')];
    otherTab('one');
    keepDrafts([first]);
    otherTab('two');
    keepDrafts([second]);
    keepDrafts([]);
    keepDrafts([second]);
    otherTab('three');
    expect(keptDrafts(false)).toEqual([first, second]);
    // Reloaded before anything was written.
    expect(keptDrafts(true)).toEqual([first, second]);
    keepDrafts([]);
    otherTab('four');
    expect(keptDrafts(false)).toEqual([]);
  });
});
