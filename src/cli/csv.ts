import { csvOf, numberTable } from '$lib/worker/numbers';
import type { Outcome } from './outcome';

/** The table of a cell (`--csv`), with a column `gap` for the reasons where some points have no value; undefined for a cell without numbers, texts or booleans. */
export const csvText = (outcome: Outcome): string | undefined => {
  if (outcome.status !== 'ok') return undefined;
  const table = numberTable(outcome);
  if (!table || !outcome.gaps) return table && csvOf(table);
  const reasons = new Map(outcome.gaps.map(({ point, reason }) => [point, reason]));
  return csvOf({ ...table, fields: [...table.fields, 'gap'], rows: table.rows.map((row, point) => [...row, reasons.get(point)]) });
};

/** The file name of a cell's table: its key, without what file names must not have. */
export const csvName = (key: string): string => `${key.replaceAll(/[^A-Za-z0-9_]/g, '-')}.csv`;
