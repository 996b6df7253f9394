import { sveltekit } from '@sveltejs/kit/vite';
import { availableParallelism } from 'node:os';
import type { Connect, Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { assemblyKernels } from './scripts/assembly.js';
import { headersFor } from './src/cli/headers.ts';
import { LongestFirst } from './tests/support/longest-first.ts';

/** `vite dev` and `vite preview` send what `kernelsheet serve` sends. */
const isolated = (): Plugin => {
  const send: Connect.NextHandleFunction = (request, response, next) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    for (const [name, value] of Object.entries(headersFor(pathname))) response.setHeader(name, value);
    next();
  };
  return {
    name: 'isolated',
    configureServer: ({ middlewares }) => {
      middlewares.use(send);
    },
    configurePreviewServer: ({ middlewares }) => {
      middlewares.use(send);
    },
  };
};

export default defineConfig({
  plugins: [isolated(), assemblyKernels(), sveltekit()],
  build: { target: 'es2022' },
  // The minifier's compressor (rolldown 1, oxc) takes the `await` out of `return await f(x)` in a block that a `using` has become, so
  // that x is disposed of before f has used it. Names are shortened, code is not rearranged.
  worker: {
    format: 'es',
    // Of the plugins above, none is used for workers when the site is built.
    plugins: () => [assemblyKernels()],
    rolldownOptions: { output: { minify: { compress: false, mangle: true, codegen: true } } },
  },
  test: {
    include: ['tests/unit/**/*.test.ts'],
    environment: 'node',
    // For what hangs: how long a test takes is no part of what it says, and machines are busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Vitest would leave one core to itself, which is half of two; it has nothing to do while the suites run.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
  },
});
