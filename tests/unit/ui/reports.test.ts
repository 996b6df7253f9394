import { expect, test } from 'vitest';
import { Reports } from '$lib/ui/state/reports.svelte';
import { settledText } from '$lib/ui/state/settled';
import type { Workbook } from '$lib/ui/state/workbook.svelte';
import { parse } from '$lib/sheet/parse';
import type { CellReport, Status } from '$lib/worker/protocol';

const report = (key: string, status: Status = 'ok'): CellReport => ({
  ...{ key, status, kind: 'value', provisional: false, progress: 0, live: 0, incomplete: false, milliseconds: 0, revision: 1 },
  ...{ axes: [], fields: {}, diagnostics: {}, warnings: [], waitingOn: [], precedents: [], parameters: [] },
});
const keys = Array.from({ length: 10_000 }, (_, index) => `c${index}`);

test('a report is that of its own cell, whichever others share its signal, until the cell is gone', () => {
  const reports = new Reports();
  reports.take(keys.map((key) => report(key, 'waiting')));
  reports.take([report('c77')]);
  expect(keys.filter((key) => reports.of(key)?.status === 'ok')).toEqual(['c77']);
  reports.keep((key) => key !== 'c77');
  expect([reports.of('c77'), reports.of('c78')?.status, reports.all.size]).toEqual([undefined, 'waiting', 9999]);
});

test('how a sheet of 10,000 cells settled is counted from one look at all reports', () => {
  const reports = new Reports();
  reports.take(keys.map((key, index) => report(key, index < 3 ? 'error' : 'ok')));
  let looks = 0;
  const counted = {
    get all() {
      looks += 1;
      return reports.all;
    },
  };
  const sheet = parse(keys.map((key) => `${key} = 1`).join('\n'));
  const workbook = { engine: { busy: false, failure: '', reports: counted }, stale: new Set(), sheet } as unknown as Workbook;
  expect(settledText(workbook)).toBe('3 cells in error');
  expect(looks).toBe(1);
});
