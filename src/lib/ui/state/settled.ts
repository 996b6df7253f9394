import type { Status } from '$lib/worker/protocol';
import type { Workbook } from './workbook.svelte';

/** What is said when nothing is left to compute: how that ended, in words. */
export const settledWords = (workbook: Workbook): string => {
  const { cells } = workbook.sheet;
  const asking = cells.filter(({ key }) => workbook.engine.reports.of(key)?.asksHost !== undefined).length;
  const count = (status: Status): number => cells.filter((cell) => workbook.statusOf(cell) === status).length;
  const said = (number: number, what: string): string => (number > 0 ? `${number} ${number === 1 ? 'cell' : 'cells'} ${what}` : '');
  const parts = [said(count('error'), 'in error'), said(count('stopped') - asking, 'stopped'), said(asking, 'waiting to be allowed')];
  return parts.filter(Boolean).join(', ') || 'all cells computed';
};
