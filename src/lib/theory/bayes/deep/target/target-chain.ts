import { streams } from '$lib/base/random';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { gramOf } from '$lib/theory/bayes/deep/target/gram';
import { match } from '$lib/theory/bayes/deep/target/match';
import { Watch, type LayerFigures } from '$lib/theory/bayes/deep/target/moments';
import type { Plan } from '$lib/theory/bayes/deep/target/plan';
import { combined, meanOuter, outer, ridgeSolve, root, symmetric, times, type Small } from '$lib/theory/bayes/deep/target/small';
import { blend, type SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import { halves, targetStein, type Conveyed, type HeldLayer } from '$lib/theory/bayes/deep/target/stein';
import { stir, type Stride } from '$lib/theory/bayes/deep/target/stir';
import { meansOf, priorOf, type LayerConjugates, type LayerKernels, type Prior, type Tie } from '$lib/theory/bayes/deep/target/tie';
import { Walkers } from '$lib/theory/bayes/deep/target/walkers';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** One layer's disorder: the source's neurons, and white normals for η and ζ, [M, n]. */
export interface Disorder {
  readonly held: HeldLayer;
  readonly eta: Float64Array;
  readonly zeta: Float64Array;
}

/** Faults to plant, by which tests see that the health figures tell of them. */
export interface Faults {
  readonly noFlips?: boolean;
  readonly settling?: number;
  /** Steps instead of the plan's where fields stand still. */
  readonly stride?: Stride;
  readonly noDual?: boolean;
  /** The gradient form of A_c times this. */
  readonly cross?: number;
}

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
  #watches: readonly Watch[];
  /** Sum of the Δ that drove the counted steps, and their number. */
  readonly #drive: Float64Array;
  #counted = 0;
  readonly #n: number;
  #step = 0;

  constructor(
    readonly source: SourceLaw,
    readonly task: Task,
    readonly parameters: SourceParameters,
    readonly tie: Tie,
    readonly delta: number,
    readonly faults: Faults = {},
  ) {
    const { bend, depth, samples } = source;
    const n = task.trainLabels.length;
    this.#n = n;
    this.#drive = new Float64Array(n);
    this.layers = Array.from({ length: depth }, () => new Walkers(bend, samples, 2, n));
    this.#watches = this.layers.map(() => new Watch());
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

  /** Mean of the Δ that drove the counted steps. */
  get drive(): Float64Array {
    return this.#drive.map((sum) => sum / this.#counted);
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
        const normals = await breath.normals(source.samples * n, seed, streams.deepDisorder + 2 * l + kind, block);
        const matched = match(normals, columns, n, source.examples);
        await breath.pause();
        return matched;
      };
      disorder.push({ held: one, eta: await white(0, one.z), zeta: await white(1, one.values) });
    }
    this.#disorder = disorder;
  }

  /** Begins with neurons at the prior, whose kernels are those of the network without learning. */
  async begin(breath: Breath): Promise<void> {
    for (const [l, walkers] of this.layers.entries())
      walkers.z.set(await breath.normals(walkers.z.length, this.parameters.seed, streams.deepTied + l, 0));
    await this.step(undefined, { weight: 1, richness: 0, watch: false }, breath);
  }

  /**
   * One step of every layer. `weight`: 0 leaves kernels and conjugates as they are, 1 makes them anew, between averages; `richness`: γ² as a
   * share of what it is to be.
   */
  async step(
    stride: Stride | undefined,
    { weight, richness, watch }: { readonly weight: number; readonly richness: number; readonly watch: boolean },
    breath: Breath,
  ): Promise<void> {
    const { layers, parameters, kernels } = this;
    const step = ++this.#step;
    const priors: Prior[] = [];
    for (const [l, walkers] of layers.entries()) {
      const prior = this.#prior(l);
      priors.push(prior);
      const field = { factor: prior.factor, conjugate: this.#e(l), means: this.#means(l, prior), tilts: this.#tilts(l) };
      const flips = walkers.bend.odd && this.delta < farthest && !this.faults.noFlips;
      if (stride) await stir(walkers, field, stride, { seed: parameters.seed, stream: streams.deepTied + l, step }, breath, flips);
      else walkers.place(field);
      if (weight > 0) kernels[l + 1] = blendKernels(kernels[l + 1], this.kernelsNow(l), weight);
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
      if (watch) this.#watches[l]?.add(walkers, held, priors[l]!, this.source.factors[l]!, conveyed, this.tie);
      if (l > 0) this.conjugates[l - 1] = blendConjugates(this.conjugates[l - 1], this.#conveyed(conveyed), weight);
    }
  }

  /** The whole run; `gather` is called at the end of each block that counts, `counted` at each step of it. */
  async run(plan: Plan, breath: Breath, counted: (block: number) => void, gather: (block: number) => void): Promise<void> {
    const { start } = plan;
    await this.draw(0, breath);
    await this.begin(breath);
    for (let i = 1; i <= start.ramp + start.live; i++) {
      await this.step(plan.live, { weight: 1, richness: Math.min(1, i / start.ramp), watch: false }, breath);
      breath.tick();
    }
    for (let i = 1; i <= start.average; i++) {
      await this.step(plan.live, { weight: 1 / i, richness: 1, watch: false }, breath);
      breath.tick();
    }
    let averaged = plan.counted;
    for (let block = 0; block <= plan.blocks; block++) {
      await this.draw(block + 1, breath);
      const settling = this.faults.settling ?? plan.settling;
      const stride = this.faults.stride ?? plan.still;
      for (let i = 0; i < settling; i++) {
        await this.step(stride, { weight: 0, richness: 1, watch: false }, breath);
        breath.tick();
      }
      for (let i = 0; i < plan.counted; i++) {
        // The first draw takes the place of the start, and is not counted.
        await this.step(stride, { weight: 1 / ++averaged, richness: 1, watch: block > 0 }, breath);
        if (block > 0) counted(block - 1);
        breath.tick();
      }
      if (block > 0) gather(block - 1);
    }
  }

  figures(): readonly LayerFigures[] {
    return this.#watches.map((watch) => watch.figures());
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

  /** The conjugates of the layer below: A_d − A_o = κ² spread + ε mean + ρ bend, in which nothing cancels at large δ. */
  #conveyed({ mean, spread, bend, cross }: Conveyed): LayerConjugates {
    const { kappa, epsilon, rho } = this.tie;
    const square = kappa * kappa;
    return {
      e: symmetric(combined([square, spread], [epsilon, mean], [rho, bend]), this.#n),
      o: combined([square, mean], [-square, spread]),
      c: combined([kappa, cross]),
    };
  }
}

export const blendKernels = (old: LayerKernels | undefined, now: LayerKernels, weight: number): LayerKernels => ({
  d: blend(old?.d, now.d, weight),
  apart: blend(old?.apart, now.apart, weight),
  c: blend(old?.c, now.c, weight),
});

const blendConjugates = (old: LayerConjugates | undefined, now: LayerConjugates, weight: number): LayerConjugates => ({
  e: blend(old?.e, now.e, weight),
  o: blend(old?.o, now.o, weight),
  c: blend(old?.c, now.c, weight),
});
