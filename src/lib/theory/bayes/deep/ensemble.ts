import type { Backend, Matrix, ParticleProblem, RandomKey } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import { Constants, conjugateBelow, forces, type LayerFeatures } from '$lib/theory/bayes/deep/conjugate';
import { startLayers, type StartedLayers } from '$lib/theory/bayes/deep/ensemble-start';
import { priorOf, type Layer } from '$lib/theory/bayes/deep/layer';
import type { DeepStage } from '$lib/theory/bayes/deep/schedule';
import { burn } from '$lib/theory/bayes/schedule';
import { Owned } from '$lib/theory/owned';
import type { Slices } from '$lib/theory/slices';
import type { SourcePoint } from '$lib/theory/theory';

/** What the last stage of a deep run gathered, for all points of the batch. */
export interface DeepGathered {
  /** Samples of z, layer by layer, each [B, M, n], and of its control variates at the same times, [1, M, n]. */
  readonly layers: readonly { readonly snapshots: readonly Matrix[]; readonly controlVariates: readonly Matrix[] }[];
  /**
   * Mean of the Δ that drove the particles at the times of the samples, [B, P, 1]. A mean over all steps would differ from what fits the samples by
   * the noise of a few times beside many.
   */
  readonly dual: Matrix;
  /** Layer by layer ⟨z·∇U⟩/n of each point. */
  readonly virials: readonly (readonly number[])[];
}

/**
 * Deep networks in the mean-field limit, `theory.md` §2 last paragraph: M neurons a layer and sweep point, all layers and points moving
 * together. Every step goes up through the layers: each takes Φ of the layer below as the covariance of its prior, moves its
 * particles by the exact Gaussian part and a kick −∇V of V(h) = ½ φ(h)ᵀΦ̂φ(h), and makes its own Φ; the last solves Δ as the
 * semi-implicit step of a single layer does. Then Φ̂ goes down. This is the noisy gradient descent of the free energy
 * Σ_l KL(p_l ‖ N(0, Φ^{l−1})) + ½γ² yᵀ(Φ^L + T)⁻¹y over the laws of all layers, which decreases it whatever the state.
 */
export class DeepEnsemble {
  readonly backend: Backend;
  readonly points: readonly SourcePoint[];
  readonly layers: readonly Layer[];
  /** What was added to the diagonal of Φ^{l−1} before it was factored, layer by layer (0 for the first). */
  readonly jitters: readonly number[];
  readonly labels: Matrix;
  readonly #constants: Constants;
  readonly #dual: Matrix;
  /** Variance of h at each layer before any data, for scale. */
  readonly #variances: readonly number[];
  /**
   * Temperatures at which a run begins. Away from equilibrium Φ̂ grows from layer to layer like powers of γ²ΔᵀΦΔ, which in equilibrium is less
   * than 1. It is at most γ²|y|²/4T in the lazy limit: so hot that this is ½ the particles are where they belong from the beginning,
   * and as it cools they stay.
   */
  readonly #hottest: readonly number[];
  /** Φ̂ of every layer but the last, [B, P, P]. */
  readonly #conjugates: Matrix[];
  /** How much of the control variates' deviation is taken off, layer by layer, for each point. */
  controls: number[][];
  #step = 0;

