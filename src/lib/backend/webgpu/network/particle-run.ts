import type { Matrix, ParticleProblem, ParticleState, RandomKey } from '$lib/backend/backend';
import { seedWords } from '$lib/base/philox';
import type { Context } from '../context';
import { factorInPlace } from '../linalg/cholesky';
import { substituteInPlace } from '../linalg/substitution';
import { own, type GpuMatrix } from '../matrix';
import { numbersIn } from '../rows';
import { featuresInto } from './features';
import { lanes, particleKernels } from './particle-kernels';
import { ParticlePoint, pointValues, type ParticleSizes } from './particle-sizes';

/** Sides of the register tiles. */
const tileSide = 8;
/** Particles a share of the sum over particles has at least, and invocations that keep a GPU busy. */
const smallestShare = 64;
const busy = 8192;

/** The stages of a step, each one or two dispatches, and what they need besides the state: made once, given back at the end. */
export class ParticleRun {
  readonly #context: Context;
  readonly #problem: ParticleProblem;
  readonly #state: ParticleState;
  readonly #sizes: ParticleSizes;
  /** Tiles of the lower triangle of the system, and the shares into which the sum over particles is cut. */
  readonly #tiles: number;
  readonly #shares: number;
  readonly #points: GpuMatrix;
  readonly #values: GpuMatrix;
  readonly #slopes: GpuMatrix;
  readonly #projections: GpuMatrix;
  readonly #partial: GpuMatrix;
  readonly #system: GpuMatrix;
  readonly #status: GpuMatrix;

  constructor(context: Context, problem: ParticleProblem, state: ParticleState, sizes: ParticleSizes, dt: number) {
    const { batch, particles, examples } = sizes;
    this.#context = context;
    this.#problem = problem;
    this.#state = state;
    this.#sizes = sizes;
    const side = Math.ceil(examples / tileSide);
    this.#tiles = (side * (side + 1)) / 2;
    // Enough invocations for the machine, also where there are few tiles.
    this.#shares = Math.max(1, Math.min(Math.ceil(busy / (this.#tiles * batch)), Math.ceil(particles / smallestShare)));
    this.#points = context.upload({ batch, rows: 1, columns: numbersIn(ParticlePoint) }, pointValues(problem, dt));
    this.#values = context.empty({ batch, rows: particles, columns: examples });
    this.#slopes = context.empty({ batch, rows: particles, columns: examples });
    this.#projections = context.empty({ batch, rows: particles, columns: 1 });
    this.#partial = context.empty({ batch: batch * this.#shares, rows: examples, columns: examples });
    this.#system = context.empty({ batch, rows: examples, columns: examples });
    this.#status = context.empty({ batch, rows: 1, columns: 1 });
  }

  /** The exact Gaussian part, w → w°, with the noise of `key`. */
  diffuse(key: RandomKey): void {
    const { batch, particles, dimension } = this.#sizes;
    const { weights } = this.#state;
    const { anchor } = this.#problem;
    const [seedLow, seedHigh] = seedWords(key.seed);
    const elements = particles * dimension;
    this.#context.dispatch(
      particleKernels.diffuse(anchor !== undefined),
      { points: this.#points, anchor: anchor ?? this.#points, weights },
      { elements, batch, step: key.step, stream: key.stream, seedLow, seedHigh },
      this.#context.grid(Math.ceil(elements / 4), lanes.diffuse),
      elements * (64 + 6 * batch),
    );
  }

  /** φ° and φ′° at w°. */
  features(): void {
    featuresInto(this.#context, this.#problem.activation, this.#state.weights, this.#problem.inputs, this.#values, this.#slopes);
  }

  /** s = Δ·φ° of every particle. */
  project(): void {
    const { batch, particles, examples } = this.#sizes;
    this.#context.dispatch(
      particleKernels.project(),
      { values: this.#values, dual: this.#state.dual, projections: this.#projections },
      { particles, examples, batch },
      this.#context.grid(particles * batch, lanes.project),
      2 * particles * examples * batch,
    );
  }

  /** The system Φ° + bB + T I, and y in Δ. */
  assemble(): void {
    const { batch, particles, examples } = this.#sizes;
    const shares = this.#shares;
    const tiles = this.#tiles;
    this.#context.dispatch(
      particleKernels.assemble(),
      {
        values: this.#values,
        slopes: this.#slopes,
        projections: this.#projections,
        gram: this.#problem.gram,
        points: this.#points,
        partial: this.#partial,
      },
      { particles, examples, batch, shares, shareSize: Math.ceil(particles / shares), tiles },
      this.#context.grid(tiles * shares * batch, lanes.assemble),
      2 * particles * examples * examples * batch,
    );
    const quads = examples * Math.ceil(examples / 4);
    this.#context.dispatch(
      particleKernels.sumShares(),
      {
        partial: this.#partial,
        points: this.#points,
        labels: this.#problem.labels,
        system: this.#system,
        dual: this.#state.dual,
        status: this.#status,
      },
      { examples, shares },
      [...this.#context.grid(quads, 64), batch],
      examples * examples * shares * batch,
    );
  }

  /** Δ′ in place of y. A system that is not positive definite gives not-a-number. */
  solve(): void {
    factorInPlace(this.#context, this.#system, this.#status);
    substituteInPlace(this.#context, this.#system, own(this.#state.dual), 'both');
  }

  /** w = w° + b (Δ′·φ°) Xᵀ(Δ′∘φ′°)/√D; `project` with Δ′ comes before. */
  kick(): void {
    const { batch, particles, examples, dimension } = this.#sizes;
    const tiles = Math.ceil(dimension / tileSide) * Math.ceil(particles / tileSide);
    this.#context.dispatch(
      particleKernels.kick(),
      {
        slopes: this.#slopes,
        projections: this.#projections,
        dual: this.#state.dual,
        inputs: this.#problem.inputs,
        points: this.#points,
        weights: this.#state.weights,
      },
      { particles, examples, dimension, scale: 1 / Math.sqrt(dimension) },
      [...this.#context.grid(tiles, lanes.kick), batch],
      2 * particles * examples * dimension * batch,
    );
  }

  /** average += Δ. */
  accumulate(average: Matrix): void {
    const { elements } = own(average);
    this.#context.dispatch(
      particleKernels.accumulate(),
      { dual: this.#state.dual, average },
      { elements },
      this.#context.grid(elements, 64),
      elements,
    );
  }

  [Symbol.dispose](): void {
    for (const matrix of [this.#points, this.#values, this.#slopes, this.#projections, this.#partial, this.#system, this.#status]) {
      matrix[Symbol.dispose]();
    }
  }
}
