import { uniforms } from '$lib/base/philox';
import { streams } from '$lib/base/random';
import type { Backend, Matrix } from '$lib/backend/backend';
import { normalsOf } from '$lib/theory/common/stack';
import type { Member } from '$lib/theory/networks/member';
import { evaluateUnless, type Evaluation, type Posterior, type Stopped } from '$lib/theory/networks/posterior';

/** Steps of a trajectory, and the longest: then a trajectory turns the prior by a quarter, which forgets where it began. */
const turns = 10;
const longest = Math.PI / 2 / turns;
/** Acceptance that the step is adapted to during burn-in. */
const wanted = 0.8;

/**
 * Chains w ~ p(w) of a `Posterior`, one a network: kinetic Langevin dynamics of underdamped trajectories with Metropolis's test at the end
 * of each (hybrid Monte Carlo: Duane, Kennedy, Pendleton and Roweth 1987), so that no step is too long to be right, only too long to be
 * accepted. The Gaussian part is exact: with w = κw̄ + u/√(1+δ) and momenta p, both N(0, 1) before data, a step is half a kick by V, a
 * rotation of (u, p) by the angle ε, half a kick; nothing of it grows stiff with δ. Each network's ε is adapted to its own acceptance
 * during burn-in and then kept. Noise is indexed by (seed, trajectory).
 */
export class Chain {
  readonly #backend: Backend;
  readonly #posterior: Posterior;
  readonly #members: readonly Member[];
  readonly #streamOffset: number;
  /** u [B, N, D]; κw̄ [B, N, D] where there is a source. */
  #u: Matrix;
  readonly #centre: Matrix | undefined;
  #weights: Matrix;
  #at: Evaluation;
  /** H without momenta: 2V + |u|². */
  #energies: Float64Array;
  readonly angles: number[];
  #trajectory = 0;

  private constructor(
    backend: Backend,
    posterior: Posterior,
    members: readonly Member[],
    u: Matrix,
    centre: Matrix | undefined,
    weights: Matrix,
    at: Evaluation,
    energies: Float64Array,
  ) {
    this.#backend = backend;
    this.#posterior = posterior;
    this.#members = members;
    this.#streamOffset = centre ? 2 ** 31 : 0;
    this.#u = u;
    this.#centre = centre;
    this.#weights = weights;
    this.#at = at;
    this.#energies = energies;
    this.angles = members.map(() => longest / 2);
  }

  /** From u [B, N, D], which is the chain's from then on, around κw̄ for anchors w̄ [B, N, D]; undefined, and u not its, where it was stopped. */
  static async start(
    backend: Backend,
    posterior: Posterior,
    members: readonly Member[],
    u: Matrix,
    anchors: Matrix | undefined,
    stopped: Stopped,
  ): Promise<Chain | undefined> {
    if (await stopped()) return undefined;
    const centre = anchors && backend.combine([[members.map(({ delta }) => kappaOf(delta)), anchors]]);
    const weights = weightsOf(backend, members, u, centre);
    const at = await evaluateUnless(stopped, backend, posterior, weights);
    if (!at || (await stopped())) {
      for (const made of [centre, weights, at]) made?.[Symbol.dispose]();
      return undefined;
    }
    return new Chain(backend, posterior, members, u, centre, weights, at, await restingEnergies(backend, at, u));
  }

  /** w, [B, N, D]; borrowed until the next trajectory. */
  get weights(): Matrix {
    return this.#weights;
  }

  get evaluation(): Evaluation {
    return this.#at;
  }

