import type { Activation } from '$lib/base/activation';
import type { ValueParameters } from '$lib/base/parameter';
import type { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { Backend, Matrix } from '$lib/backend/backend';
import type { JitterPolicy } from '$lib/backend/systems/jitter';

/** A supervised task: inputs row-major [P, D], one label a row. */
export interface Task {
  readonly dimension: number;
  readonly trainInputs: Float64Array;
  readonly trainLabels: Float64Array;
  readonly testInputs: Float64Array;
  readonly testLabels: Float64Array;
}

/**
 * What a source kernel was told: the parameters of all theories, each given or its default; `theory.md` §0 names. A theory looks at those
 * that it lists in its `parameters`.
 */
export interface SourceParameters {
  readonly activation: Activation;
  readonly gamma: number;
  readonly temperature: number;
  /** Hidden layers. */
  readonly depth: number;
  /** Hidden width N. */
  readonly width: number;
  readonly kernel: 'nngp' | 'ntk';
  /** Neurons sampled. */
  readonly particles: number;
  /** `auto` takes the closed form where one exists (linear activation). */
  readonly solver: 'auto' | 'closed' | 'particles';
  /** Multiplies every time step; only tests of the health figures have a reason to leave it at other than 1. */
  readonly stretch: number;
  /** Whether jitter may be added where Φ + T I is not positive definite: `auto`; otherwise, and when not said, that is a problem. */
  readonly jitter?: JitterPolicy;
  /** How long the gradient flow runs; the loss is a sum over examples, so that its rates are eigenvalues of the kernel. */
  readonly time: number;
  /** Longest step of the flow; chosen by curvature and energy where it is not given. */
  readonly step?: number | undefined;
  /** Weight decay λ. */
  readonly weightDecay: number;
  readonly seed: number;
}

/** `Own`: parameters that only this theory has, in camel case. */
export interface SourcePoint<Own = unknown> {
  readonly task: Task;
  readonly parameters: SourceParameters & Own;
}

export interface TargetPoint<Own = unknown> {
  readonly source: TrainedKernel;
  /** Elastic coupling δ ≥ 0. */
  readonly delta: number;
  readonly task: Task;
  /** The source's where the sheet did not say. */
  readonly parameters: SourceParameters & Own;
  /** `flow`: the last layer drawn anew (when not given), or the source's. */
  readonly readout?: 'fresh' | 'kept';
  /** `flow`: what is trained; the readout alone is the limit δ → ∞. */
  readonly trained?: 'all' | 'readout';
  /** `flow`: whether the output at the start is subtracted (when not given, it is). */
  readonly centred?: boolean;
}

/** How far to believe a result. Only what was measured is present. */
export interface Health {
  /** |y − TΔ − ΦΔ| / |y|; for particles, what of that comes through to the kernel they learned (`common/health.ts`). */
  readonly residual?: number;
  /** Estimate of the 2-norm condition number of Φ + T I. */
  readonly condition?: number;
  /** ‖y − (Φ + T)Δ‖/(‖Φ + T‖ ‖Δ‖) in the ∞-norm, in double precision. */
  readonly backwardError?: number;
  /** Corrections in double precision that brought it there. */
  readonly refinements?: number;
  /** What the rounding of the kernel's entries may change predictions by, relative to the labels (`entries.ts`). */
  readonly entries?: number;
  /** What was added to the diagonal so that the matrix could be factored; absent when nothing was. */
  readonly jitter?: number;
  /** How well the virial identity holds over the span of the training inputs, 1 for the right law (`bayes/virial.ts`). */
  readonly virial?: number;
  /** Energy lost over squared speed integrated, 1 for a run that followed the gradient flow. */
  readonly balance?: number;
  /** Of a flow with weight decay, |λf − ΦΔ|/(λ|y|): 0 at rest (`flow/rest.ts`). */
  readonly unrest?: number;
  /** Of a flow with weight decay, homogeneous and not coupled, |f − K(K + 2λ)⁻¹y|/|y| (`flow/rest.ts`). */
  readonly imbalance?: number;
  /**
   * Of deep targets, and of deep sources by Metropolis steps: what two forms of the conjugate kernels differ by, as a share of its bound
   * (`bayes/deep/target/verdict.ts`, `bayes/deep/metropolis.ts`).
   */
  readonly conjugates?: number;
  /** Of deep targets: standard error of the predictor over parts of the run, relative to labels and predictions (`bayes/deep/target/verdict.ts`). */
  readonly scatter?: number;
  /** Of deep targets: what neurons remember of the time before a draw of the disorder where counting begins (`bayes/deep/target/memory.ts`). */
  readonly memory?: number;
  readonly particles?: number;
  /** Of weighted samples, how many of equal weight they are worth (Kish). */
  readonly effectiveSamples?: number;
  readonly steps?: number;
  /** Nodes of the quadrature over the span of the training inputs, where the law was found by it. */
  readonly nodes?: number;
  /** Effective dimension tr Φ(Φ+T)⁻¹. */
  readonly effectiveDimension?: number;
}

export interface Errors {
  readonly train: number;
  readonly test: number;
  readonly bias: number;
  readonly variance: number;
  readonly classification: number;
  /** Monte-Carlo standard error of each, where the theory samples; of two networks their bias and variance have none. */
  readonly stderr?: {
    readonly train: number;
    readonly test: number;
    readonly bias?: number;
    readonly variance?: number;
    readonly classification: number;
  };
}

/** Samples of h, and the group of the jackknife that each belongs to: groups are independent of each other, samples of one need not be. */
export interface SampledLaw {
  readonly samples: Float64Array;
  /** A number from 0 up; at least four groups. */
  readonly group: (sample: number) => number;
  /** How many times the standard errors that scatter between groups tells are too small, for what all groups share; 1 when not given. */
  readonly shared?: number;
}

/** The law of the pre-activation h of one example in the last hidden layer; its mean is that of the samples, else 0. */
export interface Preactivation {
  /** ⟨h²⟩ without feature learning: the lazy limit's Gaussian. */
  readonly prior: number;
  /** ⟨h²⟩ of a law known to be Gaussian, or samples of one that is not. */
  readonly law: { readonly variance: number } | SampledLaw;
}

/** How alike the features of one hidden layer are in two networks, on the target's training inputs: tr Φ_ab/√(tr Φ_aa tr Φ_bb), 1 for equal ones. */
export interface LayerOverlap {
  /** Two targets of one source. */
  readonly targets: number;
  /** Source and target. */
  readonly source: number;
}

/** A training run at one time. */
export interface HistoryPoint {
  readonly time: number;
  readonly train: number;
  /** Where there are test examples. */
  readonly test?: number;
  /** Error on the source's task, during stage 2: what is forgotten. */
  readonly source?: number;
  /** Of Φ(t) with yyᵀ on the training set. */
  readonly alignment: number;
}

/** A training run from its start, in order. */
export type History = readonly HistoryPoint[];

/** A kernel shaped by a task: what `source_kernel` and `target_kernel` hold. Owns GPU memory. */
export interface TrainedKernel {
  readonly theory: string;
  readonly role: 'source' | 'target';
  readonly task: Task;
  readonly parameters: SourceParameters;
  readonly health: Health;
  /** Further numbers that a sheet may ask of this kernel, by the names it asks for: order parameters. */
  readonly fields?: Readonly<Record<string, number>>;
  /** What a reader must be warned of: health out of bounds, in plain words. */
  readonly warnings: readonly string[];
  readonly bytes: number;
  /** Φ on the training inputs, [1, P, P]; borrowed. */
  readonly train: Matrix;
  errors(run: Run): Promise<Errors>;
  /**
   * Φ on other inputs, row-major [n, D]: [1, n, n], the caller's to dispose of. Absent where the theory knows Φ on its own examples only.
   * `layer`: of which hidden layer, from 1 to the depth, the last when not given.
   */
  on?(inputs: Float64Array, run: Run, layer?: number): Promise<Matrix>;
  /** The network's own predictor on other inputs, row-major [n, D]: [n]. Absent where it is Φ(x, X)Δ, Δ = (Φ + T)⁻¹y, as far as `on` knows Φ. */
  predict?(inputs: Float64Array, run: Run): Promise<Float64Array>;
  /** The law of h at training example `index`, 0-based, in a hidden layer (the last when not given); absent where the theory has none to show. */
  preactivation?(index: number, run: Run, layer?: number): Promise<Preactivation>;
  /** How alike networks are that share a source, from the first hidden layer to the last; absent, or undefined, where the theory does not know. */
  overlaps?(): readonly LayerOverlap[] | undefined;
  /** How it came about; absent where the theory knows no time. */
  history?(run: Run): Promise<History>;
  [Symbol.dispose](): void;
}

/** The parameters that a theory uses, by the names that a sheet gives them (`weight_decay`). */
export interface TheoryParameters {
  /** Of a source kernel. */
  readonly source: ValueParameters;
  /** Of a target kernel: what may differ from the source, and what only targets have. */
  readonly target: ValueParameters;
}

/** One theory. Points of a sweep come together so that they can share a batch; each yields its own kernel or problem. */
export interface Theory<Own = unknown> {
  readonly name: string;
  readonly parameters: TheoryParameters;
  /** Whether a target may go on with the readout of its source; where it is not said, targets draw theirs anew. */
  readonly keepsReadout?: boolean;
  source(backend: Backend, points: readonly SourcePoint<Own>[], run: Run): Promise<readonly (TrainedKernel | Problem)[]>;
  target(backend: Backend, points: readonly TargetPoint<Own>[], run: Run): Promise<readonly (TrainedKernel | Problem)[]>;
}
