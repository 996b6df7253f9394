import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run test:slurm`: a sweep on a real Slurm, started by the test. Debian: apt-get install slurm-wlm munge, as root. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { include: ['tests/slurm/*.test.ts'], testTimeout: 600_000, hookTimeout: 120_000 },
});
