import type { CellReport, EngineChoice, Keeping, PointRecord } from '$lib/worker/protocol';
import type { Evaluator } from './evaluator';

/** What the thread is started with. */
export interface ThreadStart {
  /** Folder of the product. */
  readonly root: string;
  readonly backend: EngineChoice;
  /** Threads of `cpu`; all cores when not given. */
  readonly threads: number | undefined;
}

/** What the thread is asked for besides opening: the methods of an evaluator that answer once. */
export type ThreadMethod = Exclude<keyof Evaluator, 'listen' | 'keeping'>;

/** The same for points that are kept; those that are computed come as news. */
export type KeepingMethod = keyof Keeping;

/** To the thread. */
export interface ThreadCall {
  readonly id: number;
  readonly method: ThreadMethod | KeepingMethod | 'open';
  readonly arguments: readonly unknown[];
}

/** What became of a call: its value, or what was thrown; a `Problem` stays one. */
export type ThreadAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly problem: string }
  | { readonly id: number; readonly fault: string };

/** From the thread, in the order in which things happen there: a report is never overtaken by the answer that ends the evaluation. */
export type ThreadNews = ThreadAnswer | { readonly reports: readonly CellReport[] } | { readonly record: PointRecord };

/**
 * What opening comes to: `elsewhere` where `webgpu` was asked for and Node has no adapter for it, or only a software one that nobody
 * named. Then a browser is asked.
 */
export type Opened = 'here' | 'elsewhere';
