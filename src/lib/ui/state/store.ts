import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

/** What is kept between visits: one open sheet. */
export interface Saved {
  /** The text and all that can be undone, as `writeHistory` writes it. */
  readonly history: string;
}

interface Schema extends DBSchema {
  sheets: { key: string; value: Saved };
}

const open = (): Promise<IDBPDatabase<Schema>> =>
  openDB<Schema>('kernelsheet', 1, {
    upgrade: (database) => {
      database.createObjectStore('sheets');
    },
  });

/** The sheet that was open last, or undefined; never fails (private windows have no storage). */
export const restore = async (): Promise<Saved | undefined> => {
  try {
    const database = await open();
    const saved = await database.get('sheets', 'open');
    database.close();
    return saved;
  } catch {
    return undefined;
  }
};

/**
 * Keeps what was typed: at most one write at a time, the latest wins.
 * @returns a function that schedules a write; `failed` hears once if nothing can be kept.
 */
export const autosave = (failed: () => void): ((saved: () => Saved) => void) => {
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
        await database.put('sheets', saved, 'open');
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
