import { proxy, wrap } from 'comlink';
import type { SheetWorker } from './protocol';
import type { SheetService } from './sheet.worker';
import { registerTransferHandlers } from './transfer';
import type { WorkplaceOptions } from './workplace';

export interface ConnectOptions extends Partial<Pick<WorkplaceOptions, 'backend' | 'strict' | 'coarseFirst'>> {
  /** Address of the folder of the product's static files; that of the page when not given. */
  readonly base?: string;
}

/**
 * Starts the worker that holds graph, cells, theory and backend.
 * @throws Problem when `backend` was asked for `strict`ly and cannot be had.
 */
export const connectSheetWorker = async ({
  base,
  backend = 'auto',
  strict = false,
  coarseFirst = true,
}: ConnectOptions = {}): Promise<SheetWorker> => {
  registerTransferHandlers();
  const worker = new Worker(new URL('./sheet.worker.ts', import.meta.url), { type: 'module', name: 'sheet' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      reject(new Error(event.message || 'the worker could not be loaded'));
    });
  });
  const service = wrap<SheetService>(worker);
  await Promise.race([service.open({ base: base ?? new URL('.', document.baseURI).href, backend, strict, coarseFirst }), failed]);
  return {
    engine: () => service.engine(),
    use: (choice) => service.use(choice),
    kinds: () => service.kinds(),
    evaluate: (text, signal) => service.evaluate(text, signal),
    listen: (listener) => service.listen(proxy(listener)),
    view: (key, request) => service.view(key, request),
    shaders: (key) => service.shaders(key),
    modes: (key, point) => service.modes(key, point),
    entry: (key, choice) => service.entry(key, choice),
    matrices: (key) => service.matrices(key),
    arrays: (key, choice) => service.arrays(key, choice),
    stop: (key) => service.stop(key),
    resume: (key) => service.resume(key),
    addFile: (name, content) => service.addFile(name, content),
    allow: (hosts) => service.allow(hosts),
  };
};
