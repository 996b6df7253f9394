import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { assemblyKernels } from './scripts/assembly.js';

/** The command line: the program and the thread that evaluates, for Node; their dependencies are left to node_modules. */
export default defineConfig({
  plugins: [assemblyKernels()],
  resolve: {
    alias: {
      $lib: fileURLToPath(new URL('src/lib', import.meta.url)),
      $shaders: fileURLToPath(new URL('shaders', import.meta.url)),
    },
  },
  publicDir: false,
  build: {
    ssr: true,
    outDir: 'dist',
    target: 'node20',
    rolldownOptions: {
      input: { kernelsheet: 'src/cli/main.ts', 'evaluation-thread': 'src/cli/evaluation-thread.ts' },
      output: { entryFileNames: '[name].js' },
    },
  },
});
