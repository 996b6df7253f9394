import { defineConfig } from '@playwright/test';

/** One worker: the tests of both projects keep a software GPU busy with every core there is. */
export default defineConfig({
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  reporter: 'list',
  timeout: 120_000,
  projects: [
    { name: 'gpu', testDir: 'tests/gpu', testMatch: '*.spec.ts' },
    { name: 'e2e', testDir: 'tests/e2e', testMatch: '*.spec.ts' },
  ],
});
