import type { Pool } from '$lib/theory/bayes/wells/newton';

/** Weighted samples of one anchor after the other: places of the span [n, r], or of a source of relu directions in it. */
export interface Drawn extends Pool {
  readonly anchors: number;
  readonly samples: Float64Array;
}

export interface Draw {
  /** Samples of each anchor. */
  readonly own: number;
  readonly seed: number;
  /** Of the random numbers: each stage of a chain has its own (`streamOf`). */
  readonly stream: number;
  readonly round: number;
  readonly yieldToDevice: () => Promise<void>;
}
