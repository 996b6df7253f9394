import type { Corner } from '$lib/sheet/address';
import { keep, recall } from './storage';

const key = 'draft';

/** A formula being written, as `Workbook` has it. */
interface Unfinished {
  readonly square: Corner;
  readonly key: string | undefined;
  readonly text: string;
  readonly where: 'cell' | 'bar';
}

/** What is kept of a formula that is being written: where, over which formula, and what. */
export interface KeptDraft {
  readonly draft: Unfinished;
  /** The formula that it changes: another one there now means that it belongs to another sheet. */
  readonly over: string;
  /** Its sheet (`aside.ts`); drafts of earlier versions do not say. */
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

/** Earlier versions kept one draft, not a list. */
const read = (kept: string | undefined): readonly KeptDraft[] => {
  if (kept === undefined) return [];
  try {
    const value: unknown = JSON.parse(kept);
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    return all.map(readOne).filter((one) => one !== undefined);
  } catch {
    return [];
  }
};

/** Keeps what is being written, in this tab and for one that opens after it; nothing when all was taken or dropped. */
export const keepDrafts = (kept: readonly KeptDraft[]): void => {
  const text = kept.length === 0 ? undefined : JSON.stringify(kept);
  for (const shelf of ['session', 'local'] as const) keep(shelf, key, text);
};

/**
 * The drafts that were kept, the oldest first.
 * @param reloaded the tab was there before; a new one takes what was written last in any.
 */
export const keptDrafts = (reloaded: boolean): readonly KeptDraft[] => read(recall(reloaded ? 'session' : 'local', key));
