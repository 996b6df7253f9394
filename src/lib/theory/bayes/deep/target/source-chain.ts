import type { Matrix, WalkerBackend } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import { bendOf, type Bend } from '$lib/theory/bayes/deep/target/bend';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { gramOf } from '$lib/theory/bayes/deep/target/gram';
import { fieldOn, Neurons, type Field } from '$lib/theory/bayes/deep/target/neurons';
import {
  combined,
  lowerFactor,
  outer,
  ridgeSolve,
  solveUpper,
  symmetric,
  times,
  transposed,
  type Small,
} from '$lib/theory/bayes/deep/target/small';
import { sourceStein } from '$lib/theory/bayes/deep/target/stein';
import { stir, type Stride } from '$lib/theory/bayes/deep/target/stir';
import { Owned } from '$lib/theory/owned';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** One more value of an average: a + (b − a)w. */
export const blend = (old: Small | undefined, now: Small, weight: number): Small =>
  !old || weight === 1 ? now : combined([1 - weight, old], [weight, now]);

const blank = (n: number): Small => new Float64Array(n * n);

/** Sums over the steps that were watched, layer by layer. */
interface Watched {
  steps: number;
  readonly virial: number[];
  /** ⟨zzᵀ⟩ since `moments` were asked for last. */
  moments: Small[];
  /** What the gradient form of A differs by from its moment form, in whitened units. */
  readonly gaps: Small[];
}

/**
 * Particles of a deep source in all its layers: Metropolis steps in the field of the moment, Φ, A and Δ anew at each, or averaged over time. A is
 * taken in the form sym(Φ⁻¹⟨h ∂gᵀ⟩), which has no φ″ (`deep-transfer.md`). Owns its neurons.
 */
export class SourceChain {
  readonly bend: Bend;
  readonly layers: readonly Neurons[];
  /** Φ of layers 0 … L. */
  readonly kernels: Small[];
  /** A of layers 1 … L, index 0 is layer 1. */
  readonly conjugates: Small[] = [];
  /** Δ that drives the neurons. */
  dual: Float64Array;
  readonly #task: Task;
  readonly #parameters: SourceParameters;
  readonly #beginning: number;
  readonly #breath: Breath;
  readonly #made = new Owned();
  readonly #seen: Watched;
  #step = 0;

  /** `beginning`: where its random numbers begin. */
  constructor(task: Task, parameters: SourceParameters, samples: number, beginning: number, breath: Breath) {
    const { trainLabels, trainInputs, dimension } = task;
    this.#task = task;
    this.#parameters = parameters;
    this.#beginning = beginning;
    this.#breath = breath;
    this.bend = bendOf(parameters.activation);
    const n = trainLabels.length;
    this.layers = Array.from({ length: parameters.depth }, () => this.#made.keep(new Neurons(breath.engine, this.bend, samples, 1, n)));
    this.kernels = [gramOf(trainInputs, trainInputs, dimension)];
    this.dual = new Float64Array(n);
    this.#seen = {
      steps: 0,
      virial: this.layers.map(() => 0),
      moments: this.layers.map(() => blank(n)),
      gaps: this.layers.map(() => blank(n)),
    };
  }

  get engine(): WalkerBackend {
    return this.#breath.engine;
  }

  get examples(): number {
    return this.dual.length;
  }

  /** The lower factor of Φ below layer l + 1. */
  factor(l: number): Small {
    return lowerFactor(this.kernels[l]!, this.examples);
  }

  /** The virial figure of every layer. */
  get virials(): readonly number[] {
    return this.#seen.virial.map((sum) => sum / this.#seen.steps);
  }

  /** By what the two forms of A differ, layer by layer. */
  get gaps(): readonly Small[] {
    return this.#seen.gaps.map((gap) => combined([1 / this.#seen.steps, gap]));
  }

  /** Σ⟨zzᵀ⟩ of every layer over the watched steps since this was asked for last. */
  moments(): readonly Small[] {
    const { moments } = this.#seen;
    this.#seen.moments = moments.map(() => blank(this.examples));
    return moments;
  }

