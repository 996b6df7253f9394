/**
 * `npm test`: everything that must hold. What is built comes first; then three rows of steps beside one another: pages and cluster; unit tests;
 * shaders and checks of the text. The last line is the count of tests over Vitest and Playwright;
 * a check that fails outside them (format, lint, types, floors, build) counts as one failed test, a skipped test as failed.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { root } from './fresh.js';
import { countPlaywright, countVitest } from './count.js';
import { noSlurm } from '../tests/slurm/preflight.js';

const reports = join(root, 'test-results');
mkdirSync(reports, { recursive: true });

/** Niceness of what keeps a core busy all the time. Pages wait most of the time, and should have a core at once when they need it. */
const patient = 10;

/**
 * One of the installed tools, its output shown, or handed over at its end where others run beside it.
 * @param {string} entry its main file under node_modules
 * @param {string[]} options
 * @param {{ environment?: Record<string, string>; say?: (text: string) => void; niceness?: number | undefined }} [how]
 * @returns {Promise<boolean>} whether it ended well
 */
const tool = (entry, options, { environment = {}, say, niceness = 0 } = {}) =>
  new Promise((resolve) => {
    const running = spawn(process.execPath, [join(root, entry), ...options], {
      cwd: root,
      stdio: say ? ['ignore', 'pipe', 'pipe'] : ['ignore', 1, 2],
      env: { ...process.env, ...environment },
    });
    if (running.pid && niceness) setPriority(running.pid, niceness);
    running.stdout?.on('data', (/** @type {Buffer} */ data) => say?.(data.toString()));
    running.stderr?.on('data', (/** @type {Buffer} */ data) => say?.(data.toString()));
    running.on('error', () => resolve(false));
    running.on('close', (code) => resolve(code === 0));
  });

/** @typedef {{ passed: number; failed: number; skipped: number }} Count */

/**
 * What a report says; one failed test where it is missing or cut short.
 * @param {string} report
 * @param {(text: string) => Count} count
 * @returns {Count}
 */
const readCount = (report, count) => {
  try {
    return count(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
};

/**
 * A run of tests whose report says how many there were. No report, or a run that ended badly without a failed test, is a failure.
 * @param {string} report file of the report
 * @param {(text: string) => Count} count
 * @param {() => Promise<boolean>} run
 * @returns {Promise<Count>}
 */
const counted = async (report, count, run) => {
  rmSync(report, { force: true });
  const well = await run();
  const result = readCount(report, count);
  const isEmpty = result.passed + result.failed + result.skipped === 0;
  return isEmpty || (!well && result.failed + result.skipped === 0) ? { ...result, failed: 1 } : result;
};

/** @param {boolean} well @returns {Count} */
const check = (well) => ({ passed: 0, failed: well ? 0 : 1, skipped: 0 });

const vitestReport = join(reports, 'vitest.json');

/** @param {string} project of the configuration of Playwright @param {number} workers @param {number} [niceness] @returns {Promise<Count>} */
const inBrowser = (project, workers, niceness) => {
  const report = join(root, 'playwright-report', `${project}.json`);
  // Playwright empties its folder before it begins: each project has one of its own.
  const options = [`--project=${project}`, `--workers=${workers}`, '--reporter=list,json', '--output', join(reports, project)];
  return counted(report, countPlaywright, () =>
    tool('node_modules/@playwright/test/cli.js', ['test', ...options], { environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: report }, niceness }),
  );
};

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const summary = [];

/**
 * One step: what it says, and its count.
 * @param {string} name
 * @param {() => Promise<Count>} run
 */
const step = async (name, run) => {
  console.log(`\n— ${name} —`);
  const started = Date.now();
  const count = await run();
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  const numbers =
    count.passed + count.failed + count.skipped === 0 ? 'ok' : `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
  summary.push(`${name}: ${numbers} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
};

/**
 * A check beside others: what it says is shown when it is done.
 * @param {string} name
 * @param {string} entry
 * @param {string[]} options
 */
const beside = (name, entry, options) => {
  let said = '';
  return step(name, async () => {
    const well = await tool(entry, options, { say: (text) => (said += text), niceness: patient });
    if (said) console.log(`\n— ${name} says —\n${said}`);
    return check(well);
  });
};

await step('sync', async () => check(await tool('node_modules/@sveltejs/kit/svelte-kit.js', ['sync'])));
// Tests run what is built, and none of them may build it while another does.
await beside('build', 'scripts/build.js', []);

const pages = async () => {
  await step('pages', () => inBrowser('e2e', 2));
  const reason = await noSlurm();
  if (reason !== undefined) {
    summary.push(`cluster: LEFT OUT and not counted: ${reason}`);
    return;
  }
  const report = join(reports, 'cluster.json');
  const options = ['--config', 'tests/slurm/vite.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  await step('cluster', () => counted(report, countVitest, () => tool('node_modules/vitest/vitest.mjs', ['run', ...options])));
};

const units = () =>
  step('unit tests', () => {
    const options = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`];
    return counted(vitestReport, countVitest, () => tool('node_modules/vitest/vitest.mjs', options, { niceness: patient }));
  });

const shadersAndText = async () => {
  // Most of what a suite of the GPU takes is to compile its shaders, once in every worker: there is one.
  await step('shaders', () => inBrowser('gpu', 1, patient));
  await beside('lint', 'node_modules/eslint/bin/eslint.js', ['--max-warnings', '0', '.']);
  await beside('types', 'node_modules/svelte-check/bin/svelte-check', ['--tsconfig', './tsconfig.json', '--fail-on-warnings']);
  await beside('format', 'node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']);
  await beside('floors', 'scripts/floors.js', []);
};

await Promise.all([pages(), units(), shadersAndText()]);

console.log(`\n${summary.join('\n')}`);
if (total.skipped > 0) console.log(`${total.skipped} skipped tests count as failed`);
const failed = total.failed + total.skipped;
console.log(`${total.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && total.passed > 0 ? 0 : 1;
