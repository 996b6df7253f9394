import type { Backend, Matrix } from '$lib/backend/backend';
import { factorSystems } from '$lib/backend/systems/factor';
import type { Run } from '$lib/base/run';
import { BayesKernel, type KernelFacts } from '$lib/theory/bayes/bayes-kernel';
import type { PointLaw } from '$lib/theory/bayes/coupled/origin';
import type { Anchor } from '$lib/theory/bayes/ensemble';
import type { NodePredictions } from '$lib/theory/bayes/span/predictions';
import { groups, jackknife } from '$lib/theory/common/jackknife';
import { disposeLaw, groupKernels, lawKernel, lawPreactivation, leaveOneOut, meanKernel, type Law } from '$lib/theory/common/law';
import { errorsOf } from '$lib/theory/errors';
import { notPositive } from '$lib/theory/positive';
import { stoppable } from '$lib/theory/stopping';
import type { Errors, Preactivation, TrainedKernel } from '$lib/theory/theory';

/** Test rows handled together, so that one block [groups, rows, P] stays below this many numbers. */
const blockBudget = 2 ** 22;

/**
 * A kernel known by samples of its law. Predictions use Δ solved anew from the averaged kernel, not the Δ that drove the
 * particles: the law is stationary with respect to the driving Δ only on average, and at D = 2 against quadrature the
 * re-solved predictor errs by 0.0–0.4 % where the driving one errs by 1–4 %.
 */
export class SampleKernel extends BayesKernel implements TrainedKernel {
  constructor(
    backend: Backend,
    facts: KernelFacts,
    readonly law: Law,
    /** What targets are coupled to, [1, M, D]; owned. */
    readonly anchor: Anchor,
    /** The law over the span of the training inputs, where it is known exactly: what targets are coupled to. */
    readonly points?: PointLaw,
    /** Whether `train` is known better than samples tell: then so is the error on the training rows. */
    readonly exact = false,
    /** Predictions that need no samples. */
    readonly predictions?: NodePredictions,
  ) {
    super(backend, facts);
  }

  get bytes(): number {
    const { points } = this.points ?? {};
    return (
      this.train.bytes +
      (this.predictions?.bytes ?? 0) +
      24 * (points?.mass.length ?? 0) +
      [...this.law.snapshots, ...this.law.controlVariates].reduce((sum, { bytes }) => sum + bytes, 0)
    );
  }

  async errors(run: Run): Promise<Errors> {
    const backend = stoppable(this.backend, run);
    const { task, parameters, law } = this;
    if (this.predictions)
      return await this.predictions.errors(async () => {
        run.signal.throwIfAborted();
        await backend.yieldToDevice();
      });
    const { dimension, trainLabels, testLabels } = task;
    const size = trainLabels.length;
    run.signal.throwIfAborted();
    using inputs = backend.upload({ rows: size, columns: dimension }, task.trainInputs);
    using labels = backend.upload({ rows: size, columns: 1 }, trainLabels);
    using grouped = await groupKernels(backend, law, inputs, inputs);
    using mean = meanKernel(backend, grouped);
    using without = leaveOneOut(backend, grouped, mean);
    const ridge = parameters.temperature + (this.health.jitter ?? 0);
    using wholeDual = await dualOf(backend, mean, labels, ridge);
    using duals = await dualOf(backend, without, labels, ridge);

    const tests = testLabels.length;
    const whole = new Float64Array(tests);
    const partial = Array.from({ length: groups }, () => new Float64Array(tests));
    const together = Math.max(1, Math.floor(blockBudget / (groups * size)));
    for (let first = 0; first < tests; first += together) {
      run.signal.throwIfAborted();
      const count = Math.min(together, tests - first);
      const rows = task.testInputs.subarray(first * dimension, (first + count) * dimension);
      using block = backend.upload({ rows: count, columns: dimension }, rows);
      using cross = await groupKernels(backend, law, block, inputs);
      using crossMean = meanKernel(backend, cross);
      using crossWithout = leaveOneOut(backend, cross, crossMean);
      using prediction = backend.product(crossMean, wholeDual);
      using predictions = backend.product(crossWithout, duals);
      whole.set(await backend.read(prediction), first);
      const read = await backend.read(predictions);
      partial.forEach((into, g) => {
        into.set(read.subarray(g * count, (g + 1) * count), first);
      });
      run.progress((first + count) / tests);
    }
    const dual = await backend.read(wholeDual);
    const partialDuals = await backend.read(duals);
    const figures = (delta: Float64Array, test: Float64Array): Errors =>
      errorsOf(
        // f = y − TΔ on the training rows.
        delta.map((value, p) => (trainLabels[p] ?? NaN) - ridge * value),
        trainLabels,
        test,
        testLabels,
      );
    const errors = jackknife(
      figures(dual, whole),
      partial.map((test, g) => figures(partialDuals.subarray(g * size, (g + 1) * size), test)),
    );
    if (!this.exact) return errors;
    // y − f = TΔ: what is left of the labels next to a small T is far less than what samples leave of the kernel.
    using exactDual = await dualOf(backend, this.train, labels, ridge);
    const { train } = figures(await backend.read(exactDual), whole);
    const { stderr } = errors;
    if (!stderr) return { ...errors, train };
    // By what samples have the errors on the training examples wrong, they may have those on others wrong, whatever their scatter.
    const missed = Math.abs(errors.train - train);
    return { ...errors, train, stderr: { ...stderr, test: Math.hypot(stderr.test, missed), bias: Math.hypot(stderr.bias ?? 0, missed) } };
  }

  on(inputs: Float64Array, run: Run): Promise<Matrix> {
    return lawKernel(this.backend, this.law, inputs, this.task.dimension, run);
  }

  async preactivation(index: number, run: Run): Promise<Preactivation> {
    const found = await lawPreactivation(this.backend, this.law, this.task, index, run);
    const { effectiveSamples } = this.health;
    if (effectiveSamples === undefined || !('samples' in found.law)) return found;
    // Samples that were drawn again by their weights stand in several groups.
    const shared = Math.max(1, Math.sqrt(found.law.samples.length / effectiveSamples));
    return { ...found, law: { ...found.law, shared } };
  }

  [Symbol.dispose](): void {
    this.train[Symbol.dispose]();
    this.anchor.weights[Symbol.dispose]();
    this.anchor.controlVariate[Symbol.dispose]();
    disposeLaw(this.law);
  }
}

/** (Φ + ridge)⁻¹ y for each batch entry; a Problem where one of them has no factor. */
async function dualOf(backend: Backend, kernel: Matrix, labels: Matrix, ridge: number): Promise<Matrix> {
  using systems = await factorSystems(backend, kernel, new Array<number>(kernel.batch).fill(ridge));
  for (const failure of systems.failures) if (failure) throw notPositive(failure, false);
  return backend.solve(systems.factor, labels);
}
