import type { Activation } from '$lib/base/activation';
import type { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { Errors, Task } from '$lib/theory/theory';

export const networkMethods = ['gradient', 'langevin', 'readout'] as const;

/**
 * `gradient`: full-batch gradient steps along the flow of `theory.md` §3. `langevin`: all weights sampled from the posterior of §2 or §4.
 * `readout`: ridge on the source's features, which stay as they are (δ → ∞).
 */
export type NetworkMethod = (typeof networkMethods)[number];

/** One of the two tasks of a network, and what it is told for it. */
export interface NetworkTask {
  readonly task: Task;
  /** Richness γ; not used by the posterior of §4. */
  readonly gamma: number;
  /** T: `langevin` and `readout`. */
  readonly temperature: number;
  /** λ: `gradient`. */
  readonly weightDecay: number;
  /** How long the flow runs: `gradient`. */
  readonly time: number;
}

/** A task between the first and the last of a chain, tied to the one before. */
export interface NetworkLink extends NetworkTask {
  readonly delta: number;
  readonly readout: 'fresh' | 'kept';
}

/** Networks that differ in nothing but their seed. */
export interface NetworkPoint {
  /** Of the coupling. It chooses the posterior of `langevin`: §2 for `bayes`, §4 (f = N^{−1/2} Σ vφ) for `proportional` and `lazy`. */
  readonly theory: string;
  readonly method: NetworkMethod;
  readonly activation: Activation;
  /** Hidden layers. */
  readonly depth: number;
  readonly source: NetworkTask;
  /** Of a chain of more than two tasks those between the first and the last, in order. */
  readonly between?: readonly NetworkLink[];
  readonly target: NetworkTask;
  /** Elastic coupling of every hidden layer to that of the task before, 0 … ∞. */
  readonly delta: number;
  /** `gradient`: the readout with which the target starts. */
  readonly readout: 'fresh' | 'kept';
  /** N, of every hidden layer. */
  readonly width: number;
  /** How many networks, and the number their randomness starts from. */
  readonly seeds: number;
  readonly seed: number;
  /** `gradient`: length of a step; from the largest curvature, network by network, when not given. */
  readonly step?: number;
  /** `langevin`: trajectories thrown away at the start of each stage, samples kept, and trajectories from one sample to the next. */
  readonly burnIn: number;
  readonly samples: number;
  readonly thinning: number;
}

/** What was seen of the networks of a point at one moment; one entry a network in each array. */
export interface NetworkRecord {
  readonly stage: 'source' | 'between' | 'target';
  /** Which task of the chain, 0 the source. */
  readonly task: number;
  /** Time of the flow since the stage began; `langevin`: trajectories since then. */
  readonly time: number;
  /** Steps (trajectories) each has taken in this stage. */
  readonly steps: readonly number[];
  /** mean (f − y)² on the training and the test set of the stage. */
  readonly train: readonly number[];
  readonly test: readonly number[];
  /** Alignment of the last layer's features φφᵀ/N with yyᵀ on the training set. */
  readonly alignment: readonly number[];
}

/** How far to believe networks. Only what was measured is present. */
export interface NetworkHealth {
  readonly networks: number;
  /** Steps or trajectories in the target stage, the most of any network. */
  readonly steps: number;
  /** `gradient`: the shortest step and the largest curvature (of the tangent kernel) met in the target stage. */
  readonly step?: number;
  readonly curvature?: number;
  /** `langevin`: share of trajectories accepted after burn-in, and the worst network's effective number of samples. */
  readonly acceptance?: number;
  readonly effectiveSamples?: number;
  /** `langevin`: R̂ of the halves of the chains, 1 where they mix (`mixing.ts`). */
  readonly rhat?: number;
}

export interface NetworkResult {
  /** Mean over seeds, with standard errors over seeds where there are two networks or more. */
  readonly errors: Errors;
  /** |v|²/N, 1 on average before training: mean over seeds, and standard error over seeds where there are two networks or more. */
  readonly readoutNorm: { readonly mean: number; readonly stderr?: number };
  readonly health: NetworkHealth;
  readonly warnings: readonly string[];
}

/** Numbers of one network, all row-major. */
export interface NetworkExport {
  /** w of each hidden layer, [N, D] and then [N, N], as of now. */
  readonly weights: readonly { readonly rows: number; readonly columns: number; readonly values: Float64Array }[];
  /** v, [N]. */
  readonly readout: Float64Array;
  /** φ of the last hidden layer on the training and test inputs of the target, [P, N] and [n, N]. */
  readonly trainFeatures: Float64Array;
  readonly testFeatures: Float64Array;
  /** Outputs f there, [P] and [n]: the mean over samples for `langevin`. */
  readonly trainOutputs: Float64Array;
  readonly testOutputs: Float64Array;
}

/**
 * Networks that are being trained. Its state is all there is: random numbers are indexed by (seed, purpose, step), so however often it is
 * stopped and advanced again, and whatever shares its batch, every network ends up the same.
 */
export interface NetworkEnsemble {
  readonly points: readonly NetworkPoint[];
  /** Networks of all points together. */
  readonly networks: number;
  /** 0 … 1 of what is planned. */
  readonly progress: number;
  readonly finished: boolean;
  /**
   * Goes on until what is planned is done, `milliseconds` have passed, or the run is aborted: all three return. Slices of work are about
   * a tenth of a second. Progress is told.
   */
  advance(run: Run, milliseconds?: number): Promise<void>;
  /** Plans more: `share` of the target stage's time (gradient) or samples (langevin) once more, 1 for twice as long. */
  extend(share: number): void;
  /** What was recorded of point `index` so far, in order. Divergence ends it. */
  history(index: number): readonly NetworkRecord[];
  /** Each point's errors as they stand, of the target if it has begun, else of the source; or why there are none. */
  results(): Promise<readonly (NetworkResult | Problem)[]>;
  /** Network `seed` (0-based) of point `index`. */
  network(index: number, seed: number): Promise<NetworkExport>;
  [Symbol.dispose](): void;
}

/**
 * The method that follows the theory of a coupling: its own dynamics for `flow`, its own posterior for `bayes` and `proportional`.
 * `lazy`: the posterior of §4 with the NNGP kernel, whose limit at infinite width it is; gradient flow with the tangent kernel.
 */
export const methodOf = (theory: string, kernel: 'nngp' | 'ntk' = 'nngp'): NetworkMethod =>
  theory === 'flow' || (theory === 'lazy' && kernel === 'ntk') ? 'gradient' : 'langevin';
