import { wrap } from 'comlink';
import { whenEnded } from './lifetime';
import type { SheetWorker } from './protocol';
import type { SheetService } from './sheet.worker';
import { Supervisor, type Link, type Opening } from './supervisor';
import { registerTransferHandlers } from './transfer';
import type { WorkplaceOptions } from './workplace-options';

export type ConnectOptions = Partial<Pick<WorkplaceOptions, 'backend' | 'strict' | 'coarseFirst'>>;

let opened = 0;

const openLink = async (options: { strict: boolean; coarseFirst: boolean } & Opening): Promise<Link> => {
  const worker = new Worker(new URL('./sheet.worker.ts', import.meta.url), { type: 'module', name: 'sheet' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      reject(new Error(event.message || 'the worker could not be loaded'));
    });
  });
  failed.catch(() => undefined);
  const remote = wrap<SheetService>(worker);
  // Unlike that of any other worker of any other page of this site.
  const name = `kernelsheet worker ${performance.timeOrigin} ${Math.random()} ${(opened += 1)}`;
  const held = await Promise.race([remote.holdLock(name), failed]);
  const died = whenEnded(name, held, () => remote.holdLock(name));
  const ended = died.then(() => {
    throw new Error('the worker ended before it was open');
  });
  ended.catch(() => undefined);
  await Promise.race([remote.open({ ...options, base: new URL('.', document.baseURI).href }), failed, ended]);
  return {
    died,
    end: () => {
      worker.terminate();
    },
    // Comlink's types do not know which answer belongs to which question.
    service: remote.workplace as unknown as SheetWorker,
  };
};

/**
 * Starts the worker that holds graph, cells, theory and backend, and another one in its place whenever it dies.
 * @throws Problem when `backend` was asked for `strict`ly and cannot be had.
 */
export const connectSheetWorker = ({ backend = 'auto', strict = false, coarseFirst = true }: ConnectOptions = {}): Promise<SheetWorker> => {
  registerTransferHandlers();
  return Supervisor.start((opening) => openLink({ strict, coarseFirst, ...opening }), backend, strict);
};
