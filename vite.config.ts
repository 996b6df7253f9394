import { sveltekit } from '@sveltejs/kit/vite';
import { availableParallelism } from 'node:os';
import type { Connect, Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { assemblyKernels } from './scripts/assembly.js';
import { headersFor } from './src/cli/headers.ts';
import { alone, LongestFirst } from './tests/support/longest-first.ts';

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

const namesOf = (suites: readonly string[]): string[] => suites.map((name) => `tests/unit/${name}.test.ts`);

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
    projects: [
      // Most of what a short suite takes is the start of a process and the modules: these suites share both.
      { extends: true, test: { name: 'together', isolate: false, include: ['tests/unit/**/*.test.ts'], exclude: namesOf(alone) } },
      { extends: true, test: { name: 'alone', include: namesOf(alone) } },
    ],
    environment: 'node',
    // For what hangs: how long a test takes is no part of what it says, and machines are busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Vitest would leave one core to itself, which is half of two; it has nothing to do while the suites run.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
  },
});
