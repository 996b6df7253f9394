import { uniforms } from '$lib/base/philox';
import { streamOf, streams } from '$lib/base/random';
import type { Backend, Matrix, RandomKey } from '$lib/backend/backend';
import { normalsOf } from '$lib/theory/common/stack';
import {
  centresOf,
  disposeState,
  restingEnergies,
  spreadsOf,
  squares,
  stateUnless,
  stay,
  weightsOf,
  type Prior,
  type State,
} from '$lib/theory/networks/chain-state';
import { evaluateUnless } from '$lib/theory/networks/evaluate-unless';
import { flipped, isOdd } from '$lib/theory/networks/flips';
import type { Member } from '$lib/theory/networks/member';
import type { Evaluation, Posterior } from '$lib/theory/networks/posterior';
import type { Stopped } from '$lib/theory/networks/stopped';

/** Steps of a trajectory, and the longest: then a trajectory turns the prior by a quarter, which forgets where it began. */
const turns = 10;
const longest = Math.PI / 2 / turns;
/** Acceptance that the step is adapted to during burn-in. */
const wanted = 0.8;

/** Keys of a network's random numbers in one stage: the layer has a stream, the step counts within it; targets begin at 2³¹. */
export const keysOf = (members: readonly Member[], stage: number, purpose: number, step: number, layer: number): readonly RandomKey[] => {
  const stream = streamOf(purpose, layer + 64 * Math.max(0, stage - 1));
  return members.map(({ seed }) => ({ seed, stream, step: (step + (stage > 0 ? 2 ** 31 : 0)) >>> 0 }));
};

/**
 * Chains w ~ p(w) of a `Posterior`, one a network: kinetic Langevin dynamics of underdamped trajectories with Metropolis's test at the end
 * of each (hybrid Monte Carlo: Duane, Kennedy, Pendleton and Roweth 1987), so that no step is too long to be right, only too long to be
 * accepted. The Gaussian part is exact: with w = κw̄ + u/√(1+δ) and momenta p, both N(0, 1) before data, a step is half a kick by V, a
 * rotation of (u, p) by the angle ε, half a kick; nothing of it grows stiff with δ. Each network's ε is adapted to its own acceptance
 * during burn-in and then kept. Deep targets of odd φ flip neurons before each trajectory (`flips.ts`). Noise is indexed by (seed, trajectory).
 */
export class Chain {
  readonly #backend: Backend;
  readonly #posterior: Posterior;
  readonly #members: readonly Member[];
  readonly #stage: number;
  readonly #prior: Prior;
  #state: State;
  readonly angles: number[];
  /** Neurons flipped so far. */
  readonly flips: number[];
  #trajectory = 0;

  private constructor(
    backend: Backend,
    posterior: Posterior,
    { members, stage }: { readonly members: readonly Member[]; readonly stage: number },
    prior: Prior,
    state: State,
  ) {
    this.#backend = backend;
    this.#posterior = posterior;
    this.#members = members;
    this.#stage = stage;
    this.#prior = prior;
    this.#state = state;
    this.angles = members.map(() => longest / 2);
    this.flips = members.map(() => 0);
  }

  /**
   * From u of every layer, [B, N, D] and then [B, N, N], copied, around κw̄ for anchors w̄ of the same shapes, which are borrowed as long as the
   * chain lives. `stage`: 0 a source, 1 its target, and so on. Undefined where it was stopped.
   */
  static async start(
    backend: Backend,
    posterior: Posterior,
    of: { readonly members: readonly Member[]; readonly stage: number },
    u: readonly Matrix[],
    anchors: readonly Matrix[] | undefined,
    stopped: Stopped,
  ): Promise<Chain | undefined> {
    if (await stopped()) return undefined;
    const deltas = of.members.map(({ delta }) => delta);
    const centres = anchors && centresOf(backend, deltas, anchors);
    const prior: Prior = { deltas, ...(anchors && centres && { anchors, centres }) };
    const state = await stateUnless(
      stopped,
      backend,
      posterior,
      prior,
      u.map((matrix) => backend.combine([[1, matrix]])),
    );
    if (state) return new Chain(backend, posterior, of, prior, state);
    for (const matrix of centres ?? []) matrix[Symbol.dispose]();
    return undefined;
  }

  /** w of every layer; borrowed until the next trajectory. */
  get weights(): readonly Matrix[] {
    return this.#state.weights;
  }

  get evaluation(): Evaluation {
    return this.#state.at;
  }

