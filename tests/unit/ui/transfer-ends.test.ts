import { describe, expect, it } from 'vitest';
import { transferEnds } from '$lib/ui/views/transfer-ends';
import type { CellReport } from '$lib/worker/protocol';

const report = (key: string, kind: string, more: Partial<CellReport> = {}): CellReport => ({
  key,
  kind,
  status: 'ok',
  provisional: false,
  progress: 0,
  live: 0,
  incomplete: false,
  milliseconds: 0,
  axes: [],
  fields: {},
  diagnostics: {},
  warnings: [],
  waitingOn: [],
  precedents: [],
  parameters: [],
  revision: 1,
  ...more,
});

const axes = [{ name: 'delta', values: [10, 0.1, 1] }];
const link = report('link', 'coupling', { axes, fields: { delta: [10, 0.1, 1] } });
const post = report('post', 'target_kernel', { axes, precedents: ['link', 'target'] });
const err = report('err', 'error', { axes, fields: { test: [0.1, 0.3, 0.2] }, precedents: ['post'] });

describe('the test errors at the ends of a coupling', () => {
  it('are those of the first error of a kernel that is tied by it', () => {
    const other = report('other', 'error', { axes, fields: { test: [7, 8, 9] }, precedents: ['elsewhere'] });
    const elsewhere = report('elsewhere', 'target_kernel', { axes, precedents: ['another'] });
    expect(transferEnds(link, [other, elsewhere, link, post, err])).toEqual({
      of: 'err',
      least: { delta: 0.1, test: 0.3 },
      greatest: { delta: 10, test: 0.1 },
    });
  });

  it('are not there for one δ, for another sweep, or while they are computed', () => {
    const single = report('link', 'coupling', { fields: { delta: 1 } });
    expect(transferEnds(single, [single, post, err])).toBeUndefined();
    expect(transferEnds(link, [link, post])).toBeUndefined();
    expect(transferEnds(link, [link, post, { ...err, status: 'computing' }])).toBeUndefined();
    expect(transferEnds(link, [link, post, { ...err, axes: [{ name: 'gamma', values: [1, 2, 3] }] }])).toBeUndefined();
    expect(transferEnds(link, [link, post, { ...err, axes: [...axes, { name: 'gamma', values: [1] }] }])).toBeUndefined();
  });
});
