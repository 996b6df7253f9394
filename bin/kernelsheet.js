#!/usr/bin/env node
import { pathToFileURL } from 'node:url';
import { buildIfStale, root } from '../scripts/fresh.js';

try {
  buildIfStale('cli');
  /** @type {typeof import('../src/cli/main.js')} */
  const { main } = await import(pathToFileURL(`${root}/dist/kernelsheet.js`).href);
  process.exitCode = await main(process.argv.slice(2), { root, buildSite: () => buildIfStale('site') });
} catch (error) {
  // The build has told the rest.
  console.error(`kernelsheet: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 70;
}
