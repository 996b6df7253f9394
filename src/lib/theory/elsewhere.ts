import type { Backend, Factor } from '$lib/backend/backend';
import { systemConditions } from '$lib/backend/systems/condition';
import { factorSystems } from '$lib/backend/systems/factor';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { errorsOf } from '$lib/theory/errors';
import { notPositive } from '$lib/theory/positive';
import type { Errors, Task, TrainedKernel } from '$lib/theory/theory';
import { columnSums } from '$lib/theory/common/column-sums';

/** Examples with labels: rows [n, D]. */
interface Examples {
  readonly inputs: Float64Array;
  readonly labels: Float64Array;
}

interface Predicted {
  readonly mean: Float64Array;
  /** Of the posterior, where the kernel is that of a Gaussian process; else zeros. */
  readonly variance: Float64Array;
  /** Of the system that was solved; undefined where none was. */
  readonly condition?: number;
}

/** Errors on another task, and how good the system is that was solved for them. */
export interface ErrorsElsewhere {
  readonly errors: Errors;
  /** Condition number of Φ(X, X) + T; undefined where the kernel's own predictor was taken. */
  readonly condition: number | undefined;
  readonly warnings: readonly string[];
}

/**
 * What becomes of a kernel on another task of as many inputs: its features there. `refit`: a readout is fitted to the other task's training set by
 * ridge regression with the kernel's own T, f(x) = Φ(x, X)(Φ(X, X) + T)⁻¹y. `kept`: the kernel's own predictor, which saw nothing of the other
 * task; `train` is then its error on the other task's training set. Errors as in `theory.md` §0, without standard errors.
 * @throws Problem where the inputs do not fit, or the theory knows Φ on its own examples only.
 */
export async function errorsElsewhere(
  backend: Backend,
  kernel: TrainedKernel,
  other: Task,
  readout: 'refit' | 'kept',
  run: Run,
): Promise<ErrorsElsewhere> {
  if (other.dimension !== kernel.task.dimension)
    throw new Problem(`on: must have inputs of dimension ${kernel.task.dimension} as the kernel's, got ${other.dimension}`, {
      path: ['on'],
    });
  if (kernel.theory === 'proportional')
    throw new Problem(
      'kernel: of a proportional network errors are known on its own task only: how far its readout scatters elsewhere is not',
      { path: ['kernel'] },
    );
  const { trainInputs, trainLabels, testInputs, testLabels } = other;
  if (testLabels.length === 0) throw new Problem('on: has no test examples to measure the error on', { path: ['on'] });
  const gaussian = kernel.theory === 'lazy' && kernel.parameters.kernel === 'nngp';
  const own = { inputs: kernel.task.trainInputs, labels: kernel.task.trainLabels };
  const fitted = readout === 'refit' ? { inputs: trainInputs, labels: trainLabels } : own;
  const at = new Float64Array(trainInputs.length + testInputs.length);
  at.set(trainInputs);
  at.set(testInputs, trainInputs.length);
  const { mean, variance, condition }: Predicted =
    readout === 'kept' && kernel.predict && !gaussian
      ? { mean: await kernel.predict(at, run), variance: new Float64Array(trainLabels.length + testLabels.length) }
      : await regression(backend, kernel, fitted, at, gaussian, run);
  const count = trainLabels.length;
  const errors = errorsOf(
    mean.subarray(0, count),
    trainLabels,
    mean.subarray(count),
    testLabels,
    variance.subarray(0, count),
    variance.subarray(count),
  );
  const warnings =
    condition === undefined || condition * backend.roundoff < 0.1
      ? []
      : [
          `the kernel matrix on the task of "on" is nearly singular (condition ${condition.toExponential(1)}); digits of the result are lost, raise the kernel's temperature`,
        ];
  return { errors, condition, warnings };
}

/** Ridge regression on a kernel's features, at rows [n, D], a block at a time: each block takes Φ of the examples with it. */
async function regression(
  backend: Backend,
  kernel: TrainedKernel,
  { inputs, labels }: Examples,
  at: Float64Array,
  gaussian: boolean,
  run: Run,
): Promise<Predicted> {
  if (!kernel.on) throw new Problem(`kernel: its theory, ${kernel.theory}, knows it on its own examples only`, { path: ['kernel'] });
  const { dimension } = kernel.task;
  const [size, total] = [labels.length, at.length / dimension];
  const mean = new Float64Array(total);
  const variance = new Float64Array(total);
  const together = Math.max(128, size);
  let condition = NaN;
  for (let first = 0; first < total; first += together) {
    run.signal.throwIfAborted();
    const count = Math.min(together, total - first);
    const rows = new Float64Array((size + count) * dimension);
    rows.set(inputs);
    rows.set(at.subarray(first * dimension, (first + count) * dimension), inputs.length);
    using joint = await kernel.on(rows, run);
    const block = await backend.read(joint);
    const width = size + count;
    const part = (from: number, height: number): Float64Array =>
      Float64Array.from({ length: height * size }, (_, i) => block[(from + Math.floor(i / size)) * width + (i % size)] ?? NaN);
    using own = backend.upload({ rows: size, columns: size }, part(0, size));
    using systems = await factorSystems(backend, own, [kernel.parameters.temperature + (kernel.health.jitter ?? 0)], {
      refuseSingular: true,
    });
    const [failure] = systems.failures;
    if (failure) throw notPositive(failure, false);
    if (first === 0) condition = (await systemConditions(backend, systems))[0] ?? NaN;
    using y = backend.upload({ rows: size, columns: 1 }, labels);
    using dual = backend.solve(systems.factor, y);
    using cross = backend.upload({ rows: count, columns: size }, part(size, count));
    using predicted = backend.product(cross, dual);
    mean.set(await backend.read(predicted), first);
    if (!gaussian) continue;
    const explained = await explainedBy(backend, systems.factor, part(size, count), size);
    // Below zero only rounding can carry it.
    explained.forEach((value, i) => (variance[first + i] = Math.max(0, (block[(size + i) * width + size + i] ?? NaN) - value)));
  }
  return { mean, variance, condition };
}

/** k(x)ᵀ(K + T)⁻¹k(x) for rows k(x) of a cross kernel [n, P]. */
async function explainedBy(backend: Backend, factor: Factor, cross: Float64Array, size: number): Promise<Float64Array> {
  using rows = backend.upload({ rows: cross.length / size, columns: size }, cross);
  using columns = backend.transpose(rows);
  using half = backend.solveLower(factor, columns);
  using sums = columnSums(backend, half, half);
  return await backend.read(sums);
}
