import type { Backend, Matrix, ParticleProblem, ParticleState, RandomKey } from '$lib/backend/backend';
import { streamOf, streams } from '$lib/base/random';
import type { EnsemblePoint } from '$lib/theory/bayes/ensemble-point';
import { annealed, lazyDual, problemOf, startOf } from '$lib/theory/bayes/ensemble-start';
import { balance, escapes, strainFigure, virialFigure, type Balance } from '$lib/theory/bayes/virial';
import { burn, pace, type ScheduleStage } from '$lib/theory/bayes/schedule';
import { rankOf } from '$lib/theory/bayes/spectrum';
import { gather, stackMatrices } from '$lib/theory/common/stack';
import { Owned } from '$lib/theory/owned';
import type { Slices } from '$lib/theory/slices';

export type { Anchor, EnsemblePoint } from '$lib/theory/bayes/ensemble-point';

/** What the last stage of a run gathered, for all points of the batch. */
export interface Gathered {
  /** Samples of the law, each [B, M, D]. */
  readonly snapshots: readonly Matrix[];
  /** At the same times the control variates: particles of the same noise without feature learning, each [B, M, D] or [1, M, D]. */
  readonly controlVariates: readonly Matrix[];
  /** Time average of the Δ that drove the particles, [B, P, 1]. */
  readonly dual: Matrix;
  /** How well the virial identity holds at each point, 1 for the right law (`virial.ts`). */
  readonly virials: readonly number[];
  /** The same as a share of what is smaller, spread or rank: whether more steps are worth their time (`virial.ts`). */
  readonly strains: readonly number[];
  /** Whether a particle got beyond the barrier that keeps it near the prior (quadratic activation only). */
  readonly escaped: readonly boolean[];
}

/**
 * M particles a sweep point under the semi-implicit mean-field Langevin dynamics of `theory.md` §2, all points as one batch
 * [B, M, D] with equal shapes, activation and seed, the same noise for all. No point is affected by the others.
 */
export class ParticleEnsemble {
  readonly backend: Backend;
  readonly points: readonly EnsemblePoint[];
  readonly particles: number;
  readonly #problem: ParticleProblem;
  readonly #state: ParticleState;
  /** Particles under the same noise with γ = 0: [B, M, D] for targets, [1, M, D] for sources (which then differ in nothing). */
  #controlVariate: Matrix;
  readonly #controlAnchor: Matrix | undefined;
  /** Ranks of the training inputs of the points. */
  readonly #ranks: readonly number[];
  /** Steps taken so far; numbers the noise. */
  #step: number;

  private constructor(
    backend: Backend,
    points: readonly EnsemblePoint[],
    problem: ParticleProblem,
    state: ParticleState,
    controlVariate: Matrix,
    step: number,
  ) {
    this.#controlVariate = controlVariate;
    const anchors = points.map(({ anchor }) => anchor?.controlVariate).filter((anchor) => anchor !== undefined);
    this.#controlAnchor = anchors.length > 0 ? stackMatrices(backend, anchors) : undefined;
    this.#ranks = points.map(({ task }) => rankOf(task));
    this.backend = backend;
    this.points = points;
    this.particles = state.weights.rows;
    this.#problem = problem;
    this.#state = state;
    this.#step = step;
  }

  get steps(): number {
    return this.#step;
  }

  /** Labels, [B or 1, P, 1]; borrowed. */
  get labels(): Matrix {
    return this.#problem.labels;
  }

  /** Inputs, [B or 1, P, D]; borrowed. */
  get inputs(): Matrix {
    return this.#problem.inputs;
  }

  /**
   * Particles from the prior (a source), or from the conditional prior N(κw̄, 1/(1+δ)) around their anchors (a target). `yielding` is the backend
   * that it yields to between the parts of that; what this throws leaves nothing behind.
   */
  static async start(
    backend: Backend,
    yielding: Backend,
    points: readonly EnsemblePoint[],
    particles: number,
    annealing = 0,
  ): Promise<ParticleEnsemble> {
    const [first] = points;
    if (!first) throw new Error('an ensemble needs a point');
    await yielding.yieldToDevice();
    using made = new Owned();
    const shape = { batch: points.length, rows: particles, columns: first.task.dimension };
    const stream = first.anchor ? streamOf(streams.targetStart, first.anchor.stage) : streams.sourceStart;
    using noise = backend.normal(shape, { seed: first.parameters.seed, stream, step: 0 });
    await yielding.yieldToDevice();
    const problem = problemOf(backend, points, made);
    const { weights, controlVariate } = startOf(backend, points, problem, noise, made);
    await yielding.yieldToDevice();
    const dual = made.keep(await lazyDual(backend, yielding, annealed(problem, annealing), weights));
    const started = new ParticleEnsemble(backend, points, problem, { weights, dual }, controlVariate, 0);
    made.handOver();
    return started;
  }

