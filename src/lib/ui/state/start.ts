import { Problem } from '$lib/base/problem';
import { record, startHistory, type History } from '$lib/sheet/history';
import { historyWriter, readHistory } from '$lib/sheet/kept-history';
import { decodeShare } from '$lib/sheet/share';
import { defaultSheet } from '../default-sheet';
import { autosave, restore } from './store';
import { openTab } from './tab';
import type { Workbook } from './workbook.svelte';

/** Takes the sheet out of the address, so that a reload restores what was typed since and not the link again. */
const takeFragment = (): string | undefined => {
  const fragment = location.hash;
  if (fragment.length < 2) return undefined;
  history.replaceState(history.state, '', location.pathname + location.search);
  return fragment;
};

/** The text of a link, or an empty sheet and the reason. */
const read = (fragment: string): { text: string; problem: string | undefined } => {
  try {
    return { text: decodeShare(fragment), problem: undefined };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { text: '', problem: error.message };
  }
};

/**
 * Opens, in this order: the sheet of the link, the sheet this tab had open, the sheet that was changed last, the default sheet; then keeps
 * what is typed. A link does not push out what was open before: undo brings that back.
 * @param shown hears when there is a sheet to see: what can wait until then, does
 * @returns a function that ends it
 */
export const start = (workbook: Workbook, shown: () => void = () => undefined): (() => void) => {
  let ended = false;
  const linked = location.hash.length > 1;
  const tab = openTab(() => {
    if (linked || tab.reloaded) return;
    workbook.notice = {
      text: 'This sheet is open in another tab as well. Each tab keeps its own; the one that is changed last opens next time.',
      tone: 'plain',
    };
  });
  const keep = autosave(
    () => tab.name,
    () => {
      workbook.notice = { text: 'This browser does not let the sheet be kept here; save it as a file.', tone: 'bad' };
    },
  );
  const follow = (before: History | undefined): void => {
    const fragment = takeFragment();
    if (fragment === undefined) {
      workbook.open(before ?? startHistory(defaultSheet));
      return;
    }
    const { text, problem } = read(fragment);
    workbook.open(before ? record(before, text) : startHistory(text));
    if (problem !== undefined) workbook.notice = { text: `The sheet of this link could not be opened. ${problem}`, tone: 'bad' };
  };
  const onhash = (): void => {
    if (location.hash.length > 1) follow(workbook.history);
  };
  void restore(tab.name).then((saved) => {
    if (ended) return;
    follow(saved && readHistory(saved.history));
    const write = historyWriter();
    workbook.onkeep = (history) => keep(() => ({ history: write(history) }));
    workbook.onkeep(workbook.history);
    addEventListener('hashchange', onhash);
    shown();
  });
  return () => {
    ended = true;
    tab.close();
    removeEventListener('hashchange', onhash);
  };
};
