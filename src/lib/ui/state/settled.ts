import type { Status } from '$lib/worker/protocol';
import type { Workbook } from './workbook.svelte';

const said = (number: number, what: string): string => (number > 0 ? `${number} ${number === 1 ? 'cell' : 'cells'} ${what}` : '');

/** Said aloud when everything has settled, and how; nothing before. After a failure it is never that all was computed. */
export const settledText = (workbook: Workbook): string => {
  if (workbook.engine.busy) return '';
  if (workbook.engine.failure) return 'not computed: the engine failed';
  if (workbook.stale.size > 0)
    return `paused: ${workbook.stale.size} ${workbook.stale.size === 1 ? 'cell is' : 'cells are'} from before the last changes`;
  const reports = workbook.engine.reports.all;
  const counts = new Map<Status, number>();
  let asking = 0;
  for (const { key, problem } of workbook.sheet.cells) {
    const report = reports.get(key);
    const status = problem ? 'error' : (report?.status ?? 'waiting');
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (report?.asksHost !== undefined) asking += 1;
  }
  const count = (status: Status): number => counts.get(status) ?? 0;
  const parts = [said(count('error'), 'in error'), said(count('stopped') - asking, 'stopped'), said(asking, 'waiting to be allowed')];
  const ended = parts.filter(Boolean).join(', ');
  if (ended) return ended;
  // The last reports may still be on their way.
  return count('ok') === workbook.sheet.cells.length ? 'all cells computed' : '';
};