  private constructor(backend: Backend, points: readonly SourcePoint[], { layers, labels, jitters, variances }: StartedLayers) {
    this.backend = backend;
    this.points = points;
    this.layers = layers;
    this.labels = labels;
    this.jitters = jitters;
    this.#variances = variances;
    const examples = labels.rows;
    this.#constants = new Constants(backend, examples, this.particles);
    this.#dual = backend.zeros({ batch: points.length, rows: examples, columns: 1 });
    this.#conjugates = layers.slice(1).map(() => backend.zeros({ batch: points.length, rows: examples, columns: examples }));
    this.controls = layers.map(() => points.map(() => 1));
    this.#hottest = points.map(({ task, parameters: { gamma, temperature } }) =>
      Math.max(temperature, 0.5 * gamma * gamma * task.trainLabels.reduce((sum, y) => sum + y * y, 0)),
    );
  }

  get particles(): number {
    return this.layers[0]?.state.rows ?? 0;
  }

  get steps(): number {
    return this.#step;
  }

  /** All layers at their priors: then Φ^l is that of the NNGP. `yielding` is the backend whose device it yields to on the way; what that throws leaves nothing behind. */
  static async start(backend: Backend, yielding: Backend, points: readonly SourcePoint[], particles: number): Promise<DeepEnsemble> {
    return new DeepEnsemble(backend, points, await startLayers(backend, yielding, points, particles));
  }

  /** A stage of steps, in slices, at temperatures that go from `annealing[0]` to `annealing[1]`, evenly (see `DeepStage`). */
  async advance({ dt, count, annealing: [from, to] = [0, 0] }: DeepStage, slices: Slices): Promise<void> {
    await slices.run(`deep ${this.points.length} × ${this.particles}`, count, this.points.length * this.particles, async (first, some) => {
      for (let i = first; i < first + some; i++) await this.#take(slices.backend, dt, from + ((to - from) * (i + 1)) / count);
    });
  }

  async choose(yielding: Backend): Promise<void> {
    this.controls = [];
    for (const layer of this.layers) this.controls.push(await layer.control(yielding));
  }

  /** The last stage: lets a part pass, then keeps samples at equal distances, and Δ at their times. */
  async gather(stage: DeepStage, snapshots: number, slices: Slices): Promise<DeepGathered> {
    const { backend, layers } = this;
    const passing = Math.round(burn * stage.count);
    await this.advance({ ...stage, count: passing }, slices);
    const every = Math.max(1, Math.floor((stage.count - passing) / snapshots));
    using sum = backend.zeros(this.#dual);
    const kept = layers.map((): { snapshots: Matrix[]; controlVariates: Matrix[] } => ({ snapshots: [], controlVariates: [] }));
    const virials = layers.map(() => this.points.map(() => 0));
    try {
      for (let index = 0; index < snapshots; index++) {
        await this.advance({ ...stage, count: every }, slices);
        backend.combine(
          [
            [1, sum],
            [1 / snapshots, this.#dual],
          ],
          sum,
        );
        for (const [l, layer] of layers.entries()) {
          kept[l]?.snapshots.push(backend.slice(layer.middle, 0, layer.middle.batch));
          kept[l]?.controlVariates.push(backend.slice(layer.controlVariate, 0, 1));
          using virial = await this.#virial(slices.backend, l);
          const read = await backend.read(virial);
          const size = snapshots * this.particles * layer.state.columns;
          read.forEach((value, b) => {
            const own = virials[l];
            if (own) own[b] = (own[b] ?? NaN) + value / size;
          });
        }
      }
    } catch (error) {
      for (const layer of kept) for (const sample of [...layer.snapshots, ...layer.controlVariates]) sample[Symbol.dispose]();
      throw error;
    }
    return { layers: kept, dual: backend.combine([[1, sum]]), virials };
  }

  [Symbol.dispose](): void {
    for (const part of [...this.layers, ...this.#conjugates, this.labels, this.#dual, this.#constants]) part[Symbol.dispose]();
  }

  #key(l: number): RandomKey {
    return { seed: this.points[0]?.parameters.seed ?? 0, stream: streams.deepNoise + l, step: this.#step };
  }

  /** One step, which yields to the device after each layer: with many particles and examples it is work for seconds. */
  async #take(yielding: Backend, dt: number, annealing: number): Promise<void> {
    const { layers } = this;
    const seen: LayerFeatures[] = [];
    await yielding.yieldToDevice();
    try {
      for (const [l, layer] of layers.entries()) {
        const features =
          l < layers.length - 1 ? await this.#moveHidden(yielding, layer, l, dt) : await this.#moveLast(yielding, layer, l, dt, annealing);
        seen.push(features);
        await yielding.yieldToDevice();
        const above = layers[l + 1];
        if (!above) continue;
        using kernel = await layer.kernel(yielding, features.values, this.controls[l] ?? []);
        const prior = priorOf(this.backend, kernel, this.jitters[l + 1] ?? 0);
        above.enter(prior.inputs, prior.gram);
        await yielding.yieldToDevice();
      }
      for (let l = layers.length - 1; l > 0; l--) {
        await this.#down(yielding, seen, l);
        await yielding.yieldToDevice();
      }
    } finally {
      for (const features of seen) for (const matrix of matricesOf(features)) matrix[Symbol.dispose]();
    }
    this.#step++;
  }

  /** A hidden layer's step; its features at the middle of the kick, as that was a step ago: right to second order in dt. */
  async #moveHidden(yielding: Backend, layer: Layer, l: number, dt: number): Promise<LayerFeatures> {
    const { backend } = this;
    using made = new Owned();
    using noise = layer.noise(this.#key(l));
    await yielding.yieldToDevice();
    const moved = made.keep(layer.diffused('state', dt, noise));
    layer.put('controlVariate', layer.diffused('controlVariate', dt, noise));
    layer.put(
      'middle',
      backend.combine([
        [1, moved],
        [0.5, layer.kick],
      ]),
    );
    await yielding.yieldToDevice();
    const features = await layer.bentFeatures(yielding, this.#variances[l] ?? 1);
    for (const matrix of matricesOf(features)) made.keep(matrix);
    await yielding.yieldToDevice();
    using gradient = forces(backend, features, this.#conjugateOf(l));
    await yielding.yieldToDevice();
    const share = -Math.expm1(-dt);
    layer.put('kick', backend.product(gradient, layer.inputs, { alpha: -share / Math.sqrt(layer.state.columns) }));
    backend.combine(
      [
        [1, moved],
        [1, layer.kick],
      ],
      moved,
    );
    made.handOver();
    layer.put('state', moved);
    return features;
  }

  async #moveLast(yielding: Backend, layer: Layer, l: number, dt: number, annealing: number): Promise<LayerFeatures> {
    const { backend } = this;
    const problem: ParticleProblem = {
      activation: layer.activation,
      inputs: layer.inputs,
      labels: this.labels,
      gram: layer.gram,
      points: this.points.map(({ parameters: { gamma, temperature } }, b) => ({
        gamma,
        temperature: (this.#hottest[b] ?? temperature) ** annealing * temperature ** (1 - annealing),
        delta: 0,
      })),
    };
    const key = this.#key(l);
    using noise = layer.noise(key);
    await yielding.yieldToDevice();
    using before = layer.diffused('state', dt, noise);
    layer.put('controlVariate', layer.diffused('controlVariate', dt, noise));
    await yielding.yieldToDevice();
    await backend.particleSteps(problem, { weights: layer.state, dual: this.#dual }, dt, 1, key, undefined, () => yielding.yieldToDevice());
    layer.put(
      'middle',
      backend.combine([
        [0.5, before],
        [0.5, layer.state],
      ]),
    );
    await yielding.yieldToDevice();
    return await layer.bentFeatures(yielding, this.#variances[l] ?? 1);
  }

  /** Φ̂ of layer l, [B, P, P]; borrowed. */
  #conjugateOf(l: number): Matrix {
    const found = this.#conjugates[l];
    if (!found) throw new Error(`no conjugate kernel at layer ${l + 1}`);
    return found;
  }

  /** −γ²ΔΔᵀ, [B, P, P]. */
  #last(): Matrix {
    using weighed = this.backend.combine([[this.points.map(({ parameters: { gamma } }) => -gamma * gamma), this.#dual]]);
    return this.backend.product(weighed, this.#dual, { transposeB: true });
  }

  /** Φ̂ of the layer below l. */
  async #down(yielding: Backend, seen: readonly LayerFeatures[], l: number): Promise<void> {
    const { backend } = this;
    const features = seen[l];
    const layer = this.layers[l];
    if (!features || !layer) throw new Error('a layer was not seen');
    using last = l === seen.length - 1 ? this.#last() : undefined;
    const conjugate = last ?? this.#conjugateOf(l);
    using gradient = forces(backend, features, conjugate);
    const below = await conjugateBelow(yielding, layer.activation, features, conjugate, gradient, this.#constants);
    this.#conjugates[l - 1]?.[Symbol.dispose]();
    this.#conjugates[l - 1] = below;
  }

  /** Σ over particles of z·∇U = |z|² + h·∇V, [B, 1, 1]. */
  async #virial(yielding: Backend, l: number): Promise<Matrix> {
    const { backend } = this;
    const layer = this.layers[l];
    if (!layer) throw new Error('no such layer');
    using last = l === this.layers.length - 1 ? this.#last() : undefined;
    using made = new Owned();
    const features = await layer.features(yielding);
    for (const matrix of matricesOf(features)) made.keep(matrix);
    await yielding.yieldToDevice();
    using gradient = forces(backend, features, last ?? this.#conjugateOf(l));
    await yielding.yieldToDevice();
    using square = backend.dot(layer.middle, layer.middle);
    using force = backend.dot(features.preactivations, gradient);
    return backend.combine([
      [1, square],
      [1, force],
    ]);
  }
}

const matricesOf = ({ preactivations, values, slopes, kinks }: LayerFeatures): readonly Matrix[] => [
  preactivations,
  values,
  slopes,
  ...(kinks ? [kinks] : []),
];