  /** Whether a network's energy is a number. */
  sound(member: number): boolean {
    return Number.isFinite(this.#state.energies[member]);
  }

  /**
   * One trajectory of every network; answers which were accepted. `stopped` is asked in and between its steps: where it says so the trajectory is
   * given up, as if it had not begun, and the answer is undefined; the next one is the same again.
   */
  async trajectory(adapt: boolean, stopped: Stopped): Promise<readonly boolean[] | undefined> {
    const number = this.#trajectory;
    const before = await this.#flipped(stopped);
    if (!before) return undefined;
    const chances = this.#keys(streams.networkChance).map((one) => uniforms(2, one));
    const angles = this.angles.map((angle, b) => angle * (0.8 + 0.4 * chances[b]![0]!));
    const moved = await this.#moved(before.state, angles, stopped);
    if (!moved) {
      if (before.state !== this.#state) disposeState(before.state);
      return undefined;
    }
    this.#trajectory++;
    before.flips.forEach((count, b) => (this.flips[b]! += count));
    const { state, kinetic } = moved;
    const probability = Array.from(state.energies, (energy, b) => {
      const ratio = Math.exp(-0.5 * (energy + kinetic.after[b]! - before.state.energies[b]! - kinetic.before[b]!));
      return Number.isNaN(ratio) ? 0 : Math.min(1, ratio);
    });
    const accepted = probability.map((value, b) => chances[b]![1]! < value);
    accepted.forEach((yes, b) => {
      if (!yes) stay(this.#backend, before.state, state, b);
    });
    if (before.state !== this.#state) disposeState(before.state);
    disposeState(this.#state);
    this.#state = state;
    if (adapt) this.#adapt(number, probability);
    return accepted;
  }

  [Symbol.dispose](): void {
    disposeState(this.#state);
    for (const matrix of this.#prior.centres ?? []) matrix[Symbol.dispose]();
  }

  #keys(purpose: number, layer = 0): readonly RandomKey[] {
    return keysOf(this.#members, this.#stage, purpose, this.#trajectory, layer);
  }

  /** The state with some neurons flipped, or the state itself; undefined where it was stopped. */
  async #flipped(stopped: Stopped): Promise<{ readonly state: State; readonly flips: readonly number[] } | undefined> {
    const [backend, { activation, inputs }, prior] = [this.#backend, this.#posterior, this.#prior];
    const same = { state: this.#state, flips: this.flips.map(() => 0) };
    if (this.#state.weights.length === 1 || !isOdd(activation)) return same;
    const key = (layer: number): readonly RandomKey[] => this.#keys(streams.networkFlip, layer);
    const found = await flipped(backend, { activation, inputs, key }, prior, this.#state.weights);
    if (!found) return same;
    // u = √(1+δ)(w − κw̄).
    const stiff = prior.deltas.map((delta) => (delta < Infinity ? Math.sqrt(1 + delta) : 0));
    const u = found.weights.map((matrix, layer) => {
      const centre = prior.centres![layer]!;
      return backend.combine([
        [stiff, matrix],
        [stiff.map((value) => -value), centre],
      ]);
    });
    for (const matrix of found.weights) matrix[Symbol.dispose]();
    const state = await stateUnless(stopped, backend, this.#posterior, prior, u);
    if (!state) return undefined;
    found.flips.forEach((count, b) => {
      // Those that did not flip keep their numbers to the last bit, whoever shares their batch.
      if (count === 0) stay(backend, this.#state, state, b);
    });
    return { state, flips: found.flips };
  }

  /** The end of a trajectory from `from`, of which nothing is taken, and |p|² at both ends; undefined where it was stopped. */
  async #moved(
    from: State,
    angles: readonly number[],
    stopped: Stopped,
  ): Promise<{ readonly state: State; readonly kinetic: { readonly before: Float64Array; readonly after: Float64Array } } | undefined> {
    const backend = this.#backend;
    const spreads = spreadsOf(this.#prior);
    const [c, s] = [angles.map(Math.cos), angles.map(Math.sin)];
    let p = from.u.map((matrix, layer) => normalsOf(backend, matrix, this.#keys(streams.networkMomentum, layer)));
    if (await stopped()) {
      dispose(p);
      return undefined;
    }
    const before = await squares(backend, p);
    let u: readonly Matrix[] = from.u.map((matrix) => backend.combine([[1, matrix]]));
    let { weights, at } = from;
    const kick = (share: number): void => {
      const old = p;
      p = old.map((matrix, layer) =>
        backend.combine([
          [1, matrix],
          [angles.map((angle, b) => -share * angle * spreads[b]!), at.gradients[layer]!],
        ]),
      );
      dispose(old);
    };
    kick(0.5);
    for (let turn = 0; turn < turns; turn++) {
      const [place, pace] = [u, p];
      u = place.map((matrix, layer) => rotated(backend, matrix, pace[layer]!, c, s));
      p = pace.map((matrix, layer) => rotated(backend, matrix, place[layer]!, c, minus(s)));
      dispose([...place, ...pace]);
      if (turn > 0) {
        dispose(weights);
        at[Symbol.dispose]();
      }
      weights = weightsOf(backend, this.#prior, u);
      const next = await evaluateUnless(stopped, backend, this.#posterior, weights);
      if (next) {
        at = next;
        kick(turn + 1 < turns ? 1 : 0.5);
        if (!(await stopped())) continue;
        at[Symbol.dispose]();
      }
      dispose([...u, ...p, ...weights]);
      return undefined;
    }
    const energies = await restingEnergies(backend, at, u);
    const after = await squares(backend, p);
    dispose(p);
    return { state: { u, weights, at, energies }, kinetic: { before, after } };
  }

  /** Robbins and Monro: the logarithm of ε follows the acceptance with steps that shrink. */
  #adapt(number: number, probability: readonly number[]): void {
    const rate = 1 / Math.sqrt(1 + number / 4);
    probability.forEach((value, b) => {
      this.angles[b] = Math.min(longest, this.angles[b]! * Math.exp(rate * (value - wanted)));
    });
  }
}

const dispose = (matrices: readonly Matrix[]): void => {
  for (const matrix of matrices) matrix[Symbol.dispose]();
};

const minus = (values: readonly number[]): number[] => values.map((value) => -value);

/** c a + s b. */
const rotated = (backend: Backend, a: Matrix, b: Matrix, c: readonly number[], s: readonly number[]): Matrix =>
  backend.combine([
    [c, a],
    [s, b],
  ]);