  /** Whether a network's energy is a number. */
  sound(member: number): boolean {
    return Number.isFinite(this.#energies[member]);
  }

  /**
   * One trajectory of every network; answers which were accepted. `stopped` is asked in and between its steps: where it says so the trajectory is
   * given up, as if it had not begun, and the answer is undefined; the next one is the same again.
   */
  async trajectory(adapt: boolean, stopped: Stopped): Promise<readonly boolean[] | undefined> {
    const backend = this.#backend;
    const number = this.#trajectory;
    const key = (stream: number) => this.#members.map(({ seed }) => ({ seed, stream, step: (number + this.#streamOffset) >>> 0 }));
    const chances = key(streams.networkChance).map((one) => uniforms(2, one));
    const angles = this.angles.map((angle, b) => angle * (0.8 + 0.4 * chances[b]![0]!));
    const spread = this.#members.map(({ delta }) => 1 / Math.sqrt(1 + delta));
    let p = normalsOf(backend, this.#u, key(streams.networkMomentum));
    if (await stopped()) {
      p[Symbol.dispose]();
      return undefined;
    }
    const before = await kinetic(backend, p);
    let u = backend.combine([[1, this.#u]]);
    let weights = this.#weights;
    let at = this.#at;
    const replace = (old: Matrix, made: Matrix): Matrix => {
      old[Symbol.dispose]();
      return made;
    };
    const kick = (share: number): void => {
      p = replace(
        p,
        backend.combine([
          [1, p],
          [angles.map((angle, b) => -share * angle * spread[b]!), at.gradient],
        ]),
      );
    };
    kick(0.5);
    for (let turn = 0; turn < turns; turn++) {
      const [c, s] = [angles.map(Math.cos), angles.map(Math.sin)];
      const moved = backend.combine([
        [c, u],
        [s, p],
      ]);
      p = replace(
        p,
        backend.combine([
          [c, p],
          [s.map((value) => -value), u],
        ]),
      );
      u = replace(u, moved);
      if (turn > 0) {
        weights[Symbol.dispose]();
        at[Symbol.dispose]();
      }
      weights = weightsOf(backend, this.#members, u, this.#centre);
      const next = await evaluateUnless(stopped, backend, this.#posterior, weights);
      if (next) {
        at = next;
        kick(turn + 1 < turns ? 1 : 0.5);
        if (!(await stopped())) continue;
        at[Symbol.dispose]();
      }
      for (const made of [u, p, weights]) made[Symbol.dispose]();
      return undefined;
    }
    this.#trajectory++;
    const energies = await restingEnergies(backend, at, u);
    const after = await kinetic(backend, p);
    p[Symbol.dispose]();
    const probability = Array.from(energies, (energy, b) => {
      const ratio = Math.exp(-0.5 * (energy + after[b]! - this.#energies[b]! - before[b]!));
      return Number.isNaN(ratio) ? 0 : Math.min(1, ratio);
    });
    const accepted = probability.map((value, b) => chances[b]![1]! < value);
    this.#take(accepted, u, weights, at, energies);
    if (adapt) this.#adapt(number, probability);
    return accepted;
  }

  [Symbol.dispose](): void {
    for (const matrix of [this.#u, this.#centre, this.#weights, this.#at]) matrix?.[Symbol.dispose]();
  }

  /** The proposal becomes the state, but for the networks that stay where they were. */
  #take(accepted: readonly boolean[], u: Matrix, weights: Matrix, at: Evaluation, energies: Float64Array): void {
    const pairs: readonly [Matrix, Matrix][] = [
      [this.#u, u],
      [this.#weights, weights],
      ...(['values', 'inverse', 'dual', 'gradient', 'energy'] as const).map((name): [Matrix, Matrix] => [this.#at[name], at[name]]),
    ];
    accepted.forEach((yes, b) => {
      if (yes) return;
      for (const [old, made] of pairs) {
        using entry = this.#backend.slice(old, b);
        this.#backend.copy(entry, made, b);
      }
      energies[b] = this.#energies[b]!;
    });
    this.#u[Symbol.dispose]();
    this.#weights[Symbol.dispose]();
    this.#at[Symbol.dispose]();
    [this.#u, this.#weights, this.#at, this.#energies] = [u, weights, at, energies];
  }

  /** Robbins and Monro: the logarithm of ε follows the acceptance with steps that shrink. */
  #adapt(number: number, probability: readonly number[]): void {
    const rate = 1 / Math.sqrt(1 + number / 4);
    probability.forEach((value, b) => {
      this.angles[b] = Math.min(longest, this.angles[b]! * Math.exp(rate * (value - wanted)));
    });
  }
}

export const kappaOf = (delta: number): number => (delta === Infinity ? 1 : delta / (1 + delta));

/** w = κw̄ + u/√(1+δ). */
const weightsOf = (backend: Backend, members: readonly Member[], u: Matrix, centre: Matrix | undefined): Matrix =>
  backend.combine([[members.map(({ delta }) => 1 / Math.sqrt(1 + delta)), u], ...(centre ? [[1, centre] as const] : [])]);

const kinetic = async (backend: Backend, p: Matrix): Promise<Float64Array> => {
  using square = backend.dot(p, p);
  return await backend.read(square);
};

const restingEnergies = async (backend: Backend, at: Evaluation, u: Matrix): Promise<Float64Array> => {
  using square = backend.dot(u, u);
  using energy = backend.combine([
    [1, at.energy],
    [1, square],
  ]);
  return await backend.read(energy);
};
