import { Problem } from '$lib/base/problem';
import { follow, startHistory, type History } from '$lib/sheet/history';
import { historyWriter } from '$lib/sheet/kept-history';
import { decodingShare } from '$lib/sheet/share';
import { defaultSheet } from '../default-sheet';
import { keptDrafts } from './kept-draft';
import { runInTurns, openAhead } from './open-ahead';
import { saveRecent, titleOf } from './recent';
import { autosave, restore } from './store';
import { openTab } from './tab';
import type { Workbook } from './workbook.svelte';

/** Takes the sheet out of the address, so that a reload restores what was typed since and not the link again. A later link stays. */
const dropFragment = (fragment: string): void => {
  if (fragment !== '' && location.hash === fragment) history.replaceState(history.state, '', location.pathname + location.search);
};

/** The text of a link, or the reason why there is none. */
const read = async (fragment: string): Promise<{ readonly text: string } | { readonly problem: string }> => {
  try {
    return { text: await runInTurns(decodingShare(fragment)) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { problem: error.message };
  }
};

/**
 * Opens, in this order: the sheet of the link, the sheet this tab had open, the sheet that was changed last, the default sheet; then keeps
 * what is typed. A link does not push out what was open before: undo brings that back, and it is among the recent sheets. A link that cannot
 * be read changes nothing.
 * @param shown hears when there is a sheet to see: what can wait until then, does
 * @returns a function that ends it
 */
export const start = (workbook: Workbook, shown: () => void = () => undefined): (() => void) => {
  const life = { over: false };
  const isOver = (): boolean => life.over;
  const linked = location.hash.length > 1;
  /** What the page begins with, unless something else is asked for before that is read. */
  const first = workbook.openRequests.ask();
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
  /** Opens the sheet of a link: says whether it is open, cannot be read, or was overtaken by another that was asked for meanwhile. */
  const openFragment = async (fragment: string, history: () => History | undefined): Promise<'open' | 'unreadable' | 'overtaken'> => {
    const { openRequests } = workbook;
    const mine = openRequests.ask();
    const found = await read(fragment);
    if (!openRequests.isWanted(mine) || isOver()) return 'overtaken';
    if ('problem' in found) {
      workbook.notice = { text: `The sheet of this link could not be opened. ${found.problem}`, tone: 'bad' };
      return 'unreadable';
    }
    if (!openRequests.claim(mine)) return 'overtaken';
    await openAhead(found.text);
    if (!openRequests.isLatest(mine) || isOver()) return 'overtaken';
    // Meanwhile the one before may have been edited.
    const before = history();
    if (before && before.present !== defaultSheet) void saveRecent(before);
    workbook.open(before ? follow(before, found.text) : { ...startHistory(found.text), linked: true });
    return 'open';
  };
  const onhash = (): void => {
    const { hash } = location;
    if (hash.length > 1) void openFragment(hash, () => workbook.history).finally(() => dropFragment(hash));
  };
  /** Opens what the page begins with; what was asked for meanwhile, a file, say, stays open, and what was here before is kept. */
  const openFirst = async (before: History | undefined, hash: string): Promise<'linked' | 'before' | 'overtaken'> => {
    const linked = hash.length > 1 ? await openFragment(hash, () => before) : 'unreadable';
    if (linked === 'open') return 'linked';
    if (linked === 'unreadable') {
      await openAhead(before?.present ?? '');
      if (workbook.openRequests.claim(first)) {
        workbook.open(before ?? startHistory(defaultSheet));
        return 'before';
      }
    }
    if (before && before.present !== defaultSheet) void saveRecent(before);
    return 'overtaken';
  };
  void restore(tab.name).then(async ({ history: before, damaged }) => {
    if (isOver()) return;
    const kept = keptDrafts(tab.reloaded);
    // That of an earlier version does not say to which sheet it belongs.
    const last = kept.findLast(({ sheet }) => sheet === undefined);
    for (const one of kept) if (one !== last) workbook.setAside.put(one);
    const { hash } = location;
    const opened = await openFirst(before, hash);
    if (isOver()) return;
    if (last && opened === 'before' && !workbook.draft) workbook.takeUp(last);
    else if (last) workbook.setAside.put(last);
    if (damaged)
      workbook.notice = {
        text: before
          ? 'The sheet that was kept here is damaged. What could be read of it is open, and all of it is kept under Recent.'
          : 'The sheet that was kept here cannot be read. It is kept under Recent, from where it can be saved as a file.',
        tone: 'bad',
      };
    const write = historyWriter();
    workbook.onkeep = (history) =>
      keep(() => ({
        history: write(history),
        time: Date.now(),
        title: titleOf(history.present),
        ...(history.linked && { linked: true }),
      }));
    workbook.onkeep(workbook.history);
    dropFragment(hash);
    workbook.onreplace = (history) => {
      if (history.present !== defaultSheet) void saveRecent(history);
    };
    addEventListener('hashchange', onhash);
    // A link that was followed before this was listened for.
    onhash();
    shown();
  });
  return () => {
    life.over = true;
    tab.close();
    removeEventListener('hashchange', onhash);
  };
};
