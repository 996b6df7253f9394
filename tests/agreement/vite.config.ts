import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { assemblyKernels } from '../../scripts/assembly.js';

/** Networks against the theories at sizes that take minutes: `npm run agreement`, by hand. */
export default defineConfig({
  plugins: [assemblyKernels(), sveltekit()],
  test: { include: ['tests/agreement/**/*.test.ts'], environment: 'node', testTimeout: 3_600_000 },
});
