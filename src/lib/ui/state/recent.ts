import type { History } from '$lib/sheet/history';
import { historyWriter } from '$lib/sheet/kept-history';
import { parse } from '$lib/sheet/parse';
import { salvage } from '$lib/sheet/salvage';
import { recentPrefix, newKey, openStore, unreadablePrefix } from './store';

/** Recent sheets that are kept; the oldest go first. */
const mostRecent = 30;

/** A sheet that was open here before. */
export interface RecentSheet {
  readonly key: string;
  readonly title: string;
  /** When it was last open, in milliseconds; 0 where that is not known. */
  readonly time: number;
  /** It could not be read as a sheet, or not all of it; it can be saved as it is. */
  readonly unreadable: boolean;
  /** What is left of it; empty when nothing is. */
  readonly text: string;
  /** What is kept, as a file to look at. */
  readonly raw: string;
}

/** What a sheet is called in the list: its title, else its first line. */
export const titleOf = (text: string): string =>
  parse(text.slice(0, 4000)).title || (text.trim().split('\n')[0] ?? '').slice(0, 80) || 'Empty sheet';

/** Keeps a sheet that another one takes the place of. One that came by a link and was not edited is somebody else's, and is not kept. */
export const saveRecent = async ({ present, linked }: History): Promise<void> => {
  if (linked || present.trim() === '') return;
  const history = historyWriter()({ past: [], present, future: [], gesture: undefined });
  try {
    const database = await openStore();
    const keys = (await database.getAllKeys('sheets')).filter((key) => key.startsWith(recentPrefix)).sort();
    const old = keys.slice(0, Math.max(0, keys.length - mostRecent + 1));
    for (const key of keys) {
      const record = (await database.get('sheets', key)) as { readonly history?: unknown } | undefined;
      if (record?.history === history) old.push(key);
    }
    for (const key of new Set(old)) await database.delete('sheets', key);
    await database.put('sheets', { history, time: Date.now(), title: titleOf(present) }, newKey(recentPrefix));
    database.close();
  } catch {
    // A browser that keeps nothing has none.
  }
};

const numberIn = (record: unknown, name: string): number => {
  const value: unknown = typeof record === 'object' && record !== null ? (record as Record<string, unknown>)[name] : undefined;
  return typeof value === 'number' ? value : 0;
};

const rawOf = (record: unknown): string => {
  const history: unknown = typeof record === 'object' && record !== null ? (record as { readonly history?: unknown }).history : record;
  return typeof history === 'string' ? history : JSON.stringify(record);
};

/**
 * Sheets that were open in this browser, the latest first, each text once: those that another one took the place of, those of other tabs,
 * and what could not be read.
 *
 * @param present text of the open sheet, which is left out
 */
export const recentSheets = async (present: string): Promise<readonly RecentSheet[]> => {
  try {
    const database = await openStore();
    const keys = await database.getAllKeys('sheets');
    const records = await Promise.all(keys.map(async (key) => ({ key, record: await database.get('sheets', key) })));
    database.close();
    const all = records.map(({ key, record }): RecentSheet & { readonly linked: boolean } => {
      const { history } = salvage(record);
      const unreadable = key.startsWith(unreadablePrefix);
      const text = history?.present ?? '';
      const time = numberIn(record, 'time') || parseInt(key.split(' ')[1]?.slice(0, 9) ?? '', 36) || 0;
      const title = history ? titleOf(text) : 'A record that cannot be read';
      return { key, title, time, unreadable, text, raw: rawOf(record), linked: history?.linked ?? false };
    });
    const seen = new Set([present, '']);
    return all
      .sort((a, b) => b.time - a.time)
      .filter(({ text, unreadable, linked }) => {
        if (unreadable) return true;
        if (linked || seen.has(text)) return false;
        seen.add(text);
        return true;
      });
  } catch {
    return [];
  }
};
