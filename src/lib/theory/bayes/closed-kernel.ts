import type { Backend, Matrix } from '$lib/backend/backend';
import { solveChained, type ChainLaw } from '$lib/theory/bayes/chained';
import { preactivations, solveLinear, type GaussianLaw, type LinearSolution } from '$lib/theory/bayes/closed';
import { expectSolved, LinearKernel } from '$lib/theory/bayes/linear-kernel';
import { closedHealth } from '$lib/theory/bayes/solved';
import type { Preactivation, SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';

/** A linear network's kernel in closed form: `theory.md` §2. */
export class ClosedKernel extends LinearKernel<LinearSolution> implements TrainedKernel {
  /** The Gaussian law of its first-layer weights. */
  get law(): GaussianLaw | ChainLaw {
    return this.role === 'source' ? this.solution.law : this.solution;
  }

  on(inputs: Float64Array): Promise<Matrix> {
    return Promise.resolve(linearKernel(this.backend, this.solution, inputs));
  }

  /** Weights are Gaussian, and so is h: its variance is that of the weights along x. */
  preactivation(index: number): Promise<Preactivation> {
    const { dimension, trainInputs } = this.task;
    const x = trainInputs.subarray(index * dimension, (index + 1) * dimension);
    const prior = (this.solution.scale * x.reduce((sum, value) => sum + value * value, 0)) / dimension;
    const variance = this.solution.spikes.reduce(
      (sum, { direction, strength }) => sum + strength * (preactivations(x, direction)[0] ?? 0) ** 2,
      prior,
    );
    return Promise.resolve({ prior, law: { variance } });
  }
}

/** Φ = X C Xᵀ/D of the solution's covariance C for rows X [n, D], [1, n, n]. */
function linearKernel(backend: Backend, { scale, spikes, slope }: LinearSolution, x: Float64Array): Matrix {
  const columns = slope.length;
  const rows = x.length / columns;
  using inputs = backend.upload({ rows, columns }, x);
  using gram = backend.gram(inputs);
  const kernel = backend.combine([[scale, gram]]);
  for (const { direction, strength } of spikes) {
    using v = backend.upload({ rows, columns: 1 }, preactivations(x, direction));
    backend.product(v, v, { transposeB: true, alpha: strength, beta: 1, into: kernel });
  }
  return kernel;
}

/** Solves one point in double precision and makes its kernel matrix on the backend. @throws Problem for labels too large for that. */
export async function closedKernel(
  backend: Backend,
  role: 'source' | 'target',
  task: Task,
  parameters: SourceParameters,
  delta = 0,
  source?: GaussianLaw | ChainLaw,
): Promise<ClosedKernel> {
  const chained = source && 'spikes' in source;
  const solution = chained ? solveChained(task, parameters, delta, source) : solveLinear(task, parameters, delta, source);
  expectSolved(task, solution, parameters.temperature);
  const train = linearKernel(backend, solution, task.trainInputs);
  const health = await closedHealth(backend, train, solution.dual, task, parameters.temperature);
  return new ClosedKernel(backend, { role, task, parameters, train, health }, solution);
}
