import type { Jax } from './peers/jax';
import type { Ours } from './peers/ours';
import type { Tfjs } from './peers/tfjs';

/** What a contestant has computed. */
export interface Outcome {
  /** All of it, read back: compared with what the others got, never timed. */
  values(): Promise<ArrayLike<number>>;
  dispose(): void;
}

/** A contestant with its operands uploaded. */
export interface Prepared {
  /** Hands the work over. The clock runs from here until the peer's device has done all of it (`Peer.settle`). */
  run(): Promise<Outcome> | Outcome;
  dispose(): void;
}

export type PeerName = 'ours' | 'jax-js' | 'tfjs';

/** A library under test. */
export interface Peer {
  readonly name: PeerName;
  /** Dispatches so far, where the library counts them. */
  readonly dispatches?: number;
  /**
   * Resolves once the device has done everything handed over. The same rule for every peer: what is held back is computed and
   * submitted, then its device's `queue.onSubmittedWorkDone()` is awaited.
   */
  settle(outcome: Outcome): Promise<void>;
  dispose(): void;
}

interface Entry<Name extends PeerName, P extends Peer> {
  readonly peer: Name;
  /** What sets it apart when a peer enters twice, e.g. `one after another`. */
  readonly label?: string;
  prepare(peer: P): Promise<Prepared> | Prepared;
}

export type Contestant = Entry<'ours', Ours> | Entry<'jax-js', Jax> | Entry<'tfjs', Tfjs>;

/** One task that every contestant does; the first one's result is the measure for the others. */
export interface Case {
  readonly name: string;
  /** Arithmetic operations the task is counted as, the same for every contestant. */
  readonly operations?: number;
  /** Largest difference allowed between two results, relative to the largest entry. */
  readonly tolerance: number;
  readonly contestants: readonly Contestant[];
}

/** Times in milliseconds. */
export interface Timing {
  readonly peer: PeerName;
  readonly label?: string;
  readonly median: number;
  readonly least: number;
  /** The first run, compilation included. */
  readonly first: number;
  readonly dispatches?: number;
  /** Why there is no time: what the library said. */
  readonly failure?: string;
}

export interface Measured {
  readonly name: string;
  readonly operations?: number;
  readonly timings: readonly Timing[];
}

/** A number that is promised of the product. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Median of a contestant of a case that was measured; NaN when there is none. */
export type MedianOf = (name: string, peer: PeerName, label?: string) => number;

/** A file of `families/`. */
export interface Family {
  readonly name: string;
  /** Of sizes that a real GPU is needed for: run where it is named, and in Node. */
  readonly hardware?: boolean;
  /** Made when their turn comes: operands take time and memory. */
  readonly cases: readonly (() => Case)[];
  /** What is promised of these cases. Other families' cases may be asked for. */
  figures?(median: MedianOf, timingOf: (name: string, peer: PeerName, label?: string) => Timing | undefined): readonly Figure[];
}

/** What one run found. */
export interface Report {
  readonly adapter: string;
  readonly software: boolean;
  readonly repetitions: number;
  readonly cases: readonly Measured[];
  readonly figures: readonly Figure[];
}