  /** Kernels and conjugates of where the neurons are, with γ² as a share of what it is to be. */
  async begin(richness = 1): Promise<void> {
    await this.#take(undefined, { weight: 1, richness, watch: false });
  }

  /** One step of every layer. `weight`: 1 makes kernels and conjugates anew, less averages them; `richness`: γ² as a share of what it is to be. */
  async step(stride: Stride, how: { readonly weight: number; readonly richness?: number; readonly watch?: boolean }): Promise<void> {
    this.#step++;
    await this.#take(stride, { richness: 1, watch: false, ...how });
  }

  [Symbol.dispose](): void {
    this.#made[Symbol.dispose]();
  }

  async #take(
    stride: Stride | undefined,
    { weight, richness, watch }: { readonly weight: number; readonly richness: number; readonly watch: boolean },
  ): Promise<void> {
    const { engine, bend, layers, kernels, conjugates, examples } = this;
    const { gamma, temperature, seed, depth } = this.#parameters;
    const breath = this.#breath;
    const factors: Small[] = [];
    for (const [l, neurons] of layers.entries()) {
      const factor = this.factor(l);
      factors.push(factor);
      using field: Field = fieldOn(engine, bend, { factor, conjugate: conjugates[l] ?? blank(examples) });
      const draw = { seed, stream: streams.deepHeld + l, step: this.#beginning + this.#step };
      if (stride) await stir(neurons, field, stride, draw, breath, false);
      else neurons.place(field);
      const { values } = neurons.state;
      const [now] = await engine.outerMeans([[values, values]], () => breath.pause());
      kernels[l + 1] = blend(kernels[l + 1], now!, weight);
    }
    this.dual = ridgeSolve(kernels[depth]!, temperature, this.#task.trainLabels);
    conjugates[depth - 1] = outer(richness * gamma * gamma, this.dual);
    for (let l = depth - 1; l >= 0; l--) {
      await breath.pause();
      const neurons = layers[l]!;
      const factor = factors[l]!;
      using field: Field = fieldOn(engine, bend, { factor, conjugate: conjugates[l]! });
      using pulls = neurons.pull(field);
      const [along] = await engine.outerMeans([[neurons.state.z, pulls]], () => breath.pause());
      if (watch) await this.#watch(l, pulls, factor, along!);
      if (l > 0) conjugates[l - 1] = blend(conjugates[l - 1], symmetric(solveUpper(factor, along!, examples), examples), weight);
    }
    if (watch) this.#seen.steps++;
  }

  /** Virial, ⟨zzᵀ⟩, and RᵀAR of the layer below by its gradients less that by moments, added up. */
  async #watch(l: number, pulls: Matrix, factor: Small, along: Small): Promise<void> {
    const neurons = this.layers[l]!;
    const { n, state, engine } = neurons;
    const seen = this.#seen;
    const [found] = await engine.outerMeans([[state.z, state.z]], () => this.#breath.pause());
    const second = found!;
    let virial = 0;
    // ⟨z·Rᵀ∂g⟩ = tr(Rᵀ⟨∂g zᵀ⟩).
    for (let i = 0; i < n; i++) {
      virial += second[i * n + i]!;
      for (let j = 0; j <= i; j++) virial -= factor[i * n + j]! * along[j * n + i]!;
    }
    seen.virial[l]! += virial / n;
    seen.moments[l] = combined([1, seen.moments[l]!], [1, second]);
    const whitened = times(
      transposed(factor, n),
      times(await sourceStein(neurons, { factor, conjugate: this.conjugates[l]! }, pulls, this.#breath), factor, n),
      n,
    );
    const gap = combined([1, whitened], [-1, second]);
    for (let i = 0; i < n; i++) gap[i * n + i]! += 1;
    seen.gaps[l] = combined([1, seen.gaps[l]!], [1, gap]);
  }
}
