import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import type { EngineChoice } from '$lib/worker/protocol';
import { Workplace } from '$lib/worker/workplace';
import type { Evaluator } from './evaluator';
import { NodeFiles } from './node-files';

export interface NodeEngine {
  readonly backend: EngineChoice;
  /** Of Dawn, where there is one. */
  readonly gpu?: GPU | undefined;
  /** Threads of `cpu`; all cores when not given. */
  readonly threads: number | undefined;
}

/**
 * Evaluates in this thread, without any browser.
 *
 * @param root folder of the product
 * @throws Problem when the engine was asked for by name and cannot be had.
 */
export const nodeEvaluator = async (root: string, { backend, gpu, threads }: NodeEngine): Promise<Evaluator> => {
  // Each point of a sweep that waits listens for a stop: dozens at once are no leak.
  setMaxListeners(0);
  const workplace = await Workplace.open({
    backend,
    gpu,
    threads: threads ?? availableParallelism(),
    strict: backend !== 'auto',
    files: new NodeFiles(root),
    coarseFirst: false,
  });
  return {
    engine: () => workplace.engine(),
    listen: (listener) => workplace.listen(listener),
    evaluate: (text) => workplace.evaluate(text),
    ask: (question, key, ...given) => workplace.ask(question, key, ...given),
    stop: (key) => workplace.stop(key),
    addFile: (name, content) => workplace.addFile(name, content),
    allow: (hosts) => workplace.allow(hosts),
    keeping: workplace,
    close: () => workplace.dispose(),
  };
};
