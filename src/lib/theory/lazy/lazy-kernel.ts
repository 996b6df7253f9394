import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { Backend, Factor, Matrix } from '$lib/backend/backend';
import { errorsOf } from '$lib/theory/errors';
import { lazyKernelInParts, rowsAtATime } from '$lib/theory/lazy/parts';
import { lazyCrossKernel, lazyKernel, type Recipe } from '$lib/theory/common/lazy-recursion';
import type { Errors, Health, Preactivation, SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';
import { columnSums } from '$lib/theory/common/column-sums';

/** What the solver found of one point. */
export interface LazySolution {
  readonly role: 'source' | 'target';
  readonly task: Task;
  readonly parameters: SourceParameters;
  /** What the kernel was solved with: the backend itself, or its companion in double precision. */
  readonly engine: Backend;
  /** Φ on the training inputs as the engine has it; owned by the kernel, and the same matrix as `train` on the backend itself. */
  readonly own: Matrix;
  /** Prior variance ρ of the hidden weights. */
  readonly variance: number;
  /** Δ = (K + (T + jitter) I)⁻¹ y. */
  readonly dual: Float64Array;
  readonly health: Health;
  /** What the solver warns of. */
  readonly warnings: readonly string[];
}

/** Test examples taken at a time, at most: bounds the cross kernel. */
const mostAtATime = 1024;

/** A kernel of the lazy limit: fixed before any data is seen. Owns its matrices. `train` is on the backend, the errors are the engine's. */
export class LazyKernel implements TrainedKernel {
  readonly theory = 'lazy';
  readonly role: 'source' | 'target';
  readonly task: Task;
  readonly parameters: SourceParameters;
  readonly health: Health;
  readonly warnings: readonly string[];
  private known: Promise<Errors> | undefined;

  constructor(
    private readonly backend: Backend,
    private readonly solution: LazySolution,
    readonly train: Matrix,
  ) {
    ({ role: this.role, task: this.task, parameters: this.parameters, health: this.health } = solution);
    this.warnings = [...solution.warnings, ...warningsOf(solution.health, solution.engine.roundoff)];
  }

  /** Prior variance of a hidden weight. */
  get variance(): number {
    return this.solution.variance;
  }

  get bytes(): number {
    const { own, dual } = this.solution;
    return this.train.bytes + (own === this.train ? 0 : own.bytes) + dual.byteLength;
  }

  /** The five figures; variance is that of the posterior for the NNGP and 0 for the NTK. A run that stopped is not remembered. */
  errors(run: Run): Promise<Errors> {
    const asked = (this.known ??= this.computeErrors(run));
    asked.catch(() => (this.known = undefined));
    return asked;
  }

  async on(inputs: Float64Array, run: Run, layer = this.parameters.depth): Promise<Matrix> {
    const { backend, task, parameters, solution } = this;
    const { engine, variance } = solution;
    using x = engine.upload({ rows: inputs.length / task.dimension, columns: task.dimension }, inputs);
    const kernel = await lazyKernelInParts(engine, { ...parameters, depth: layer, variance }, x, run);
    if (engine === backend) return kernel;
    using found = kernel;
    return backend.upload(found, await engine.read(found));
  }

  /** Gaussian, of the variance that the layers below give it: ρ K^{l−1}(x, x). */
  async preactivation(index: number, _run: Run, layer = this.parameters.depth): Promise<Preactivation> {
    const { task, parameters, solution } = this;
    const { engine } = solution;
    const { dimension, trainInputs } = task;
    const row = trainInputs.subarray(index * dimension, (index + 1) * dimension);
    using x = engine.upload({ rows: 1, columns: dimension }, row);
    const below: Recipe = { ...parameters, kernel: 'nngp', depth: layer - 1, variance: solution.variance };
    using kernel = below.depth > 0 ? lazyKernel(engine, below, x) : engine.gram(x);
    const [covariance = NaN] = await engine.read(kernel);
    const variance = solution.variance * covariance;
    return { prior: variance, law: { variance } };
  }

  [Symbol.dispose](): void {
    this.train[Symbol.dispose]();
    this.solution.own[Symbol.dispose]();
  }

  private async computeErrors(run: Run): Promise<Errors> {
    const { task, parameters, solution } = this;
    const { engine } = solution;
    const examples = task.trainLabels.length;
    if (task.testLabels.length === 0) throw new Problem('the task has no test examples, so there is no test error');
    using inputs = engine.upload({ rows: examples, columns: task.dimension }, task.trainInputs);
    using dual = engine.upload({ rows: examples, columns: 1 }, solution.dual);
    using fitted = engine.product(solution.own, dual);
    const onTrain = await engine.read(fitted);
    if (parameters.kernel === 'ntk') {
      const { predictions } = await this.onTest(inputs, dual, undefined, run);
      return errorsOf(onTrain, task.trainLabels, predictions, task.testLabels);
    }
    using system = engine.addDiagonal(solution.own, this.ridge);
    using factor = engine.cholesky(system);
    const { predictions, variances } = await this.onTest(inputs, dual, factor, run);
    const own = await this.onTrain(factor);
    return errorsOf(onTrain, task.trainLabels, predictions, task.testLabels, own, variances);
  }

  /** k(x)ᵀΔ and k(x, x) − |L⁻¹k(x)|² on the test examples. */
  private async onTest(inputs: Matrix, dual: Matrix, factor: Factor | undefined, run: Run) {
    const { task, parameters, solution } = this;
    const { engine } = solution;
    const total = task.testLabels.length;
    const predictions = new Float64Array(total);
    const variances = new Float64Array(total);
    const recipe: Recipe = { ...parameters, variance: solution.variance };
    // So many that a stop is heard in between.
    const portion = Math.min(mostAtATime, rowsAtATime(engine, recipe, task.trainLabels.length, task.dimension));
    for (let first = 0; first < total; first += portion) {
      run.signal.throwIfAborted();
      const count = Math.min(portion, total - first);
      const part = task.testInputs.subarray(first * task.dimension, (first + count) * task.dimension);
      using z = engine.upload({ rows: count, columns: task.dimension }, part);
      const cross = lazyCrossKernel(engine, recipe, z, inputs);
      using kernel = cross.kernel;
      using prior = cross.variances;
      using prediction = engine.product(kernel, dual);
      predictions.set(await engine.read(prediction), first);
      if (factor) {
        using across = engine.transpose(kernel);
        const before = await engine.read(prior);
        const known = await this.explained(factor, across);
        for (let i = 0; i < count; i++) variances[first + i] = this.posterior(before[i] as number, known[i] as number);
      }
      run.progress((first + count) / total);
      await engine.yieldToDevice();
    }
    return { predictions, variances };
  }

  /** T, with the jitter that was added where T alone was not enough. */
  private get ridge(): number {
    return this.parameters.temperature + (this.health.jitter ?? 0);
  }

  /**
   * The posterior variance at the training examples, T − T² (K + T I)⁻¹ᵢᵢ, and k(x, x) − |L⁻¹k(x)|² where that begins with the smaller number: neither
   * is then a difference of nearly equal ones, at small T or at large T.
   */
  private async onTrain(factor: Factor): Promise<Float64Array> {
    const { ridge } = this;
    const { engine, own } = this.solution;
    using variances = engine.diagonal(own);
    const prior = await engine.read(variances);
    const [explained, inverse] = [
      prior.some((k) => k < ridge) ? await this.explained(factor, own) : undefined,
      prior.some((k) => k >= ridge) ? await this.inverseDiagonal(factor) : undefined,
    ];
    return prior.map((k, i) => (k < ridge ? this.posterior(k, explained![i]!) : this.posterior(ridge, ridge * ridge * inverse![i]!)));
  }

  /** |L⁻¹k|² of each column of K. */
  private async explained(factor: Factor, kernel: Matrix): Promise<Float64Array> {
    const { engine } = this.solution;
    using half = engine.solveLower(factor, kernel);
    using sums = columnSums(engine, half, half);
    return await engine.read(sums);
  }

  private async inverseDiagonal(factor: Factor): Promise<Float64Array> {
    const { engine } = this.solution;
    using inverse = engine.inverse(factor);
    using diagonal = engine.diagonal(inverse);
    return await engine.read(diagonal);
  }

  /** The difference of the two; below zero only rounding may carry it, anything more is a failure that is said. */
  private posterior(prior: number, explained: number): number {
    const left = prior - explained;
    const rounding = this.solution.engine.roundoff * this.task.trainLabels.length * (this.health.condition ?? 1) * Math.abs(prior);
    if (left >= 0) return left;
    if (left >= -rounding) return 0;
    throw new Problem(`the posterior variance came out as ${left.toPrecision(3)}, which rounding does not explain; raise temperature`);
  }
}

const warningsOf = ({ residual, condition }: Health, roundoff: number): readonly string[] => [
  ...(residual !== undefined && !(residual < 0.02)
    ? [`the linear system is solved to ${(100 * residual).toPrecision(2)} % only; raise temperature`]
    : []),
  ...(condition !== undefined && !(condition * roundoff < 0.1)
    ? [`the kernel matrix is nearly singular (condition ${condition.toExponential(1)}); digits of the result are lost, raise temperature`]
    : []),
];
