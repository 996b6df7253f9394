import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { assemblyKernels } from '../../../scripts/assembly.js';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Serves the page in which the GPU suites run; no watching, so that an edit during a run changes nothing. */
export default defineConfig({
  root: at('.'),
  cacheDir: at('../../../node_modules/.vite-gpu'),
  plugins: [assemblyKernels()],
  resolve: { alias: { $lib: at('../../../src/lib'), $shaders: at('../../../shaders') } },
  server: { port: 0, hmr: false, watch: null, fs: { allow: [at('../../..')] } },
  optimizeDeps: { include: ['typegpu', 'typegpu/data'] },
  logLevel: 'error',
});
