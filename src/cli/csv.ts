import { csvOf, numberTable } from '$lib/worker/numbers';
import type { Outcome } from './outcome';

/** The table of a cell (`--csv`); undefined for a cell without numbers, texts or truths. */
export const csvText = (outcome: Outcome): string | undefined => {
  const table = outcome.status === 'ok' ? numberTable(outcome) : undefined;
  return table && csvOf(table);
};

/** The file name of a cell's table: its key, without what file names must not have. */
export const csvName = (key: string): string => `${key.replaceAll(/[^A-Za-z0-9_]/g, '-')}.csv`;
