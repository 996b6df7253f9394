import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { assemblyKernels } from './scripts/assembly.js';

/** The command line: one file for Node, its dependencies left to node_modules. */
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
    ssr: 'src/cli/main.ts',
    outDir: 'dist',
    target: 'node20',
    rolldownOptions: { output: { entryFileNames: 'kernelsheet.js' } },
  },
});
