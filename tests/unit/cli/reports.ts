import type { CellReport } from '$lib/worker/protocol';

/** A report of a cell that computed, changed where a test says so. */
export const report = (change: Partial<CellReport> = {}): CellReport => ({
  key: 'err',
  kind: 'error',
  status: 'ok',
  provisional: false,
  progress: 0,
  live: 0,
  incomplete: false,
  milliseconds: 812,
  axes: [],
  fields: { test: 0.25 },
  diagnostics: {},
  warnings: [],
  waitingOn: [],
  precedents: [],
  parameters: [],
  revision: 1,
  ...change,
});
