import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

/** What is kept between visits: the sheet that was changed last, and that of each tab. */
export interface Saved {
  /** The text and all that can be undone, as `writeHistory` writes it. */
  readonly history: string;
}

/** Where the sheet that was changed last is kept, and where that of a tab. */
const latest = 'open';
const ofTab = (tab: string): string => `tab ${tab}`;
/** Tabs whose sheets are kept; names of tabs begin with when they were opened, so that their order is that of their age. */
const mostTabs = 20;

interface Schema extends DBSchema {
  sheets: { key: string; value: Saved };
}

const open = (): Promise<IDBPDatabase<Schema>> =>
  openDB<Schema>('kernelsheet', 1, {
    upgrade: (database) => {
      database.createObjectStore('sheets');
    },
  });

/** The sheet that this tab had open, else the one that was changed last, or undefined; never fails (private windows have no storage). */
export const restore = async (tab: string): Promise<Saved | undefined> => {
  try {
    const database = await open();
    const saved = (await database.get('sheets', ofTab(tab))) ?? (await database.get('sheets', latest));
    const tabs = (await database.getAllKeys('sheets')).filter((key) => key !== latest && key !== ofTab(tab)).sort();
    for (const key of tabs.slice(0, -mostTabs)) await database.delete('sheets', key);
    database.close();
    return saved;
  } catch {
    return undefined;
  }
};

/**
 * Keeps what was typed: at most one write at a time, the latest wins.
 * @param tab asked for at every write: a tab may learn that it is a copy of another
 * @returns a function that schedules a write; `failed` hears once if nothing can be kept.
 */
export const autosave = (tab: () => string, failed: () => void): ((saved: () => Saved) => void) => {
  let next: (() => Saved) | undefined;
  let running = false;
  let broken = false;
  const run = async (): Promise<void> => {
    running = true;
    try {
      const database = await open();
      while (next) {
        const saved = next();
        next = undefined;
        const writing = database.transaction('sheets', 'readwrite');
        await Promise.all([writing.store.put(saved, ofTab(tab())), writing.store.put(saved, latest), writing.done]);
      }
      database.close();
    } catch {
      if (!broken) failed();
      broken = true;
    }
    running = false;
  };
  return (saved) => {
    next = saved;
    if (!running) void run();
  };
};
