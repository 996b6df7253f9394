import { defineConfig } from '@playwright/test';
import type { Options } from './harness/test';

/**
 * The suites of the GPU in Node on Dawn: for a machine with a GPU and no browser. They test the variants for real GPUs.
 * The suite of pictures is left out: Node has no canvas.
 */
export default defineConfig<object, Options>({
  testDir: '.',
  testMatch: '*.spec.ts',
  testIgnore: 'paint.spec.ts',
  outputDir: '../../test-results',
  workers: 1,
  forbidOnly: true,
  reporter: 'list',
  timeout: 120_000,
  use: { runIn: 'node' },
});
