import type { Backend, Matrix } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import { BayesKernel, type KernelFacts } from '$lib/theory/bayes/bayes-kernel';
import { layerKernels, disposeDeepLaw, type DeepLaw } from '$lib/theory/bayes/deep/chain';
import { priorOf } from '$lib/theory/bayes/deep/layer';
import { groups } from '$lib/theory/bayes/deep/schedule';
import { groupsOfRuns, jackknife } from '$lib/theory/common/jackknife';
import { errorsOf } from '$lib/theory/errors';
import { lazyKernel } from '$lib/theory/common/lazy-recursion';
import { stoppable } from '$lib/theory/stopping';
import type { Errors, Preactivation, TrainedKernel } from '$lib/theory/theory';

/** Test rows handled together: with so many again as training examples the work for each is least, and with few the dispatches count for more. */
const together = (examples: number): number => Math.max(128, examples);

/** The last hidden layer's kernel of a deep network, known by samples of every layer's law. Owns them. */
export class DeepKernel extends BayesKernel implements TrainedKernel {
  constructor(
    backend: Backend,
    facts: KernelFacts,
    readonly law: DeepLaw,
  ) {
    super(backend, facts);
  }

  get bytes(): number {
    const samples = this.law.layers.flatMap(({ snapshots, controlVariates }) => [...snapshots, ...controlVariates]);
    return samples.reduce((sum, { bytes }) => sum + bytes, this.train.bytes);
  }

  /** The five figures, with standard errors by a jackknife over groups of particles, left out at every layer. */
  async errors(run: Run): Promise<Errors> {
    const backend = stoppable(this.backend, run);
    const { task, parameters, law } = this;
    const { trainLabels, testLabels } = task;
    const size = trainLabels.length;
    run.signal.throwIfAborted();
    using inputs = this.#rows(new Float64Array());
    using kernels = await layerKernels(backend, law, inputs, size);
    using labels = backend.upload({ rows: size, columns: 1 }, trainLabels);
    using system = backend.addDiagonal(kernels, parameters.temperature);
    using factor = backend.cholesky(system);
    using duals = backend.solve(factor, labels);
    const dual = await backend.read(duals);

    const predictions = Array.from({ length: groups + 1 }, () => new Float64Array(testLabels.length));
    const most = together(size);
    for (let first = 0; first < testLabels.length; first += most) {
      run.signal.throwIfAborted();
      const count = Math.min(most, testLabels.length - first);
      using rows = this.#rows(task.testInputs.subarray(first * task.dimension, (first + count) * task.dimension));
      using joint = await layerKernels(backend, law, rows, size);
      const padded = new Float64Array((groups + 1) * rows.rows);
      predictions.forEach((_, e) => padded.set(dual.subarray(e * size, (e + 1) * size), e * rows.rows));
      using weights = backend.upload({ batch: groups + 1, rows: rows.rows, columns: 1 }, padded);
      using prediction = backend.product(joint, weights);
      const read = await backend.read(prediction);
      predictions.forEach((into, e) => {
        into.set(read.subarray(e * rows.rows + size, (e + 1) * rows.rows), first);
      });
      run.progress((first + count) / testLabels.length);
    }
    const figures = (e: number): Errors => {
      const own = dual.subarray(e * size, (e + 1) * size);
      // f = y − TΔ on the training rows.
      const onTrain = own.map((value, p) => (trainLabels[p] ?? NaN) - parameters.temperature * value);
      return errorsOf(onTrain, trainLabels, predictions[e] ?? [], testLabels);
    };
    return jackknife(
      figures(0),
      Array.from({ length: groups }, (_, g) => figures(g + 1)),
    );
  }

  async on(inputs: Float64Array, run: Run, layer = this.parameters.depth): Promise<Matrix> {
    run.signal.throwIfAborted();
    const size = this.task.trainLabels.length;
    const count = inputs.length / this.task.dimension;
    using rows = this.#rows(inputs);
    using joint = await layerKernels(stoppable(this.backend, run), this.#upTo(layer), rows, size);
    using whole = this.backend.slice(joint, 0, 1);
    const read = await this.backend.read(whole);
    const block = Float64Array.from(
      { length: count * count },
      (_, i) => read[(size + Math.floor(i / count)) * rows.rows + size + (i % count)] ?? NaN,
    );
    return this.backend.upload({ rows: count, columns: count }, block);
  }

  /** h of one example in a hidden layer under every sample of its law. */
  async preactivation(index: number, run: Run, layer = this.parameters.depth): Promise<Preactivation> {
    const backend = this.backend;
    const { task, parameters, law } = this;
    const size = task.trainLabels.length;
    using inputs = this.#rows(new Float64Array());
    const last = law.layers[layer - 1];
    using lifted = layer === 1 ? backend.slice(inputs, 0, 1) : await this.#under(layer, inputs, run);
    const parts: number[] = [];
    for (const snapshot of last?.snapshots ?? []) {
      run.signal.throwIfAborted();
      using h = backend.features('linear', snapshot, lifted).values;
      const read = await backend.read(h);
      for (let i = index; i < read.length; i += size) parts.push(read[i] ?? NaN);
    }
    const row = task.trainInputs.subarray(index * task.dimension, (index + 1) * task.dimension);
    using one = backend.upload({ rows: 1, columns: task.dimension }, row);
    const { activation } = parameters;
    using lazy = layer === 1 ? backend.gram(one) : lazyKernel(backend, { activation, depth: layer - 1, kernel: 'nngp', variance: 1 }, one);
    const [prior = NaN] = await backend.read(lazy);
    const each = last?.snapshots[0]?.rows ?? 1;
    return { prior, law: { samples: Float64Array.from(parts), group: groupsOfRuns(each) } };
  }

  [Symbol.dispose](): void {
    this.train[Symbol.dispose]();
    disposeDeepLaw(this.law);
  }

  /** The law up to a hidden layer. */
  #upTo(layer: number): DeepLaw {
    return { ...this.law, layers: this.law.layers.slice(0, layer) };
  }

  /** What neurons of a layer above the first see of the training examples. */
  async #under(layer: number, inputs: Matrix, run: Run): Promise<Matrix> {
    const backend = this.backend;
    using below = await layerKernels(stoppable(backend, run), this.#upTo(layer - 1), inputs, this.task.trainLabels.length);
    using whole = backend.slice(below, 0, 1);
    const { inputs: seen, gram } = priorOf(backend, whole, this.law.layers[layer - 1]?.jitter ?? 0);
    gram[Symbol.dispose]();
    return seen;
  }

  /** The training rows and others after them. */
  #rows(others: Float64Array): Matrix {
    const { trainInputs, dimension } = this.task;
    const all = new Float64Array(trainInputs.length + others.length);
    all.set(trainInputs);
    all.set(others, trainInputs.length);
    return this.backend.upload({ rows: all.length / dimension, columns: dimension }, all);
  }
}
