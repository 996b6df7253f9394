import { expose, transfer } from 'comlink';
import type { Answer, Given, Question } from './protocol';
import { adapterMemory } from './adapter-memory';
import { BrowserFiles } from './files';
import { live } from './life';
import { registerTransferHandlers } from './transfer';
import { Workplace } from './workplace';
import type { WorkplaceOptions } from './workplace-options';

registerTransferHandlers();

/** Bitmaps are handed over, not copied. */
const handOver = <T extends Answer<Question>>(answer: T): T => {
  if (answer === undefined || !('picture' in answer)) return answer;
  const { bitmap } = answer.picture;
  return typeof ImageBitmap !== 'undefined' && bitmap instanceof ImageBitmap ? transfer(answer, [bitmap]) : answer;
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
  ask: async <Q extends Question>(question: Q, key: string, ...given: Given<Q>) => handOver(await there().ask(question, key, ...given)),
  sweepFolder: (...rest: Parameters<Workplace['sweepFolder']>) => there().sweepFolder(...rest),
  stop: (...rest: Parameters<Workplace['stop']>) => there().stop(...rest),
  resume: (...rest: Parameters<Workplace['resume']>) => there().resume(...rest),
  addFile: (...rest: Parameters<Workplace['addFile']>) => there().addFile(...rest),
  allow: (...rest: Parameters<Workplace['allow']>) => there().allow(...rest),
  recall: (...rest: Parameters<Workplace['recall']>) => there().recall(...rest),
  recalled: () => there().recalled(),
  bytes: () => there().bytes(),
};

export type SheetService = typeof service;

expose(service);
