/**
 * `npm run bench`: ours and the peers in one headless browser. `npm run bench:node`: ours in Node on Dawn.
 * `npm run bench:cpu`: the engine without a GPU and its peers in Node.
 * The bench is TypeScript that imports WGSL as text: Vite runs it.
 */
import { join } from 'node:path';
import { createServer, createServerModuleRunner } from 'vite';
import { assemblyKernels } from './assembly.js';
import { root } from './fresh.js';

const [place, ...options] = process.argv.slice(2);
const entry = place === 'cpu' ? 'cpu/bench.ts' : place === 'node' ? 'node.ts' : 'browser.ts';

// The runner stays open: what is measured may load more when it starts.
const server = await createServer({
  root,
  configFile: false,
  plugins: [assemblyKernels()],
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  logLevel: 'error',
  // Node 20 knows no `using`.
  oxc: { target: 'node20' },
  resolve: { alias: { $lib: join(root, 'src/lib'), $shaders: join(root, 'shaders') } },
});
const runner = createServerModuleRunner(server.environments.ssr);
/** @type {Record<string, (options: string[]) => Promise<void>>} */
const module = await runner.import(join(root, 'tests/bench', entry));
try {
  await (module.benchInNode ?? module.benchInBrowser)?.(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// Dawn keeps Node alive.
process.exit();
