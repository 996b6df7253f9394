import { startHistory, type History } from './history';
import { readHistory } from './kept-history';

/** What could be made of a kept record. */
export interface Salvaged {
  /** Undefined when there is not even a text in it. */
  readonly history: History | undefined;
  /** Something of it is lost. */
  readonly damaged: boolean;
}

/** A text in quotes as JSON writes it, also one that is cut off: what stands before the cut. */
const quoted = (text: string): string | undefined => {
  const body = /^"((?:[^"\\]|\\.)*)/.exec(text)?.[1];
  if (body === undefined) return undefined;
  // Line ends and the like as they are, and an escape that is cut, are no JSON.
  // eslint-disable-next-line no-control-regex -- these are the characters that are meant
  const whole = body.replace(/\\u[0-9a-fA-F]{0,3}$/, '').replace(/[\u0000-\u001f]/g, (one) => JSON.stringify(one).slice(1, -1));
  try {
    return JSON.parse(`"${whole}"`) as string;
  } catch {
    return undefined;
  }
};

/** The present text of what a `historyWriter` wrote, however damaged the rest is. */
const presentIn = (written: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(written);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'present')) return undefined;
    const { present } = value as { readonly present: unknown };
    return typeof present === 'string' ? present : undefined;
  } catch {
    const at = /"present"\s*:\s*(?=")/.exec(written);
    return at ? quoted(written.slice(at.index + at[0].length)) : undefined;
  }
};

/**
 * Reads a record that was kept, whatever it has become: the whole history where it is sound, else its present text where that is there.
 * Never throws.
 *
 * @param record `{ history: text }` as `store.ts` keeps it
 */
export const salvage = (record: unknown): Salvaged => {
  const written: unknown = typeof record === 'object' && record !== null ? (record as { readonly history?: unknown }).history : record;
  if (typeof written !== 'string') return { history: undefined, damaged: true };
  const history = readHistory(written);
  if (history) return { history, damaged: false };
  const present = presentIn(written);
  return { history: present === undefined ? undefined : startHistory(present), damaged: true };
};
