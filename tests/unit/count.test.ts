import { describe, expect, test } from 'vitest';
import { countPlaywright, countVitest } from '../../scripts/count.js';

const vitest = (parts: object): string =>
  JSON.stringify({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [], ...parts });
const playwright = (stats: object, errors: unknown[] = []): string =>
  JSON.stringify({ stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 0, ...stats }, errors });

describe('the count of tests', () => {
  test('passed, failed and skipped are told apart', () => {
    expect(countVitest(vitest({ numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 }))).toEqual({ passed: 3, failed: 2, skipped: 2 });
    expect(countPlaywright(playwright({ unexpected: 2, skipped: 1 }))).toEqual({ passed: 3, failed: 2, skipped: 1 });
  });

  test('a file that does not load is a failure, though it has no tests', () => {
    expect(countVitest(vitest({ testResults: [{ status: 'failed', assertionResults: [] }] })).failed).toBe(1);
    expect(countPlaywright(playwright({}, [{ message: 'no such module' }])).failed).toBe(1);
  });

  test('passing at the second try is failing', () => {
    expect(countPlaywright(playwright({ flaky: 1 })).failed).toBe(1);
  });
});
