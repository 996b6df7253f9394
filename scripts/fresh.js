import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json, without a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** What the site and the command line are made from. */
const sources = [
  'src',
  'assembly',
  'scripts/assembly.js',
  'shaders',
  'static',
  'package.json',
  'package-lock.json',
  'svelte.config.js',
  'vite.config.ts',
  'vite.cli.config.ts',
];

/**
 * Time of the last change to a file or to anything in a folder (folders included, so that deletions count), in milliseconds.
 * @param {string} path
 * @returns {number}
 */
const lastChange = (path) => {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => lastChange(join(path, name))));
};

/** True in a checkout; an installed package has no sources, and what it holds is what it runs. */
export const isCheckout = () => existsSync(join(root, 'src'));

/**
 * Builds one of the two products when it is missing or older than its sources. Output of the build goes to standard error.
 * @param {'site' | 'cli'} product
 */
export const buildIfStale = (product) => {
  if (!isCheckout()) return;
  const result = join(root, product === 'site' ? 'build/index.html' : 'dist/kernelsheet.js');
  const newest = Math.max(...sources.map((source) => lastChange(join(root, source))));
  if (existsSync(result) && statSync(result).mtimeMs >= newest) return;
  process.stderr.write(`kernelsheet: building the ${product === 'site' ? 'site' : 'command line'}\n`);
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const config = product === 'site' ? [] : ['--config', 'vite.cli.config.ts'];
  const done = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'error', ...config], { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) throw new Error(`building the ${product} failed`);
};
