import type { Matrix, WalkerBackend } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import {
  blendConjugates,
  blendKernels,
  conjugatesBelow,
  leapsAfter,
  type Faults,
  type Place,
} from '$lib/theory/bayes/deep/target/chain-parts';
import { Disorder } from '$lib/theory/bayes/deep/target/disorder';
import { gramOf } from '$lib/theory/bayes/deep/target/gram';
import { Watch } from '$lib/theory/bayes/deep/target/moments';
import { fieldOn, Neurons, type Field } from '$lib/theory/bayes/deep/target/neurons';
import { combined, outer, ridgeSolve, root, type Small } from '$lib/theory/bayes/deep/target/small';
import type { SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import { targetStein } from '$lib/theory/bayes/deep/target/stein';
import { stir, type Stride } from '$lib/theory/bayes/deep/target/stir';
import { priorOf, type LayerConjugates, type LayerKernels, type Prior, type Tie } from '$lib/theory/bayes/deep/target/tie';
import { Owned } from '$lib/theory/owned';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** δ from which no neuron gets to −h: R is small beside m. */
const farthest = 1e4;

/** b of a layer, and the conjugates it was made of. */
interface Tilts {
  readonly of: LayerConjugates;
  readonly matrix: Matrix;
}

/**
 * Particles of a deep target, all its layers coupled to those of a source: `deep-transfer.md`. Two thermal replicas a disorder sample. At every
 * step each layer moves in the field of the moment, from the first to the last, and Φ of each, Δ, and from the last to the first all
 * conjugates are made from where the particles are, or averaged with what they were. How a run goes by such steps: `course.ts`.
 */
export class TargetChain {
  readonly engine: WalkerBackend;
  readonly layers: readonly Neurons[];
  /** Kernels of layers 0 … L; conjugates of layers 1 … L at index 0 … L − 1. */
  readonly kernels: LayerKernels[];
  readonly conjugates: (LayerConjugates | undefined)[] = [];
  /** Φ of layers 1 … L at the last step that made them, from that step alone. */
  readonly seen: LayerKernels[] = [];
  readonly watches: readonly Watch[];
  /** Of each draw, what neurons remembered of the time before it where counting began. */
  readonly remembered: (readonly number[])[] = [];
  /** A step where fields stand still. */
  turn: Stride = { dt: 0.3, leaps: 5 };
  readonly #made = new Owned();
  #disorder: Disorder | undefined;
  /** Sum of the Δ that drove the counted steps, and their number. */
  readonly #drive: Float64Array;
  #counted = 0;
  readonly #n: number;
  #step = 0;
  /** Leapfrogs of a step in fields that stand still, layer by layer. */
  readonly #leaps: number[];
  /** Priors and fields while kernels and conjugates stand still, layer by layer. */
  #still: { readonly prior: Prior; readonly field: Field }[] = [];
  readonly #tilted: (Tilts | undefined)[] = [];

  constructor(
    engine: WalkerBackend,
    readonly source: SourceLaw,
    readonly task: Task,
    readonly parameters: SourceParameters,
    readonly tie: Tie,
    readonly delta: number,
    readonly faults: Faults = {},
    /** Where its random numbers begin. */
    readonly beginning = 0,
  ) {
    const { bend, depth, samples } = source;
    const n = task.trainLabels.length;
    this.engine = engine;
    this.#n = n;
    this.#drive = new Float64Array(n);
    this.layers = Array.from({ length: depth }, () => this.#made.keep(new Neurons(engine, bend, samples, 2, n)));
    this.watches = this.layers.map(() => new Watch());
    this.#leaps = this.layers.map(() => 2);
    const { trainInputs, dimension } = task;
    this.kernels = [
      {
        d: gramOf(trainInputs, trainInputs, dimension),
        apart: new Float64Array(n * n),
        c: gramOf(source.inputs, trainInputs, dimension),
      },
    ];
  }

  get steps(): number {
    return this.#step;
  }

  get disorder(): Disorder {
    if (!this.#disorder) throw new Error('no disorder was drawn');
    return this.#disorder;
  }

  /** Sum of the Δ that drove the counted steps, and their number. */
  get drive(): { readonly sum: Float64Array; readonly steps: number } {
    return { sum: this.#drive, steps: this.#counted };
  }

  /** Δ of the kernel of the moment. */
  #dual(): Float64Array {
    const last = this.kernels[this.source.depth];
    if (!last) throw new Error('no kernel yet');
    const dual = ridgeSolve(last.d, this.parameters.temperature, this.task.trainLabels);
    return this.faults.noDual ? dual.fill(0) : dual;
  }

  /** A new draw of the disorder: the next snapshot of the source, η and ζ. */
  async draw(block: number, breath: Breath): Promise<void> {
    const { seed } = this.parameters;
    const drawn = await Disorder.draw(this.source, this.#n, { seed, snapshot: block, step: this.beginning + block }, breath);
    this.#forget();
    this.#disorder?.[Symbol.dispose]();
    this.#disorder = drawn;
  }

  /** Begins with neurons at the prior, whose kernels are those of the network without learning. */
  async begin(breath: Breath): Promise<void> {
    const { seed } = this.parameters;
    for (const [l, neurons] of this.layers.entries())
      neurons.put(await breath.normals(neurons.count * this.#n, seed, streams.deepTied + l, this.beginning));
    await this.step(undefined, { weight: 1, richness: 0, watch: false }, breath);
  }

  /**
   * One step of every layer. `weight`: 0 leaves kernels and conjugates as they are, 1 makes them anew, between averages; `richness`: γ² as a
   * share of what it is to be.
   */
  async step(
    stride: Stride | 'still' | undefined,
    { weight, richness, watch }: { readonly weight: number; readonly richness: number; readonly watch: boolean },
    breath: Breath,
  ): Promise<void> {
    const { layers, parameters, kernels } = this;
    const step = ++this.#step;
    const priors: Prior[] = [];
    for (const [l, neurons] of layers.entries()) {
      const { prior, field } = this.#placed(l);
      priors.push(prior);
      const flips = neurons.bend.odd && this.delta < farthest && !this.faults.noFlips;
      const draw = { seed: parameters.seed, stream: streams.deepTied + l, step: this.beginning + step };
      if (stride === 'still') {
        const accepted = await stir(neurons, field, this.#strideOf(l), draw, breath, flips);
        if (weight === 0) this.#leaps[l] = leapsAfter(this.#leaps[l]!, this.turn.leaps, accepted);
      } else if (stride) await stir(neurons, field, stride, draw, breath, flips);
      else neurons.place(field);
      if (weight > 0) {
        this.seen[l] = await this.#kernelsNow(l, breath);
        kernels[l + 1] = blendKernels(kernels[l + 1], this.seen[l], weight);
        this.#melt();
      }
      await breath.pause();
    }
    if (weight > 0) await this.#down(priors, { weight, richness, watch }, breath);
  }

  /** Conjugates of all layers, from the last to the first. */
  async #down(
    priors: readonly Prior[],
    { weight, richness, watch }: { readonly weight: number; readonly richness: number; readonly watch: boolean },
    breath: Breath,
  ): Promise<void> {
    const { layers, parameters, source } = this;
    const depth = layers.length;
    const none = new Float64Array(this.#n ** 2);
    const dual = this.#dual();
    if (watch) {
      dual.forEach((value, p) => (this.#drive[p]! += value));
      this.#counted++;
    }
    const square = richness * parameters.gamma ** 2;
    this.conjugates[depth - 1] = { e: outer(square, dual), o: none, c: new Float64Array(source.examples * this.#n) };
    for (let l = depth - 1; l >= 0; l--) {
      if (l === 0 && !watch) break;
      const neurons = layers[l]!;
      const { held } = this.disorder.layers[l]!;
      const tilts = this.#tilts(l);
      const own = { factor: priors[l]!.factor, conjugate: this.#e(l) };
      using field = fieldOn(this.engine, source.bend, own, undefined, tilts);
      using pulls = neurons.pull(field);
      const right = await targetStein(neurons, pulls, tilts, held, own, l < depth - 1 ? this.conjugates[l]?.c : undefined, breath);
      const conveyed = { ...right, cross: combined([this.faults.cross ?? 1, right.cross]) };
      await breath.pause();
      if (watch) await this.watches[l]?.add(neurons, pulls, held, priors[l]!, source.factors[l]!, conveyed, this.tie, breath);
      if (l > 0) this.conjugates[l - 1] = blendConjugates(this.conjugates[l - 1], conjugatesBelow(conveyed, this.tie, this.#n), weight);
    }
  }

  /** Where the run has come to. */
  async place(): Promise<Place> {
    const z = await Promise.all(this.layers.map(async (neurons) => Float32Array.from(await neurons.places())));
    return { z, kernels: this.kernels.slice(1), conjugates: this.conjugates.slice(), step: this.#step };
  }

  /** Takes neurons, kernels and conjugates of another run. */
  goTo(place: Place): void {
    for (const [l, neurons] of this.layers.entries()) neurons.put(place.z[l]!);
    this.kernels.splice(1, this.kernels.length, ...place.kernels);
    this.conjugates.splice(0, this.conjugates.length, ...place.conjugates);
    this.#step = place.step;
    this.#melt();
  }

  [Symbol.dispose](): void {
    this.#forget();
    this.#disorder?.[Symbol.dispose]();
    this.#made[Symbol.dispose]();
  }

  #strideOf(l: number): Stride {
    const leaps = Math.min(this.turn.leaps, this.#leaps[l]!);
    return { dt: (this.turn.dt * this.turn.leaps) / leaps, leaps };
  }

  /** Φ of a layer from where its particles are. */
  async #kernelsNow(l: number, breath: Breath): Promise<LayerKernels> {
    const { values } = this.layers[l]!.state;
    const apart = { apart: values };
    const held = this.disorder.layers[l]!.held.values;
    const [d, twice, c] = await this.engine.outerMeans([[values, values], [apart, apart], [held, values]], () => breath.pause()); // prettier-ignore
    return { d: d!, apart: twice!.map((value) => 0.5 * value), c: c! };
  }

  /** Prior and field of a layer, kept while they stand still. */
  #placed(l: number): { readonly prior: Prior; readonly field: Field } {
    const known = this.#still[l];
    if (known) return known;
    const { bend, factors, examples } = this.source;
    const prior = priorOf(this.kernels[l]!, factors[l]!, examples, this.#n, this.tie);
    const tilts = this.#tilts(l);
    const means = this.disorder.means(l, prior, this.tie);
    const field = fieldOn(this.engine, bend, { factor: prior.factor, conjugate: this.#e(l) }, means, tilts);
    return (this.#still[l] = { prior, field });
  }

  #e(l: number): Small {
    return this.conjugates[l]?.e ?? new Float64Array(this.#n ** 2);
  }

  /** b, made anew where the conjugates of the layer are; none in the last layer. */
  #tilts(l: number): Matrix | undefined {
    const own = this.conjugates[l];
    if (!own || l === this.layers.length - 1) return undefined;
    const known = this.#tilted[l];
    if (known?.of === own) return known.matrix;
    known?.matrix[Symbol.dispose]();
    const matrix = this.disorder.tilts(l, root(own.o, this.#n), own.c);
    this.#tilted[l] = { of: own, matrix };
    return matrix;
  }

  /** Fields do not stand still any longer. */
  #melt(): void {
    for (const still of this.#still) (still as { readonly field: Field } | undefined)?.field[Symbol.dispose]();
    this.#still = [];
  }

  /** Nothing of the disorder is of use any longer. */
  #forget(): void {
    this.#melt();
    for (const tilts of this.#tilted) tilts?.matrix[Symbol.dispose]();
    this.#tilted.length = 0;
  }
}
