import { blobFile } from '$lib/data/byte-file';
import { hashOf } from '$lib/data/pinned-file';
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

/** Bytes of data files that are kept at most; the oldest go first. */
const mostKept = 2 ** 30;

interface Schema extends DBSchema {
  /** By SHA-256: a file that is dropped under two names is kept once. */
  contents: { key: string; value: Blob };
  names: { key: string; value: { readonly hash: string; readonly size: number; readonly time: number } };
}

const open = (): Promise<IDBPDatabase<Schema>> =>
  openDB<Schema>('kernelsheet-files', 1, {
    upgrade: (database) => {
      database.createObjectStore('contents');
      database.createObjectStore('names');
    },
  });

/** Removes the oldest names until the rest fits, and then the contents to which no name points. */
const prune = async (database: IDBPDatabase<Schema>): Promise<void> => {
  const names = await database.getAllKeys('names');
  const entries = (await Promise.all(names.map(async (name) => ({ name, entry: await database.get('names', name) }))))
    .flatMap(({ name, entry }) => (entry ? [{ name, ...entry }] : []))
    .sort((a, b) => b.time - a.time);
  const used = new Set<string>();
  let total = 0;
  for (const { name, hash, size } of entries) {
    total += used.has(hash) ? 0 : size;
    if (total > mostKept) await database.delete('names', name);
    else used.add(hash);
  }
  for (const hash of await database.getAllKeys('contents')) if (!used.has(hash)) await database.delete('contents', hash);
};

/** Keeps a data file in this browser, by its content, which is never whole in memory. False where it cannot be kept; never fails. */
export const keepFile = async (file: File): Promise<boolean> => {
  try {
    if (file.size > mostKept) return false;
    const hash = await hashOf(blobFile(file, file.name), { signal: new AbortController().signal, progress: () => undefined });
    const database = await open();
    const writing = database.transaction(['contents', 'names'], 'readwrite');
    await Promise.all([
      writing.objectStore('contents').put(file.slice(), hash),
      writing.objectStore('names').put({ hash, size: file.size, time: Date.now() }, file.name),
      writing.done,
    ]);
    await prune(database);
    database.close();
    return true;
  } catch {
    return false;
  }
};

/** Names of the files that are kept; none where there is no storage. */
export const keptNames = async (): Promise<readonly string[]> => {
  try {
    const database = await open();
    const names = await database.getAllKeys('names');
    database.close();
    return names;
  } catch {
    return [];
  }
};

/** A file that is kept under this name; undefined when it is gone. */
export const keptFile = async (name: string): Promise<File | undefined> => {
  try {
    const database = await open();
    const entry = await database.get('names', name);
    const content = entry && (await database.get('contents', entry.hash));
    database.close();
    return content && new File([content], name);
  } catch {
    return undefined;
  }
};
