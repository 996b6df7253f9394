import { salvage } from '$lib/sheet/salvage';
import type { History } from '$lib/sheet/history';
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

/** A sheet that is kept: that of a tab, the one that was changed last, or an earlier one. */
export interface Saved {
  /** The text and all that can be undone, as `writeHistory` writes it. */
  readonly history: string;
  /** When it was kept, in milliseconds; absent in old records. */
  readonly time?: number;
  readonly title?: string;
  /** It came by a link and was not edited. */
  readonly linked?: boolean;
}

interface Schema extends DBSchema {
  /** Records may be damaged: whoever reads one looks at what it is. */
  sheets: { key: string; value: unknown };
}

/** Where the sheet that was changed last is kept, that of a tab, an earlier one, and what could not be read. */
const latest = 'open';
const ofTab = (tab: string): string => `tab ${tab}`;
export const recentPrefix = 'earlier ';
export const unreadablePrefix = 'unreadable ';
/** Tabs whose sheets are kept; names of tabs begin with when they were opened, so that their order is that of their age. */
const mostTabs = 20;
/** Unreadable records that are kept; the oldest go first. */
const mostUnreadable = 10;

export const openStore = (): Promise<IDBPDatabase<Schema>> =>
  openDB<Schema>('kernelsheet', 1, {
    upgrade: (database) => {
      database.createObjectStore('sheets');
    },
  });

export type Store = Awaited<ReturnType<typeof openStore>>;

/** A key that nothing else has, by time. */
export const newKey = (prefix: string): string =>
  `${prefix}${Date.now().toString(36).padStart(9, '0')}${Math.random().toString(36).slice(2, 6)}`;

const isLinked = (record: unknown): boolean =>
  typeof record === 'object' && record !== null && (record as { readonly linked?: unknown }).linked === true;

/** Lets go of sheets of closed tabs when there are too many: first of those that only came by links, then of the oldest. */
const prune = async (database: Store, tab: string): Promise<void> => {
  const keys = (await database.getAllKeys('sheets')).sort();
  const tabs = keys.filter((key) => key.startsWith('tab ') && key !== ofTab(tab));
  const linked = new Set<string>();
  if (tabs.length > mostTabs) for (const key of tabs) if (isLinked(await database.get('sheets', key))) linked.add(key);
  const order = [...tabs.filter((key) => linked.has(key)), ...tabs.filter((key) => !linked.has(key))];
  const unreadable = keys.filter((key) => key.startsWith(unreadablePrefix));
  for (const key of [...order.slice(0, Math.max(0, order.length - mostTabs)), ...unreadable.slice(0, -mostUnreadable)])
    await database.delete('sheets', key);
};

/** What was kept for a tab. */
export interface Restored {
  readonly history: History | undefined;
  /** Something that was kept could not be read, or not all of it; it is kept on under another key. */
  readonly damaged: boolean;
}

/**
 * The sheet that this tab had open, else the one that was changed last; never fails (private windows have no storage). A record that is
 * damaged is copied aside before anything is written over it, and what is left of it is opened.
 */
export const restore = async (tab: string): Promise<Restored> => {
  try {
    const database = await openStore();
    const refused: string[] = [];
    // A browser may refuse to read one record and not the other.
    const read = (key: string): Promise<unknown> =>
      database.get('sheets', key).catch(() => {
        refused.push(key);
        return undefined;
      });
    // What is read is opened, also where there is no room for a copy.
    const copyAside = (record: unknown): Promise<unknown> =>
      database.put('sheets', record, newKey(unreadablePrefix)).catch(() => undefined);
    const records = [await read(ofTab(tab)), await read(latest)].filter((one) => one !== undefined);
    const [own, last] = records;
    const first = own === undefined ? undefined : salvage(own);
    if (first?.damaged) await copyAside(own);
    const second = first && !first.history && last !== undefined ? salvage(last) : undefined;
    if (second?.damaged && JSON.stringify(last) !== JSON.stringify(own)) await copyAside(last);
    await prune(database, tab).catch(() => undefined);
    database.close();
    return { history: first?.history ?? second?.history, damaged: refused.length > 0 || (first?.damaged ?? false) };
  } catch {
    return { history: undefined, damaged: false };
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
      const database = await openStore();
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
