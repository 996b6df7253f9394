import { describe, expect, test } from 'vitest';
import type { CellReport } from '$lib/worker/protocol';
import { exitStatus, outcomeOf, type Outcome } from '../../../src/cli/outcome';
import { report } from './reports';

const outcome = (change: Partial<CellReport>): Outcome => outcomeOf('err', report(change), 7, 'was not done after 5 s (--timeout)');

describe('what became of a cell', () => {
  test('a cell that computed has its values', () => {
    expect(outcome({})).toMatchObject({ status: 'ok', kind: 'error', milliseconds: 812, fields: { test: 0.25 } });
  });

  test('a cell in error has its message and place, and that of its line where none is known', () => {
    const place = { line: 3, column: 9, length: 2 };
    expect(outcome({ status: 'error', problem: { message: 'no', place } })).toMatchObject({
      status: 'error',
      message: 'no',
      line: 3,
      column: 9,
    });
    expect(outcome({ status: 'error', problem: { message: 'no' } })).toMatchObject({ line: 7, column: 1 });
  });

  test('a number that is none is an error of its cell, with the point it is at', () => {
    const axes = [
      { name: 'gamma', values: [1, 2] },
      { name: 'delta', values: [0.1, 1, 10] },
    ];
    const fields = { train: [1, 2, 3, 4, 5, 6], test: [1, 2, 3, 4, NaN, 6] };
    expect(outcome({ axes, fields })).toMatchObject({
      ...{ status: 'error', message: 'test: is not a finite number at gamma = 2, delta = 1', line: 7 },
    });
    expect(outcome({ fields: { value: Infinity } })).toMatchObject({ status: 'error', message: 'value: is not a finite number' });
  });

  test('what asks for another host says how to allow it', () => {
    const problem = { message: 'file: https://x.org/a.csv is on another host' };
    expect(outcome({ status: 'stopped', asksHost: 'x.org', problem })).toMatchObject({
      status: 'error',
      message: 'file: https://x.org/a.csv is on another host; allow it with --allow-net x.org',
    });
  });

  test('what was still computing at the end is in error, what waited says for whom', () => {
    for (const status of ['computing', 'stopped'] as const) {
      expect(outcome({ status })).toMatchObject({ status: 'error', message: 'was not done after 5 s (--timeout)' });
    }
    expect(outcome({ status: 'waiting', waitingOn: ['pre'] })).toMatchObject({ status: 'waiting', on: ['pre'] });
    expect(outcomeOf('err', undefined, 7, '')).toMatchObject({ status: 'waiting', on: [] });
  });
});

describe('the exit status', () => {
  const check = (fields: CellReport['fields']): Outcome => outcome({ kind: 'check', fields });

  test('is 0 when all cells computed and all checks passed', () => {
    expect(exitStatus([])).toBe(0);
    expect(exitStatus([outcome({}), check({ pass: true }), check({ pass: [true, true] })])).toBe(0);
  });

  test('is 1 when a check failed, a cell is in error or waits', () => {
    expect(exitStatus([outcome({}), check({ pass: false })])).toBe(1);
    expect(exitStatus([check({ pass: [true, false] })])).toBe(1);
    expect(exitStatus([outcome({}), outcome({ status: 'error' })])).toBe(1);
    expect(exitStatus([outcome({ status: 'waiting' })])).toBe(1);
  });
});
