import { Worker } from 'node:worker_threads';
import type { RunCall } from './arguments';
import { NoAdapter, type Evaluator } from './evaluator';
import type { Place } from './place';
import { ThreadEvaluator } from './thread-evaluator';
import type { ThreadStart } from './thread-protocol';

/** The second entry of the build (`vite.cli.config.ts`): it stands beside the program. */
const entry = 'evaluation-thread.js';

/**
 * What evaluates the sheet: a thread of this process, where the main thread hears the clock and signals meanwhile. `auto`, `cpu` and
 * `reference` start no browser. `webgpu` does where Node has no GPU of its own: then the site is built where needed.
 *
 * @throws NoAdapter when `webgpu` was asked for and there is no adapter.
 */
export const openEvaluator = async ({ backend, threads }: Pick<RunCall, 'backend' | 'threads'>, place: Place): Promise<Evaluator> => {
  const start: ThreadStart = { root: place.root, backend, threads };
  const evaluator = new ThreadEvaluator(new Worker(new URL(entry, import.meta.url), { workerData: start }));
  try {
    if ((await evaluator.open()) === 'here') return evaluator;
  } catch (error) {
    await evaluator.close();
    if (backend !== 'webgpu') throw error;
    throw new NoAdapter(`no GPU adapter: ${error instanceof Error ? error.message : String(error)}; --backend cpu needs none`);
  }
  await evaluator.close();
  place.buildSite();
  return (await import('./browser-evaluator')).browserEvaluator(place.root);
};
