import { expose } from 'comlink';
import { adapterMemory } from './adapter-memory';
import { BrowserFiles } from './files';
import { holdLock } from './lifetime';
import { registerTransferHandlers } from './transfer';
import { Workplace } from './workplace';
import type { WorkplaceOptions } from './workplace-options';

registerTransferHandlers();

let workplace: Workplace | undefined;

/**
 * Threads of `cpu` in a page: one core is left to the page itself, which must stay fluid. Shared memory, and so more than one thread, is
 * given to pages that are cross-origin isolated.
 */
const threadsHere = (): number => (crossOriginIsolated ? Math.max(1, navigator.hardwareConcurrency - 1) : 1);

/** What the client sees: `open` once, then `workplace`, whose methods Comlink calls. */
const service = {
  holdLock,
  open: async ({
    base,
    ...options
  }: { base: string } & Pick<WorkplaceOptions, 'backend' | 'strict' | 'coarseFirst' | 'revision'>): Promise<void> => {
    workplace = await Workplace.open({
      ...options,
      gpu: navigator.gpu,
      threads: threadsHere(),
      files: new BrowserFiles(base),
      memory: adapterMemory(),
    });
  },
  get workplace(): Workplace {
    if (!workplace) throw new Error('the worker was not opened');
    return workplace;
  },
};

export type SheetService = typeof service;

expose(service);
