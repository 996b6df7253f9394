import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { assemblyKernels } from '../../scripts/assembly.js';

/** Draws the pictures of the gallery's cards anew from the computed sheets: `npm run thumbnails [-- -t SHEET]`. */
export default defineConfig({
  plugins: [assemblyKernels(), sveltekit()],
  test: { include: ['tests/thumbnails/**/*.draw.ts'], environment: 'node', testTimeout: 3_600_000 },
});
