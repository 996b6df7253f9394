import { expose, transfer } from 'comlink';
import type { View } from './protocol';
import { adapterMemory } from './adapter-memory';
import { BrowserFiles } from './files';
import { registerTransferHandlers } from './transfer';
import { Workplace, type WorkplaceOptions } from './workplace';

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

/** What the client sees: `open` once, then the workplace. Methods are spelled out because Comlink proxies what it is given. */
const service = {
  open: async (options: { base: string } & Omit<WorkplaceOptions, 'files' | 'memory'>): Promise<void> => {
    workplace = await Workplace.open({ ...options, files: new BrowserFiles(options.base), memory: adapterMemory() });
  },
  engine: () => there().engine(),
  kinds: () => there().kinds(),
  evaluate: (...rest: Parameters<Workplace['evaluate']>) => there().evaluate(...rest),
  listen: (...rest: Parameters<Workplace['listen']>) => there().listen(...rest),
  view: async (...rest: Parameters<Workplace['view']>) => handOver(await there().view(...rest)),
  shaders: (...rest: Parameters<Workplace['shaders']>) => there().shaders(...rest),
  modes: (...rest: Parameters<Workplace['modes']>) => there().modes(...rest),
  entry: (...rest: Parameters<Workplace['entry']>) => there().entry(...rest),
  matrices: (...rest: Parameters<Workplace['matrices']>) => there().matrices(...rest),
  arrays: (...rest: Parameters<Workplace['arrays']>) => there().arrays(...rest),
  stop: (...rest: Parameters<Workplace['stop']>) => there().stop(...rest),
  resume: (...rest: Parameters<Workplace['resume']>) => there().resume(...rest),
  addFile: (...rest: Parameters<Workplace['addFile']>) => there().addFile(...rest),
};

export type SheetService = typeof service;

expose(service);
