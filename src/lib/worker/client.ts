import { proxy, transfer, wrap } from 'comlink';
import { transferables } from '$lib/base/bytes';
import { deathOf } from './life';
import type { Ask, SheetWorker } from './protocol';
import type { SheetService } from './sheet.worker';
import { Supervisor, type Link, type Opening } from './supervisor';
import { registerTransferHandlers } from './transfer';
import type { WorkplaceOptions } from './workplace-options';

export interface ConnectOptions extends Partial<Pick<WorkplaceOptions, 'backend' | 'strict' | 'coarseFirst'>> {
  /** Address of the folder of the product's static files; that of the page when not given. */
  readonly base?: string;
}

let opened = 0;

const openLink = async (options: { base: string; strict: boolean; coarseFirst: boolean } & Opening): Promise<Link> => {
  const worker = new Worker(new URL('./sheet.worker.ts', import.meta.url), { type: 'module', name: 'sheet' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      reject(new Error(event.message || 'the worker could not be loaded'));
    });
  });
  failed.catch(() => undefined);
  const service = wrap<SheetService>(worker);
  // Unlike that of any other worker of any other page of this site.
  const name = `kernelsheet worker ${performance.timeOrigin} ${Math.random()} ${(opened += 1)}`;
  const held = await Promise.race([service.live(name), failed]);
  const died = deathOf(name, held, () => service.live(name));
  const ended = died.then(() => {
    throw new Error('the worker ended before it was open');
  });
  ended.catch(() => undefined);
  await Promise.race([service.open(options), failed, ended]);
  return {
    died,
    end: () => {
      worker.terminate();
    },
    service: {
      engine: () => service.engine(),
      use: (choice) => service.use(choice),
      kinds: () => service.kinds(),
      evaluate: (text, signal) => service.evaluate(text, signal),
      listen: (listener) => service.listen(proxy(listener)),
      watch: (listener) => service.watch(proxy(listener)),
      // Comlink's types do not know which answer belongs to which question.
      ask: service.ask as unknown as Ask,
      sweepFolder: (request) => service.sweepFolder(request),
      stop: (key) => service.stop(key),
      resume: (key) => service.resume(key),
      addFile: (name, content) => service.addFile(name, transfer(content, transferables(content))),
      allow: (hosts) => service.allow(hosts),
      recall: (records) => service.recall(records),
      recalled: () => service.recalled(),
    },
  };
};

/**
 * Starts the worker that holds graph, cells, theory and backend, and another one in its place whenever it dies.
 * @throws Problem when `backend` was asked for `strict`ly and cannot be had.
 */
export const connectSheetWorker = ({
  base,
  backend = 'auto',
  strict = false,
  coarseFirst = true,
}: ConnectOptions = {}): Promise<SheetWorker> => {
  registerTransferHandlers();
  const at = base ?? new URL('.', document.baseURI).href;
  return Supervisor.start((opening) => openLink({ base: at, strict, coarseFirst, ...opening }), backend, strict);
};
