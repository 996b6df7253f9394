import { defineConfig } from '@playwright/test';

/**
 * Suites of the GPU run two at a time where they run alone; `npm test` runs one beside the unit tests and the pages. Of pages there
 * are two at a time, each in a browser of its own (`KERNELSHEET_PAGES=1`: one at a time, for a look at times). What is waited for has no part in what
 * is tested: the limits are for what hangs.
 */
export default defineConfig({
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  reporter: 'list',
  timeout: 1_200_000,
  expect: { timeout: 20_000 },
  projects: [
    { name: 'gpu', testDir: 'tests/gpu', testMatch: '*.spec.ts' },
    { name: 'e2e', testDir: 'tests/e2e', testMatch: '*.spec.ts', workers: Number(process.env.KERNELSHEET_PAGES ?? 2) },
  ],
});
