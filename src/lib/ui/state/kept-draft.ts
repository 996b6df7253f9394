import type { CellPosition } from '$lib/sheet/address';
import { readStored, writeStored } from './storage';
import { tabName } from './tab';

const key = 'draft';

/** A formula being written, as `Workbook` has it. */
interface Unfinished {
  readonly square: CellPosition;
  readonly key: string | undefined;
  readonly text: string;
  readonly where: 'cell' | 'bar';
}

/** What is kept of a formula that is being written: where, over which formula, and what. */
export interface KeptDraft {
  readonly draft: Unfinished;
  /** The formula that it changes: another one there now means that it belongs to another sheet. */
  readonly over: string;
  /** Its sheet (`set-aside-drafts.ts`); drafts of earlier versions do not say. */
  readonly sheet?: string | undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;

const readOne = (kept: unknown): KeptDraft | undefined => {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const value = kept as { readonly draft?: Partial<Unfinished> | null; readonly over?: unknown; readonly sheet?: unknown };
  const { square, text, where, key: cell } = value.draft ?? {};
  if (!isText(text) || !isText(value.over) || !square || !isCount(square.column) || !isCount(square.row)) return undefined;
  if ((where !== 'cell' && where !== 'bar') || (cell !== undefined && !isText(cell))) return undefined;
  return {
    draft: { square: { column: square.column, row: square.row }, key: cell, text, where },
    over: value.over,
    sheet: isText(value.sheet) ? value.sheet : undefined,
  };
};

/** What is kept of one tab. Earlier versions did not name it. */
interface OfTab {
  readonly tab: string;
  readonly kept: readonly KeptDraft[];
}

/** Tabs of which something is kept at once; the oldest go first. */
const MOST_TABS = 8;

const parsed = (text: string | undefined): readonly unknown[] => {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return [];
  }
};

/** Earlier versions kept one draft, not a list. */
const read = (values: readonly unknown[]): readonly KeptDraft[] => values.map(readOne).filter((one) => one !== undefined);

/** What all tabs keep, the one that wrote last at the end. Earlier versions kept the drafts of one tab alone. */
const ofTabs = (): readonly OfTab[] => {
  const values = parsed(readStored('local', key));
  const named = values.flatMap((value) => {
    const { tab, kept } = (value ?? {}) as Partial<Record<keyof OfTab, unknown>>;
    return isText(tab) && Array.isArray(kept) ? [{ tab, kept: read(kept) }] : [];
  });
  const unnamed = read(values);
  return unnamed.length === 0 ? named : [{ tab: '', kept: unnamed }, ...named];
};

const keepOf = (tab: string, kept: readonly KeptDraft[], others: readonly OfTab[]): void => {
  writeStored('session', key, kept.length === 0 ? undefined : JSON.stringify(kept));
  const all = (kept.length === 0 ? others : [...others, { tab, kept }]).slice(-MOST_TABS);
  writeStored('local', key, all.length === 0 ? undefined : JSON.stringify(all));
};

/** Keeps what is being written, in this tab and for one that opens after it; nothing of this tab when all was taken or dropped. */
export const keepDrafts = (kept: readonly KeptDraft[]): void => {
  const tab = tabName();
  keepOf(
    tab,
    kept,
    ofTabs().filter((one) => one.tab !== tab && one.tab !== ''),
  );
};

/**
 * The drafts that were kept, the oldest first.
 * @param reloaded the tab was there before and has its own; a new one takes over what is kept of all tabs, of which some may be closed.
 */
export const keptDrafts = (reloaded: boolean): readonly KeptDraft[] => {
  if (reloaded) return read(parsed(readStored('session', key)));
  const kept = ofTabs().flatMap((one) => one.kept);
  // At once, also in the session: this page may be left before anything is written in it.
  keepOf(tabName(), kept, []);
  return kept;
};
