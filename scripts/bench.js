/**
 * `npm run bench`: ours and the peers in one headless browser. `npm run bench:node`: ours in Node on Dawn.
 * The bench is TypeScript that imports WGSL as text: Vite runs it.
 */
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { assemblyKernels } from './assembly.js';
import { root } from './fresh.js';

const [place, ...options] = process.argv.slice(2);
const entry = place === 'node' ? 'node.ts' : 'browser.ts';

/** @type {{ module: Record<string, (options: string[]) => Promise<void>> }} */
const { module } = await runnerImport(join(root, 'tests/bench', entry), {
  root,
  plugins: [assemblyKernels()],
  // Node 20 knows no `using`.
  oxc: { target: 'node20' },
  resolve: { alias: { $lib: join(root, 'src/lib'), $shaders: join(root, 'shaders') } },
});
try {
  await (module.benchInNode ?? module.benchInBrowser)?.(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// Dawn keeps Node alive.
process.exit();
