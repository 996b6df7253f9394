import { readStored, writeStored } from './storage';

const key = 'allowed hosts';

/** Hosts that a person has allowed sheets to get files from, in this browser. */
export const allowedHosts = (): readonly string[] => {
  try {
    const kept: unknown = JSON.parse(readStored('local', key) ?? '[]');
    return Array.isArray(kept) ? kept.filter((host): host is string => typeof host === 'string') : [];
  } catch {
    return [];
  }
};

/** Remembers one more. */
export const rememberHost = (host: string): void => {
  writeStored('local', key, JSON.stringify([...new Set([...allowedHosts(), host])]));
};
