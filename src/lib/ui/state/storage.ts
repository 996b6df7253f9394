/*
 * All that is kept in the browser's small stores goes through here. An embed on another site, and a browser that blocks cookies, throw
 * at the mere mention of them: then nothing is kept, and everything works without.
 */

/** `local` outlasts the page and is shared by tabs; `session` is one tab's own. */
export type Shelf = 'local' | 'session';

const shelfOf = (shelf: Shelf): Storage | undefined => {
  try {
    return shelf === 'local' ? globalThis.localStorage : globalThis.sessionStorage;
  } catch {
    return undefined;
  }
};

/** What is kept under a key; undefined when there is nothing, or nothing can be kept. */
export const recall = (shelf: Shelf, key: string): string | undefined => {
  try {
    return shelfOf(shelf)?.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
};

/** Keeps a text under a key, or (`undefined`) nothing any more. A browser that keeps nothing still shows it until the page is left. */
export const keep = (shelf: Shelf, key: string, text: string | undefined): void => {
  try {
    if (text === undefined) shelfOf(shelf)?.removeItem(key);
    else shelfOf(shelf)?.setItem(key, text);
  } catch {
    // Full, or forbidden.
  }
};
