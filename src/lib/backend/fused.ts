import type { Activation } from '$lib/base/activation';
import type { Matrix, RandomKey } from '$lib/backend/matrix';

/** The constants of a particle run, `theory.md` §2. `B` sweep points; a batch of 1 is shared by all of them. */
export interface ParticleProblem {
  readonly activation: Activation;
  /** X, [B or 1, P, D]. */
  readonly inputs: Matrix;
  /** y, [B or 1, P, 1]. */
  readonly labels: Matrix;
  /** X Xᵀ / D, [B or 1, P, P]. */
  readonly gram: Matrix;
  /** w̄, [B or 1, M, D]; absent for a source (then delta must be 0). */
  readonly anchor?: Matrix;
  /** One entry a sweep point: γ, T, δ, and how long its steps are as a share of `dt` (1 when not given). */
  readonly points: readonly { readonly gamma: number; readonly temperature: number; readonly delta: number; readonly pace?: number }[];
}

/** What a particle run changes in place. */
export interface ParticleState {
  /** w, [B, M, D]. */
  readonly weights: Matrix;
  /** Δ, [B, P, 1]. */
  readonly dual: Matrix;
}

/** The constants of a gradient flow of two-layer networks, `theory.md` §3. `B` sweep points; a batch of 1 is shared by all of them. */
export interface FlowProblem {
  readonly activation: Activation;
  /** X, [B or 1, P, D]. */
  readonly inputs: Matrix;
  /** y, [B or 1, P, 1]; what is to be subtracted from the output is added here. */
  readonly labels: Matrix;
  /** w̄, [B or 1, M, D]; absent when no point is coupled (then delta must be 0 or infinite). */
  readonly anchor?: Matrix;
  /** One entry a sweep point: γ, weight decay λ, δ. Infinite δ freezes the first layer where it is. */
  readonly points: readonly { readonly gamma: number; readonly decay: number; readonly delta: number }[];
}

/** What a gradient flow changes in place. */
export interface FlowState {
  /** w, [B, M, D]. */
  readonly weights: Matrix;
  /** v, [B, M, 1]. */
  readonly readout: Matrix;
}

/** A step in time and the evaluations of the force it is made of: see `chebyshev.ts`; 1 is an Euler step. */
export interface FlowStep {
  readonly dt: number;
  readonly stages: number;
}

/** A gradient flow under way. The state holds its result once all evaluations are handed over. */
export interface FlowRun {
  /** Evaluations of the force altogether: the most that one point takes. */
  readonly evaluations: number;
  /**
   * Hands over the next `count` of them, in pieces of no more than about a tenth of a second between which `yieldToDevice` is awaited. What it throws
   * ends the call between two pieces; the next call goes on from there, to the same numbers as if there had been no stop.
   */
  advance(count: number, yieldToDevice?: () => Promise<void>): Promise<void>;
  [Symbol.dispose](): void;
}

/** What two-layer networks descend on, `theory.md` §3 at width N. `B` networks; a batch of 1 is shared by all of them. */
export interface DescentProblem {
  readonly activation: Activation;
  /** X, [B or 1, P, D]. */
  readonly inputs: Matrix;
  /** y, [B or 1, P, 1]. */
  readonly labels: Matrix;
  /** Σ_i v_iφ_i at the start, which is taken off the outputs, [B, P, 1]. */
  readonly base: Matrix;
  /** w̄, [B, N, D]; absent where no network is coupled (delta must then be 0). */
  readonly anchor?: Matrix;
  /** One entry a network: γ, δ, λ, the length of its steps and how many it takes. */
  readonly points: readonly {
    readonly gamma: number;
    readonly delta: number;
    readonly weightDecay: number;
    readonly length: number;
    readonly count: number;
  }[];
}

/** What a descent changes in place. */
export interface DescentState {
  /** w, [B, N, D]. */
  readonly weights: Matrix;
  /** v, [B, N, 1]. */
  readonly readout: Matrix;
}

/** Steps of networks and particles, each fused into few passes over memory, whose every number `reference` makes in plain loops. */
export interface FusedSteps {
  /**
   * `count` semi-implicit steps of length `dt` of the mean-field Langevin dynamics, in place; Δ is solved anew in each.
   * Step number `key.step + i` draws the noise of step i: normals [M, D] from the key, the same for every batch entry.
   * `average`, when given, gathers Σ over the steps of Δ ([B, P, 1], added to what it holds).
   * `yieldToDevice` is awaited between the parts of a step; what it throws ends the run there, and leaves the state half-way. Without it all is handed
   * over before this returns.
   */
  particleSteps(
    problem: ParticleProblem,
    state: ParticleState,
    dt: number,
    count: number,
    key: RandomKey,
    average?: Matrix,
    yieldToDevice?: () => Promise<void>,
  ): Promise<void>;

  /**
   * The gradient flow of `theory.md` §3 from `state`: `steps[b]` are those of sweep point b, which owes nothing to the others.
   * f(x) = (1/γM) Σ v φ(h). `path`, [B, M, 1], has Σ over steps of (|Δw|² + Δv²)/dt added for each neuron, the squared speed integrated.
   */
  flow(problem: FlowProblem, state: FlowState, steps: readonly (readonly FlowStep[])[], path?: Matrix): FlowRun;

  /**
   * Steps `first … first + count − 1` of the gradient descent of two-layer networks, in place: with f = (1/(γN)) (Σvφ − base), Δ = y − f,
   * ẇ_i = γ v_i Σ_μ Δ_μ φ′_iμ x_μ/√D − λw_i − δ(w_i − w̄_i), v̇_i = γ Σ_μ Δ_μ φ_iμ − λv_i, the linear terms exactly (`linearStep`). A network
   * that has taken its `count` steps stands still. Answers, [B, 1, 1], after how many steps Δ was first not a finite number, or −1.
   */
  descend(problem: DescentProblem, state: DescentState, first: number, count: number): Matrix;
}
