import type { ViewState } from './view-state.svelte';

/** Resolves when nothing on the page has changed for `calm` milliseconds, or after `most`. */
const quiet = (calm: number, most: number): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      changes.disconnect();
      clearTimeout(longest);
      clearTimeout(calmed);
      resolve();
    };
    const longest = setTimeout(end, most);
    let calmed = setTimeout(end, calm);
    const changes = new MutationObserver(() => {
      clearTimeout(calmed);
      calmed = setTimeout(end, calm);
    });
    changes.observe(document.body, { childList: true, subtree: true });
  });

/** Draws every cell, waits for the pictures of those that were out of sight, and prints. */
export const printSheet = async (viewState: ViewState): Promise<void> => {
  viewState.printing = true;
  await quiet(300, 4000);
  print();
};
