/** @typedef {{ passed: number; failed: number; skipped: number }} Count */

/**
 * Tests in a JSON report of Vitest. A file that could not be loaded has no tests and counts as one failed.
 * @param {string} text
 * @returns {Count}
 */
export const countVitest = (text) => {
  /** @type {{ numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number; testResults: { status: string; assertionResults: unknown[] }[] }} */
  const report = JSON.parse(text);
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded, skipped: report.numPendingTests + report.numTodoTests };
};

/**
 * Tests in a JSON report of Playwright. An error outside a test (a file that does not load, a server that does not start) counts as
 * one failed; a test that passed only when tried again as failed.
 * @param {string} text
 * @returns {Count}
 */
export const countPlaywright = (text) => {
  /** @type {{ stats: { expected: number; unexpected: number; flaky: number; skipped: number }; errors: unknown[] }} */
  const { stats, errors } = JSON.parse(text);
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped };
};
