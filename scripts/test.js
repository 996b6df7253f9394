/**
 * `npm test`: everything that must hold, one after the other. The last line is the count of tests over Vitest and Playwright;
 * a check that fails outside them (format, lint, types, floors, build) counts as one failed test, a skipped test as failed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './fresh.js';
import { countPlaywright, countVitest } from './count.js';

const reports = join(root, 'test-results');
mkdirSync(reports, { recursive: true });

/**
 * One of the installed tools, its output shown.
 * @param {string} entry its main file under node_modules
 * @param {string[]} options
 * @param {Record<string, string>} environment
 * @returns {boolean} whether it ended well
 */
const tool = (entry, options, environment = {}) => {
  const done = spawnSync(process.execPath, [join(root, entry), ...options], {
    cwd: root,
    stdio: ['ignore', 1, 2],
    env: { ...process.env, ...environment },
  });
  return done.status === 0;
};

/** @typedef {{ passed: number; failed: number; skipped: number }} Count */

/**
 * A run of tests whose report says how many there were. No report, or a run that ended badly without a failed test, is a failure.
 * @param {string} report file of the report
 * @param {(text: string) => Count} count
 * @param {() => boolean} run
 * @returns {Count}
 */
const counted = (report, count, run) => {
  rmSync(report, { force: true });
  const well = run();
  const result = existsSync(report) ? count(readFileSync(report, 'utf8')) : { passed: 0, failed: 1, skipped: 0 };
  return !well && result.failed + result.skipped === 0 ? { ...result, failed: 1 } : result;
};

/** @param {boolean} well @returns {Count} */
const check = (well) => ({ passed: 0, failed: well ? 0 : 1, skipped: 0 });

const vitestReport = join(reports, 'vitest.json');

/** @param {string} project of the configuration of Playwright @returns {Count} */
const inBrowser = (project) => {
  const report = join(root, 'playwright-report', `${project}.json`);
  return counted(report, countPlaywright, () =>
    tool('node_modules/@playwright/test/cli.js', ['test', `--project=${project}`, '--reporter=list,json'], {
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    }),
  );
};

/** @type {[string, () => Count][]} */
const steps = [
  ['sync', () => check(tool('node_modules/@sveltejs/kit/svelte-kit.js', ['sync']))],
  ['format', () => check(tool('node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']))],
  ['lint', () => check(tool('node_modules/eslint/bin/eslint.js', ['--max-warnings', '0', '.']))],
  ['types', () => check(tool('node_modules/svelte-check/bin/svelte-check', ['--tsconfig', './tsconfig.json', '--fail-on-warnings']))],
  ['floors', () => check(tool('scripts/floors.js', []))],
  ['build', () => check(tool('scripts/build.js', []))],
  [
    'unit tests',
    () =>
      counted(vitestReport, countVitest, () =>
        tool('node_modules/vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`]),
      ),
  ],
  ['shaders', () => inBrowser('gpu')],
  ['pages', () => inBrowser('e2e')],
];

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const summary = [];
for (const [name, run] of steps) {
  console.log(`\n— ${name} —`);
  const started = Date.now();
  const count = run();
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  const numbers =
    count.passed + count.failed + count.skipped === 0 ? 'ok' : `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
  summary.push(`${name}: ${numbers} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}
console.log(`\n${summary.join('\n')}`);
if (total.skipped > 0) console.log(`${total.skipped} skipped tests count as failed`);
const failed = total.failed + total.skipped;
console.log(`${total.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && total.passed > 0 ? 0 : 1;
