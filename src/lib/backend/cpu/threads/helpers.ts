import type * as os from 'node:os';
import type * as workerThreads from 'node:worker_threads';
import { fromNode, inNode } from '../node';
import source from './helper.js?raw';
import address from './helper.js?url&no-inline';
import type { Start } from './control';

/** A worker that helps. */
export interface Helper {
  /** Resolves when it works: true, or false when it could not be started. */
  readonly ready: Promise<boolean>;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  end(): void;
}

/** Whether memory may be shared with workers here. */
export const mayShare = (): boolean =>
  inNode || (typeof Worker !== 'undefined' && (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true);

/**
 * Threads that are taken when nobody says how many: every core of a machine that only computes; in a browser one core of three or more is
 * left to the page.
 */
export const coresFor = async (): Promise<number> => {
  if (inNode) return ((await fromNode('node:os')) as typeof os).availableParallelism();
  const cores = globalThis.navigator.hardwareConcurrency;
  return cores > 2 ? cores - 1 : Math.max(1, cores);
};

export type StartHelper = (start: Start) => Helper;

/** How helpers are started here. */
export const helperStarter = async (): Promise<StartHelper> => {
  if (!inNode) return startInBrowser;
  const { Worker: NodeWorker } = (await fromNode('node:worker_threads')) as typeof workerThreads;
  return (start) => {
    const worker = new NodeWorker(source, { eval: true, workerData: start });
    const ended = new Promise<void>((resolve) => {
      worker.once('error', () => resolve());
      worker.once('exit', () => resolve());
    });
    const ready = Promise.race([
      new Promise<boolean>((resolve) => {
        worker.once('message', () => {
          // From now on Node ends when nothing but helpers is left.
          worker.unref();
          resolve(true);
        });
      }),
      ended.then(() => false),
    ]);
    return { ready, ended, end: () => void worker.terminate() };
  };
};

const startInBrowser: StartHelper = (start) => {
  // A file of the site: its content policy lets no script be made of text.
  const worker = new Worker(new URL(address, import.meta.url));
  let over = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    over = resolve;
    worker.onerror = () => resolve();
  });
  const ready = Promise.race([
    new Promise<boolean>((resolve) => {
      worker.onmessage = () => {
        resolve(true);
      };
    }),
    ended.then(() => false),
  ]);
  worker.postMessage(start);
  return {
    ready,
    ended,
    end: () => {
      worker.terminate();
      over();
    },
  };
};
