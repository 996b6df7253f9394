import { describe, expect, test } from 'vitest';
import type { CellReport } from '$lib/worker/protocol';
import { evaluate, readMatrices, type Evaluator } from '../../../src/cli/evaluator';
import { report } from './reports';
import { answering } from '../../support/answering';

/** An evaluator that reports `first` at once and ends after `seconds`, or when it is stopped. */
const evaluator = (seconds: number, first: readonly CellReport[]): Evaluator & { stopped: boolean } => {
  let listener: (reports: readonly CellReport[]) => void = () => undefined;
  let end: (finished: boolean) => void = () => undefined;
  const made = {
    stopped: false,
    engine: () => Promise.resolve({ backend: 'reference', adapter: 'none', notice: '' } as const),
    listen: (wanted: typeof listener) => {
      listener = wanted;
      return Promise.resolve();
    },
    evaluate: () =>
      new Promise<boolean>((resolve) => {
        end = resolve;
        listener(first);
        setTimeout(resolve, seconds * 1000, true).unref();
      }),
    stop: () => {
      made.stopped = true;
      listener([report({ key: 'slow', status: 'stopped' })]);
      end(true);
      return Promise.resolve();
    },
    ask: answering({ matrices: (key) => Promise.resolve(key === 'kernel' ? [{ rows: 1, columns: 1, data: [2] }] : []) }),
    addFile: () => Promise.resolve(),
    allow: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return made;
};

describe('the evaluation', () => {
  test('gathers the last report on each cell', async () => {
    const told: string[] = [];
    const done = await evaluate(evaluator(0, [report({ key: 'a', status: 'computing' }), report({ key: 'a' })]), '', {
      timeout: 10,
      onReports: (reports) => told.push(...reports.map(({ status }) => status)),
    });
    expect(told).toEqual(['computing', 'ok']);
    expect(done.reports.get('a')?.status).toBe('ok');
    expect(done.timedOut).toBe(false);
  });

  test('is stopped when the time is up', async () => {
    const slow = evaluator(60, [report({ key: 'slow', status: 'computing' }), report({ key: 'fast' })]);
    // Not waited for: it would be longer than a test may take.
    const done = await evaluate(slow, '', { timeout: 0.05, onReports: () => undefined });
    expect([slow.stopped, done.timedOut, done.reports.get('slow')?.status, done.reports.get('fast')?.status]).toEqual([
      ...[true, true],
      ...['stopped', 'ok'],
    ]);
  });

  test('reads the matrices of kernels that computed', async () => {
    const reports = new Map([report({ key: 'kernel' }), report({ key: 'other' })].map((each) => [each.key, each]));
    expect([...(await readMatrices(evaluator(0, []), reports)).keys()]).toEqual(['kernel']);
    reports.set('kernel', report({ key: 'kernel', status: 'error' }));
    expect((await readMatrices(evaluator(0, []), reports)).size).toBe(0);
  });
});
