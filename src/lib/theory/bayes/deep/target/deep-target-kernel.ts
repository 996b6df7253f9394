import type { Backend, Matrix } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import { averageOver, partsOf } from '$lib/theory/bayes/deep/target/block';
import { Breath } from '$lib/theory/bayes/deep/target/breath';
import { forwardInParts, forwardTarget, type ForwardInParts, type TargetLaw } from '$lib/theory/bayes/deep/target/forward-target';
import { lotsOf, type Lot } from '$lib/theory/bayes/deep/target/lots';
import { bentOn, meansOn } from '$lib/theory/bayes/deep/target/on-engine';
import { combined, ridgeSolve, times, trace, transposed } from '$lib/theory/bayes/deep/target/small';
import { priorOf } from '$lib/theory/bayes/deep/target/tie';
import { groupsOfRuns, jackknife } from '$lib/theory/common/jackknife';
import { lazyKernel } from '$lib/theory/common/lazy-recursion';
import { errorsOf } from '$lib/theory/errors';
import type { Errors, Health, LayerOverlap, Preactivation, SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';

/**
 * Where all particles are one group, what draws of the disorder share, the source's samples and the averages over time, is not in their spread.
 * Over six seeds (erf and linear, two layers, γ = 1, T = 0.1, 512 particles) errors scattered 1.4 to 2.1 times as much as one run's draws.
 * Groups share where they began. Over twelve seeds (the same networks, 1024 particles) test errors scattered 0.7 (erf) and 1.1 times (linear)
 * as much as their spread says.
 */
export const sharedNoise = { draws: 2, groups: 1.3 } as const;

/** The kernels of a deep target with any activation, known by draws of the disorder and particles: `deep-transfer.md`. */
export class DeepTargetKernel implements TrainedKernel {
  readonly theory = 'bayes';
  readonly role = 'target';
  readonly #backend: Backend;

  constructor(
    backend: Backend,
    readonly task: Task,
    readonly parameters: SourceParameters,
    readonly law: TargetLaw,
    readonly train: Matrix,
    readonly health: Health,
    readonly warnings: readonly string[],
    /** Of the source's samples, this target's share. */
    readonly sharedBytes: number,
    /** The first lot of test examples, where it is known. */
    readonly lifted?: ForwardInParts,
  ) {
    this.#backend = backend;
  }

  get bytes(): number {
    const own = this.law.snapshots.flatMap(({ layers }) => layers.map(({ eta, z }) => eta.byteLength + z.byteLength));
    return own.reduce((sum, bytes) => sum + bytes, this.train.bytes + this.sharedBytes);
  }

  /** The five figures, with standard errors by a jackknife over groups of particles, or, of one group, over draws of the disorder, times `sharedNoise`. */
  async errors(run: Run): Promise<Errors> {
    const { task, parameters, law } = this;
    const { trainLabels, testLabels, testInputs } = task;
    const parts = partsOf(law.snapshots);
    const fits = [-1, ...parts].map((left) => {
      const { d } = averageOver(law.snapshots, parameters.depth - 1, left);
      const dual = ridgeSolve(d, parameters.temperature, trainLabels);
      return trainLabels.map((y, p) => y - parameters.temperature * dual[p]!);
    });
    const tests = fits.map(() => new Float64Array(testLabels.length));
    await this.#eachLot(testInputs, run, async ({ number, rows, from }, way) => {
      const known = number === 1 ? this.lifted : undefined;
      const { layers, without } = known ?? (await forwardInParts(law, task, rows, way));
      [layers.at(-1)!.weights, ...without].forEach((weights, e) => {
        tests[e]?.set(times(weights, fits[e]!, trainLabels.length), from);
      });
    });
    const figures = (e: number): Errors => errorsOf(fits[e]!, trainLabels, tests[e]!, testLabels);
    const found = jackknife(
      figures(0),
      parts.map((_, p) => figures(p + 1)),
    );
    const noise = sharedNoise[law.independent ? 'groups' : 'draws'];
    const { train, test, bias = 0, variance = 0, classification } = found.stderr ?? { train: 0, test: 0, classification: 0 };
    const [a, b, c, d, e] = [train, test, bias, variance, classification].map((value) => noise * value) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return { ...found, stderr: { train: a, test: b, bias: c, variance: d, classification: e } };
  }

  async predict(inputs: Float64Array, run: Run): Promise<Float64Array> {
    const { task, parameters, law } = this;
    const dual = ridgeSolve(law.kernels[parameters.depth]!.d, parameters.temperature, task.trainLabels);
    const out = new Float64Array(inputs.length / task.dimension);
    await this.#eachLot(inputs, run, async ({ rows, from }, way) => {
      const layers = await forwardTarget(law, task, rows, way);
      out.set(times(layers.at(-1)!.between.d, dual, task.trainLabels.length), from);
    });
    return out;
  }

  async on(inputs: Float64Array, run: Run, layer = this.parameters.depth): Promise<Matrix> {
    const breath = new Breath(this.#backend, run, layer);
    const layers = await forwardTarget(this.law, this.task, inputs, { upTo: layer, seed: this.parameters.seed, first: 0, breath });
    const count = inputs.length / this.task.dimension;
    const last = layers.at(-1);
    if (!last) throw new Error(`no layer ${layer}`);
    return this.#backend.upload({ rows: count, columns: count }, last.among.d);
  }

  /** h of one example in a hidden layer under every sample of its law. */
  async preactivation(index: number, run: Run, layer = this.parameters.depth): Promise<Preactivation> {
    const backend = this.#backend;
    const { task, parameters, law } = this;
    const { source, tie, kernels, snapshots, independent } = law;
    const n = task.trainLabels.length;
    const below = kernels[layer - 1]!;
    const prior = priorOf(below, source.factors[layer - 1]!, source.examples, n, tie);
    const samples = new Float64Array(snapshots.length * 2 * source.samples);
    const breath = new Breath(backend, run, 1);
    const { engine } = breath;
    for (const [s, snapshot] of snapshots.entries()) {
      await breath.pause();
      const { held, eta, z } = snapshot.layers[layer - 1]!;
      using heldZ = engine.upload({ rows: source.samples, columns: source.examples }, held.z);
      using white = engine.upload({ rows: source.samples, columns: n }, eta);
      using places = engine.upload({ batch: 2, rows: source.samples, columns: n }, z);
      using means = meansOn(engine, prior, heldZ, white, tie);
      using placed = bentOn(engine, 'linear', places, transposed(prior.factor, n), means);
      const h = await engine.read(placed);
      const count = h.length / n;
      for (let k = 0; k < count; k++) samples[s * count + k] = h[k * n + index]!;
    }
    const row = task.trainInputs.subarray(index * task.dimension, (index + 1) * task.dimension);
    using one = backend.upload({ rows: 1, columns: task.dimension }, row);
    const { activation } = parameters;
    // Without features ⟨h²⟩ = ρΦ_d of the layer below, at every layer.
    const { rho } = tie;
    using lazy =
      layer === 1 ? backend.gram(one) : lazyKernel(backend, { activation, depth: layer - 1, kernel: 'nngp', variance: rho }, one);
    const [variance = NaN] = await backend.read(lazy);
    const parts = partsOf(snapshots);
    const perSnapshot = 2 * source.samples;
    const group = independent
      ? (sample: number): number => parts.indexOf(snapshots[Math.floor(sample / perSnapshot)]!.part)
      : groupsOfRuns(source.samples, 2);
    return { prior: rho * variance, law: { samples, group, shared: sharedNoise[independent ? 'groups' : 'draws'] } };
  }

  /** On the training inputs of the target; the source's neurons are seen there by their regression on its own examples. */
  overlaps(): readonly LayerOverlap[] {
    const n = this.task.trainLabels.length;
    return this.law.kernels.slice(1).map(({ d, apart }, l) => {
      const own = trace(d, n);
      const cross = this.law.crossed[l]!;
      return { targets: trace(combined([1, d], [-1, apart]), n) / own, source: cross.twins / Math.sqrt(own * cross.source) };
    });
  }

  [Symbol.dispose](): void {
    this.train[Symbol.dispose]();
  }

  /** Other examples, some at a time. */
  async #eachLot(
    inputs: Float64Array,
    run: Run,
    use: (lot: Lot, way: Parameters<typeof forwardTarget>[3]) => Promise<void>,
  ): Promise<void> {
    const { dimension } = this.task;
    const { depth, seed } = this.parameters;
    const breath = new Breath(this.#backend, run, inputs.length / dimension);
    for (const lot of lotsOf(inputs, dimension)) {
      run.signal.throwIfAborted();
      await use(lot, { upTo: depth, seed, first: lot.number, breath });
      breath.tick(lot.rows.length / dimension);
    }
  }
}
