import { expose, transfer } from 'comlink';
import type { View } from './protocol';
import { adapterMemory } from './adapter-memory';
import { BrowserFiles } from './files';
import { live } from './life';
import { registerTransferHandlers } from './transfer';
import { Workplace } from './workplace';
import type { WorkplaceOptions } from './workplace-options';

registerTransferHandlers();

/** Bitmaps are handed over, not copied. */
const handOver = (view: View): View => {
  if (view.type !== 'kernel' && view.type !== 'heatmap') return view;
  const { bitmap } = view.picture;
  return typeof ImageBitmap !== 'undefined' && bitmap instanceof ImageBitmap ? transfer(view, [bitmap]) : view;
};

let workplace: Workplace | undefined;

const there = (): Workplace => {
  if (!workplace) throw new Error('the worker was not opened');
  return workplace;
};

/**
 * Threads of `cpu` in a page: one core is left to the page itself, which must stay fluid. Shared memory, and so more than one thread, is
 * given to pages that are cross-origin isolated.
 */
const threadsHere = (): number => (crossOriginIsolated ? Math.max(1, navigator.hardwareConcurrency - 1) : 1);

/** What the client sees: `open` once, then the workplace. Methods are spelled out because Comlink proxies what it is given. */
const service = {
  live,
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
  engine: () => there().engine(),
  use: (...rest: Parameters<Workplace['use']>) => there().use(...rest),
  kinds: () => there().kinds(),
  evaluate: (...rest: Parameters<Workplace['evaluate']>) => there().evaluate(...rest),
  listen: (...rest: Parameters<Workplace['listen']>) => there().listen(...rest),
  watch: (...rest: Parameters<Workplace['watch']>) => there().watch(...rest),
  view: async (...rest: Parameters<Workplace['view']>) => handOver(await there().view(...rest)),
  shaders: (...rest: Parameters<Workplace['shaders']>) => there().shaders(...rest),
  modes: (...rest: Parameters<Workplace['modes']>) => there().modes(...rest),
  entry: (...rest: Parameters<Workplace['entry']>) => there().entry(...rest),
  matrices: (...rest: Parameters<Workplace['matrices']>) => there().matrices(...rest),
  arrays: (...rest: Parameters<Workplace['arrays']>) => there().arrays(...rest),
  stop: (...rest: Parameters<Workplace['stop']>) => there().stop(...rest),
  resume: (...rest: Parameters<Workplace['resume']>) => there().resume(...rest),
  addFile: (...rest: Parameters<Workplace['addFile']>) => there().addFile(...rest),
  allow: (...rest: Parameters<Workplace['allow']>) => there().allow(...rest),
  recall: (...rest: Parameters<Workplace['recall']>) => there().recall(...rest),
  recalled: () => there().recalled(),
};

export type SheetService = typeof service;

expose(service);
