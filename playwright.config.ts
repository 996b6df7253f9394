import { defineConfig } from '@playwright/test';

/**
 * The suites of the GPU run two at a time: much of what they do, compiling shaders and the reference, keeps one core busy. Pages run one at
 * a time, as someone uses them. What a page is waited for has no part in what is tested; a machine that does other things as well is slow.
 */
export default defineConfig({
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  reporter: 'list',
  timeout: 240_000,
  expect: { timeout: 20_000 },
  projects: [
    { name: 'gpu', testDir: 'tests/gpu', testMatch: '*.spec.ts' },
    { name: 'e2e', testDir: 'tests/e2e', testMatch: '*.spec.ts', workers: 1 },
  ],
});
