import type { RunCall } from './arguments';
import { findDawn } from './dawn';
import { NoAdapter, type Evaluator } from './evaluator';
import type { Place } from './place';

/**
 * What evaluates the sheet. `auto`, `cpu` and `reference` start no browser. `webgpu` does where Node has no GPU of its own: then the site
 * is built where needed.
 *
 * @throws NoAdapter when `webgpu` was asked for and there is no adapter.
 */
export const openEvaluator = async ({ backend, threads }: Pick<RunCall, 'backend' | 'threads'>, place: Place): Promise<Evaluator> => {
  // Loaded only when needed: one half needs no browser, and the other no engine in this process.
  const inNode = async (gpu?: GPU): Promise<Evaluator> =>
    (await import('./node-evaluator')).nodeEvaluator(place.root, { backend, gpu, threads });
  if (backend === 'cpu' || backend === 'reference') return inNode();
  const dawn = await findDawn();
  if (backend === 'auto') return inNode(dawn?.gpu);
  // A software adapter of this system is used where it was named by hand; Chromium's is the one that is known to work.
  if (dawn && (!dawn.software || (process.env.VK_ICD_FILENAMES ?? '') !== '')) {
    try {
      return await inNode(dawn.gpu);
    } catch (error) {
      throw new NoAdapter(`no GPU adapter: ${error instanceof Error ? error.message : String(error)}; --backend cpu needs none`);
    }
  }
  place.buildSite();
  return (await import('./browser-evaluator')).browserEvaluator(place.root);
};
