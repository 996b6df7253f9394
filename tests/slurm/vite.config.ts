import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `npm run test:slurm`: a sweep on a real Slurm, started by the test. Debian: apt-get install slurm-wlm munge. */
export default defineConfig({
  root,
  resolve: { alias: { $lib: `${root}src/lib` } },
  test: { include: ['tests/slurm/*.test.ts'], testTimeout: 600_000, hookTimeout: 120_000 },
});
