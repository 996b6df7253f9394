import { openDB } from 'idb';
import type { TuningMemory } from '$lib/backend/webgpu/tune';

const STORE = 'tuning';

/** What was measured of adapters, kept by the browser. Where it keeps nothing (a private window), every call rejects. */
export const adapterMemory = (): TuningMemory => {
  const open = () =>
    openDB('kernelsheet-adapters', 1, {
      upgrade: (database) => {
        database.createObjectStore(STORE);
      },
    });
  return {
    get: async (key) => {
      const database = await open();
      try {
        const value: unknown = await database.get(STORE, key);
        return typeof value === 'string' ? value : undefined;
      } finally {
        database.close();
      }
    },
    set: async (key, value) => {
      const database = await open();
      try {
        await database.put(STORE, value, key);
      } finally {
        database.close();
      }
    },
  };
};