  /** Another ensemble that goes on from given particles and control variates, [B, M′, D] (handed over), at the same step number. */
  static async resume(
    backend: Backend,
    yielding: Backend,
    points: readonly EnsemblePoint[],
    weights: Matrix,
    controlVariate: Matrix,
    step: number,
  ): Promise<ParticleEnsemble> {
    using made = new Owned();
    for (const given of [weights, controlVariate]) made.keep(given);
    const problem = problemOf(backend, points, made);
    const dual = made.keep(await lazyDual(backend, yielding, problem, weights));
    const resumed = new ParticleEnsemble(backend, points, problem, { weights, dual }, controlVariate, step);
    made.handOver();
    return resumed;
  }

  /** Some of the points alone, going on from where they are. */
  select(indices: readonly number[]): ParticleEnsemble {
    const pick = (matrix: Matrix): Matrix => gather(this.backend, matrix, indices);
    const points = indices.map((index) => this.points[index]).filter((point) => point !== undefined);
    const state = { weights: pick(this.#state.weights), dual: pick(this.#state.dual) };
    const controlVariate = this.#controlVariate.batch === 1 ? this.backend.slice(this.#controlVariate, 0, 1) : pick(this.#controlVariate);
    using made = new Owned();
    const problem = problemOf(this.backend, points, made);
    made.handOver();
    return new ParticleEnsemble(this.backend, points, problem, state, controlVariate, this.#step);
  }

  /** A stage of steps, in slices. */
  async advance({ dt, count, annealing = 0 }: ScheduleStage, slices: Slices, average?: Matrix): Promise<void> {
    await slices.run(`steps ${this.points.length} × ${this.particles}`, count, this.points.length * this.particles, (_first, some) =>
      this.#take(slices.backend, dt, some, average, annealing),
    );
  }

  /** The last stage: lets a part pass, then averages Δ and keeps samples at equal distances. */
  async gather(stage: ScheduleStage, snapshots: number, slices: Slices): Promise<Gathered> {
    const { backend } = this;
    const passing = Math.round(burn * stage.count);
    await this.advance({ dt: stage.dt, count: passing }, slices);
    const every = Math.max(1, Math.floor((stage.count - passing) / snapshots));
    using sum = backend.zeros({ batch: this.points.length, rows: this.#state.dual.rows, columns: 1 });
    const kept: Matrix[] = [];
    const controlVariates: Matrix[] = [];
    const sums: Balance[] = [];
    const escaped = this.points.map(() => false);
    const excess = this.points.map(() => 0);
    const force = this.points.map(() => 0);
    try {
      for (let index = 0; index < snapshots; index++) {
        await this.advance({ dt: stage.dt, count: every - 1 }, slices, sum);
        const newest = await this.#midpointStep(slices.backend, stage.dt, sum);
        kept.push(newest);
        // The control variate moves to a new matrix at every step, so that a handle is as good as a copy.
        controlVariates.push(backend.slice(this.#controlVariate, 0, this.#controlVariate.batch));
        if (this.#problem.activation === 'quadratic')
          (await escapes(slices.backend, this.#problem, newest, this.#state.dual)).forEach((one, b) => (escaped[b] ||= one));
        const controlVariate = { weights: this.#controlVariate, anchor: this.#controlAnchor };
        sums.push(await balance(slices.backend, this.#problem, newest, this.#state.dual, controlVariate));
        await backend.settle();
        slices.tick(this.points.length * this.particles);
      }
      const size = snapshots * this.particles;
      for (const sum of sums) {
        (await backend.read(sum.excess)).forEach((value, b) => (excess[b] = (excess[b] ?? NaN) + value / size));
        (await backend.read(sum.force)).forEach((value, b) => (force[b] = (force[b] ?? NaN) + value / size));
      }
    } catch (error) {
      for (const sample of [...kept, ...controlVariates]) sample[Symbol.dispose]();
      throw error;
    } finally {
      for (const sum of sums) {
        sum.excess[Symbol.dispose]();
        sum.force[Symbol.dispose]();
      }
    }
    const virials = excess.map((value, b) => virialFigure(value, force[b] ?? NaN));
    const strains = excess.map((value, b) => strainFigure(value, force[b] ?? NaN, this.#ranks[b] ?? 1));
    return { snapshots: kept, controlVariates, dual: backend.combine([[1 / (every * snapshots), sum]]), virials, strains, escaped };
  }

  [Symbol.dispose](): void {
    this.#state.weights[Symbol.dispose]();
    this.#controlVariate[Symbol.dispose]();
    this.#controlAnchor?.[Symbol.dispose]();
    this.#state.dual[Symbol.dispose]();
    this.#problem.inputs[Symbol.dispose]();
    this.#problem.labels[Symbol.dispose]();
    this.#problem.gram[Symbol.dispose]();
    this.#problem.anchor?.[Symbol.dispose]();
  }

  async #take(yielding: Backend, dt: number, count: number, average?: Matrix, annealing = 0): Promise<void> {
    if (count === 0) return;
    const problem = annealed(this.#problem, annealing);
    await this.backend.particleSteps(problem, this.#state, dt, count, this.#key(0), average, () => yielding.yieldToDevice());
    for (let i = 0; i < count; i++) {
      await yielding.yieldToDevice();
      using noise = this.#noise(i);
      await yielding.yieldToDevice();
      const moved = this.#gaussianPart(dt, this.#controlVariate, noise, this.#controlAnchor);
      this.#controlVariate[Symbol.dispose]();
      this.#controlVariate = moved;
    }
    this.#step += count;
  }

  #key(ahead: number): RandomKey {
    return { seed: this.points[0]?.parameters.seed ?? 0, stream: this.#stream, step: this.#step + ahead };
  }

  #noise(ahead: number): Matrix {
    const { rows, columns } = this.#state.weights;
    return this.backend.normal({ rows, columns }, this.#key(ahead));
  }

  /** κw̄ + e(w − κw̄) + √((1−e²)/a) ξ, the exact part of a step, a = 1+δ, e = exp(−a dt). */
  #gaussianPart(dt: number, weights: Matrix, noise: Matrix, anchor: Matrix | undefined): Matrix {
    // A source's control variate is one for all points, which then have δ = 0 all.
    const deltas = anchor || weights.batch > 1 ? this.points.map(({ delta }) => delta) : [0];
    const elapsed = deltas.map((delta) => (1 + delta) * pace(delta) * dt);
    const decay = elapsed.map((time) => Math.exp(-time));
    const spread = deltas.map((delta, b) => Math.sqrt(-Math.expm1(-2 * (elapsed[b] ?? NaN)) / (1 + delta)));
    const pull = deltas.map((delta, b) => (delta / (1 + delta)) * -Math.expm1(-(elapsed[b] ?? NaN)));
    return this.backend.combine([[decay, weights], [spread, noise], ...(anchor ? ([[pull, anchor]] as const) : [])]);
  }

  get #stream(): number {
    const anchor = this.points[0]?.anchor;
    return anchor ? streamOf(streams.targetNoise, anchor.stage) : streams.sourceNoise;
  }

  /**
   * One step, and the particles half-way through its kick. A step is the exact Gaussian part and then the whole kick; seen from
   * the middle of the kick that is the symmetric splitting, whose law is right to second order in dt instead of first.
   * w° is made again from the same noise, for it is not kept by the step: the midpoint is (w° + w)/2.
   */
  async #midpointStep(yielding: Backend, dt: number, average: Matrix): Promise<Matrix> {
    const { backend } = this;
    const { weights } = this.#state;
    using noise = this.#noise(0);
    await yielding.yieldToDevice();
    using before = this.#gaussianPart(dt, weights, noise, this.#problem.anchor);
    await this.#take(yielding, dt, 1, average);
    return backend.combine([
      [0.5, before],
      [0.5, weights],
    ]);
  }
}
