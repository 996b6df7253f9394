import type { Task } from '$lib/theory/theory';
import type { Activation } from '$lib/base/activation';
import type { Prediction, Predictions } from '$lib/theory/networks/statistics';
import type { NetworkHealth, NetworkRecord } from '$lib/theory/networks/networks';
import type { Matrix } from '$lib/backend/backend';

/** One network in one stage. */
export interface Member {
  readonly task: Task;
  readonly gamma: number;
  readonly temperature: number;
  readonly weightDecay: number;
  readonly time: number;
  readonly delta: number;
  readonly seed: number;
  readonly step?: number;
}

/** What the networks of a batch have in common. */
export interface Architecture {
  readonly activation: Activation;
  readonly depth: number;
  readonly width: number;
}

/** Weights of a batch of networks: w^l of each hidden layer, [B, N, D] and then [B, N, N], and v [B, N, 1]. */
export interface Weights {
  readonly hidden: readonly Matrix[];
  readonly readout: Matrix;
}

/** Which task of a chain a stage learns: 0 the source, and the name that its records carry. */
export interface Place {
  readonly order: number;
  readonly name: NetworkRecord['stage'];
}

/** Networks of equal shape in one stage, moving together. */
export interface TrainingStage {
  readonly members: readonly Member[];
  readonly weights: Weights;
  /** 0 … 1 of what is planned. */
  readonly progress: number;
  readonly finished: boolean;
  readonly records: readonly NetworkRecord[];
  /** For each member the step at which its numbers stopped being numbers, or −1. */
  readonly diverged: readonly number[];
  /** At most `count` steps, fewer when the signal fires; answers how many were made. What they were handed over as changes nothing. */
  advance(count: number, signal: AbortSignal): Promise<number>;
  extend(share: number): void;
  predictions(): Promise<readonly Predictions[]>;
  /** |v|²/N of each network; of a posterior its mean over v given w and over samples. */
  readoutNorms(): Promise<readonly number[]>;
  health(member: number): Omit<NetworkHealth, 'networks'>;
  /** φ of the last hidden layer of one member on rows of inputs, [n, N]. */
  features(member: number, set: 'train' | 'test'): Promise<Float64Array>;
  [Symbol.dispose](): void;
}

/** A predictor that does not fluctuate. */
export const certain = (mean: Float64Array): Prediction => ({ mean, square: mean.map((value) => value * value) });
