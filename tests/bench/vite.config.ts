import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { assemblyKernels } from '../../scripts/assembly.js';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Serves the page of the bench, and bundles the bench for Node. */
export default defineConfig({
  root: at('.'),
  cacheDir: at('../../node_modules/.vite-bench'),
  plugins: [assemblyKernels()],
  resolve: { alias: { $lib: at('../../src/lib'), $shaders: at('../../shaders') } },
  server: { port: 0, hmr: false, watch: null, fs: { allow: [at('../..')] } },
  optimizeDeps: {
    include: ['typegpu', 'typegpu/data', '@jax-js/jax', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgpu'],
  },
  logLevel: 'error',
});
