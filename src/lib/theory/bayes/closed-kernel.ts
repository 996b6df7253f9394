import type { Backend, Matrix } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import { preactivations, solveLinear, type GaussianLaw, type LinearSolution } from '$lib/theory/bayes/closed';
import { conditioning, residuals } from '$lib/theory/bayes/health';
import { errorsOf } from '$lib/theory/errors';
import type { Errors, Health, SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';

/** A linear network's kernel in closed form: `theory.md` §2. */
export class ClosedKernel implements TrainedKernel {
  readonly theory = 'bayes';
  readonly warnings: readonly string[] = [];

  constructor(
    readonly role: 'source' | 'target',
    readonly task: Task,
    readonly parameters: SourceParameters,
    readonly solution: LinearSolution,
    readonly train: Matrix,
    readonly health: Health,
  ) {}

  /** For a source: the Gaussian law of its first-layer weights. */
  get law(): GaussianLaw {
    return this.solution.law;
  }

  get bytes(): number {
    return this.train.bytes;
  }

  errors(run: Run): Promise<Errors> {
    run.signal.throwIfAborted();
    const { slope } = this.solution;
    const { trainInputs, trainLabels, testInputs, testLabels } = this.task;
    return Promise.resolve(errorsOf(preactivations(trainInputs, slope), trainLabels, preactivations(testInputs, slope), testLabels));
  }

  [Symbol.dispose](): void {
    this.train[Symbol.dispose]();
  }
}

/** Solves one point in double precision and makes its kernel matrix, Φ = scale·K + Σ strength·v vᵀ, on the backend. */
export async function closedKernel(
  backend: Backend,
  role: 'source' | 'target',
  task: Task,
  parameters: SourceParameters,
  delta = 0,
  source?: GaussianLaw,
): Promise<ClosedKernel> {
  const solution = solveLinear(task, parameters, delta, source);
  const size = task.trainLabels.length;
  using inputs = backend.upload({ rows: size, columns: task.dimension }, task.trainInputs);
  using gram = backend.gram(inputs);
  const kernel = backend.combine([[solution.scale, gram]]);
  for (const { vector, strength } of solution.spikes) {
    using v = backend.upload({ rows: size, columns: 1 }, vector);
    backend.product(v, v, { transposeB: true, alpha: strength, beta: 1, into: kernel });
  }
  using dual = backend.upload({ rows: size, columns: 1 }, solution.dual);
  using labels = backend.upload({ rows: size, columns: 1 }, task.trainLabels);
  const [residual] = await residuals(backend, kernel, dual, labels, [parameters.temperature]);
  const [figures] = await conditioning(backend, kernel, [parameters.temperature]);
  return new ClosedKernel(role, task, parameters, solution, kernel, { ...(residual !== undefined && { residual }), ...figures });
}
