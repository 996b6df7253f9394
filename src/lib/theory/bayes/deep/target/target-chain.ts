import { streams } from '$lib/base/random';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import {
  blendConjugates,
  blendKernels,
  conjugatesBelow,
  leapsAfter,
  type Disorder,
  type Faults,
  type Place,
} from '$lib/theory/bayes/deep/target/chain-parts';
import { gramOf } from '$lib/theory/bayes/deep/target/gram';
import { match } from '$lib/theory/bayes/deep/target/match';
import { Memory } from '$lib/theory/bayes/deep/target/memory';
import { Watch } from '$lib/theory/bayes/deep/target/moments';
import type { Following, Plan } from '$lib/theory/bayes/deep/target/plan';
import { combined, meanOuter, outer, ridgeSolve, root, times, type Small } from '$lib/theory/bayes/deep/target/small';
import type { SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import { halves, targetStein } from '$lib/theory/bayes/deep/target/stein';
import { stir, type Stride } from '$lib/theory/bayes/deep/target/stir';
import { meansOf, priorOf, type LayerConjugates, type LayerKernels, type Prior, type Tie } from '$lib/theory/bayes/deep/target/tie';
import { Walkers, type Field } from '$lib/theory/bayes/deep/target/walkers';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** δ from which no neuron gets to −h: R is small beside m. */
const farthest = 1e4;

/**
 * Particles of a deep target, all its layers coupled to those of a source: `deep-transfer.md`. Two thermal replicas a disorder sample. At every
 * step each layer moves in the field of the moment, from the first to the last, and Φ of each, Δ, and from the last to the first all
 * conjugates are made from where the particles are, or averaged with what they were.
 */
export class TargetChain {
  readonly layers: readonly Walkers[];
  /** Kernels of layers 0 … L; conjugates and disorder of layers 1 … L at index 0 … L − 1. */
  readonly kernels: LayerKernels[];
  readonly conjugates: (LayerConjugates | undefined)[] = [];
  #disorder: readonly Disorder[] = [];
  readonly watches: readonly Watch[];
  /** Of each draw, what neurons remembered of the time before it where counting began. */
  readonly remembered: (readonly number[])[] = [];
  /** Sum of the Δ that drove the counted steps, and their number. */
  readonly #drive: Float64Array;
  #counted = 0;
  readonly #n: number;
  #step = 0;
  #averaged = 0;
  /** Leapfrogs of a step in fields that stand still, layer by layer. */
  readonly #leaps: number[];
  #turn: Stride = { dt: 0.3, leaps: 5 };
  /** Priors and fields while kernels and conjugates stand still, layer by layer. */
  #still: { readonly prior: Prior; readonly field: Field }[] = [];

  constructor(
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
    this.#n = n;
    this.#drive = new Float64Array(n);
    this.layers = Array.from({ length: depth }, () => new Walkers(bend, samples, 2, n));
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

  get disorder(): readonly Disorder[] {
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
    const { source } = this;
    const n = this.#n;
    const { seed } = this.parameters;
    const held = source.snapshots[block % source.snapshots.length];
    if (!held) throw new Error('a source without snapshots');
    const disorder: Disorder[] = [];
    for (const [l, one] of held.entries()) {
      const white = async (kind: number, columns: Float64Array): Promise<Float64Array> => {
        const normals = await breath.normals(source.samples * n, seed, streams.deepDisorder + 2 * l + kind, this.beginning + block);
        const matched = match(normals, columns, n, source.examples);
        await breath.pause();
        return matched;
      };
      disorder.push({ held: one, eta: await white(0, one.z), zeta: await white(1, one.values) });
    }
    this.#disorder = disorder;
    this.#still = [];
  }

  /** Begins with neurons at the prior, whose kernels are those of the network without learning. */
  async begin(breath: Breath): Promise<void> {
    for (const [l, walkers] of this.layers.entries())
      walkers.z.set(await breath.normals(walkers.z.length, this.parameters.seed, streams.deepTied + l, this.beginning));
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
    for (const [l, walkers] of layers.entries()) {
      const { prior, field } = this.#placed(l);
      priors.push(prior);
      const flips = walkers.bend.odd && this.delta < farthest && !this.faults.noFlips;
      const draw = { seed: parameters.seed, stream: streams.deepTied + l, step: this.beginning + step };
      if (stride === 'still') {
        const accepted = await stir(walkers, field, this.#strideOf(l), draw, breath, flips);
        if (weight === 0) this.#leaps[l] = leapsAfter(this.#leaps[l]!, this.#turn.leaps, accepted);
      } else if (stride) await stir(walkers, field, stride, draw, breath, flips);
      else walkers.place(field);
      if (weight > 0) {
        kernels[l + 1] = blendKernels(kernels[l + 1], this.kernelsNow(l), weight);
        this.#still = [];
      }
      await breath.pause();
    }
    if (weight === 0) return;
    const depth = layers.length;
    const square = richness * parameters.gamma ** 2;
    const none = new Float64Array(this.#n ** 2);
    const dual = this.#dual();
    if (watch) {
      dual.forEach((value, p) => (this.#drive[p]! += value));
      this.#counted++;
    }
    this.conjugates[depth - 1] = { e: outer(square, dual), o: none, c: new Float64Array(this.source.examples * this.#n) };
    for (let l = depth - 1; l >= 0; l--) {
      if (l === 0 && !watch) break;
      const walkers = layers[l]!;
      const held = this.#disorder[l]!.held;
      walkers.pull({ conjugate: this.#e(l), tilts: this.#tilts(l) });
      await breath.pause();
      const right = targetStein(walkers, held, this.#e(l), l < depth - 1 ? this.conjugates[l]?.c : undefined);
      const conveyed = { ...right, cross: combined([this.faults.cross ?? 1, right.cross]) };
      await breath.pause();
      if (watch) this.watches[l]?.add(walkers, held, priors[l]!, this.source.factors[l]!, conveyed, this.tie);
      if (l > 0) this.conjugates[l - 1] = blendConjugates(this.conjugates[l - 1], conjugatesBelow(conveyed, this.tie, this.#n), weight);
    }
  }

  /** From the prior: γ² grows, then all is live, then averages. */
  async start({ start, live }: Plan, share: number, breath: Breath): Promise<void> {
    await this.draw(0, breath);
    await this.begin(breath);
    for (let i = 1; i <= start.ramp + start.live; i++) {
      await this.step(live, { weight: 1, richness: Math.min(1, i / start.ramp), watch: false }, breath);
      breath.tick(share);
    }
    await this.#average(live, start.average, share, breath);
  }

  /** Where the run has come to. */
  get place(): Place {
    return {
      z: this.layers.map(({ z }) => Float32Array.from(z)),
      kernels: this.kernels.slice(1),
      conjugates: this.conjugates.slice(),
    };
  }

  /** From where another run has come to, whose neurons, kernels and conjugates it takes: live, then averages of its own. */
  async follow(place: Place, { live, average }: Following, stride: Stride, share: number, breath: Breath): Promise<void> {
    await this.draw(0, breath);
    for (const [l, walkers] of this.layers.entries()) walkers.z.set(place.z[l]!);
    this.kernels.splice(1, this.kernels.length, ...place.kernels);
    this.conjugates.splice(0, this.conjugates.length, ...place.conjugates);
    for (let i = 0; i < live; i++) {
      await this.step(stride, { weight: 1, richness: 1, watch: false }, breath);
      breath.tick(share);
    }
    await this.#average(stride, average, share, breath);
  }

  async #average(stride: Stride, steps: number, share: number, breath: Breath): Promise<void> {
    for (let i = 1; i <= steps; i++) {
      await this.step(stride, { weight: 1 / i, richness: 1, watch: false }, breath);
      breath.tick(share);
    }
    this.#averaged = steps;
  }

  /** A draw of the disorder, settled and counted; `counted` is called after each counted step. */
  async block(index: number, plan: Plan, share: number, breath: Breath, counted: () => void): Promise<void> {
    await this.draw(index + 1, breath);
    this.#turn = plan.still;
    await this.#settle(plan, breath);
    const stride = this.faults.stride ?? 'still';
    for (let i = 0; i < plan.counted; i++) {
      await this.step(stride, { weight: 1 / ++this.#averaged, richness: 1, watch: true }, breath);
      counted();
    }
    breath.tick(share * (plan.settling.most + plan.counted));
  }

  /**
   * Steps in fields that stand still, until as many have been taken as it took the neurons to forget where they were before the draw, twice
   * over.
   */
  async #settle({ settling }: Plan, breath: Breath): Promise<void> {
    const fixed = this.faults.settling;
    const memory = new Memory(this.layers);
    let forgotten = Infinity;
    for (let i = 1; i <= (fixed ?? Math.max(settling.least, Math.min(settling.most, 2 * forgotten))); i++) {
      await this.step(this.faults.stride ?? 'still', { weight: 0, richness: 1, watch: false }, breath);
      if (forgotten === Infinity && memory.forgotten) forgotten = i;
    }
    this.remembered.push(memory.correlations);
  }

  #strideOf(l: number): Stride {
    const leaps = Math.min(this.#turn.leaps, this.#leaps[l]!);
    return { dt: (this.#turn.dt * this.#turn.leaps) / leaps, leaps };
  }

  /** Φ of a layer from where its particles are. */
  kernelsNow(l: number): LayerKernels {
    const { values, samples, count } = this.layers[l]!;
    const n = this.#n;
    const { mean, apart } = halves(values);
    return {
      d: meanOuter(values, values, n, n, count),
      apart: combined([0.5, meanOuter(apart, apart, n, n, samples)]),
      c: meanOuter(this.#disorder[l]!.held.values, mean, this.source.examples, n, samples),
    };
  }

  /** Prior and field of a layer, kept while they stand still. */
  #placed(l: number): { readonly prior: Prior; readonly field: Field } {
    const known = this.#still[l];
    if (known) return known;
    const prior = this.#prior(l);
    const field = { factor: prior.factor, conjugate: this.#e(l), means: this.#means(l, prior), tilts: this.#tilts(l) };
    return (this.#still[l] = { prior, field });
  }

  #prior(l: number): Prior {
    return priorOf(this.kernels[l]!, this.source.factors[l]!, this.source.examples, this.#n, this.tie);
  }

  #means(l: number, prior: Prior): Float64Array {
    const { held, eta } = this.#disorder[l]!;
    return meansOf(prior, held.z, eta, this.source.examples, this.#n, this.tie);
  }

  #e(l: number): Small {
    return this.conjugates[l]?.e ?? new Float64Array(this.#n ** 2);
  }

  /** b = ζ + A_cᵀφ_s; none in the last layer. */
  #tilts(l: number): Float64Array | undefined {
    const own = this.conjugates[l];
    if (!own || l === this.layers.length - 1) return undefined;
    const { held, zeta } = this.#disorder[l]!;
    const tilts = times(zeta, root(own.o, this.#n), this.#n);
    const carried = times(held.values, own.c, this.source.examples);
    for (let i = 0; i < tilts.length; i++) tilts[i]! += carried[i]!;
    return tilts;
  }
}
