/*
 * All that is kept in the browser's small stores goes through here. An embed on another site, and a browser that blocks cookies, throw
 * at the mere mention of them: then nothing is kept, and everything works without.
 */

/** `local` outlasts the page and is shared by tabs; `session` is one tab's own. */
export type StorageArea = 'local' | 'session';

const storageOf = (area: StorageArea): Storage | undefined => {
  try {
    return area === 'local' ? globalThis.localStorage : globalThis.sessionStorage;
  } catch {
    return undefined;
  }
};

/** What is kept under a key; undefined when there is nothing, or nothing can be kept. */
export const readStored = (area: StorageArea, key: string): string | undefined => {
  try {
    return storageOf(area)?.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
};

/** Keeps a text under a key, or (`undefined`) nothing any more. A browser that keeps nothing still shows it until the page is left. */
export const writeStored = (area: StorageArea, key: string, text: string | undefined): void => {
  try {
    if (text === undefined) storageOf(area)?.removeItem(key);
    else storageOf(area)?.setItem(key, text);
  } catch {
    // Full, or forbidden.
  }
};
