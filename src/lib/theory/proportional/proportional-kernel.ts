import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { Backend, Matrix } from '$lib/backend/backend';
import { errorsOf } from '$lib/theory/errors';
import type { SourceLaw } from '$lib/theory/proportional/kernels';
import { notNegative, type Predictions } from '$lib/theory/proportional/predictor';
import type { Errors, Health, SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';

/** What the saddle gave for one point. */
export interface ProportionalSolution {
  readonly role: 'source' | 'target';
  readonly task: Task;
  readonly parameters: SourceParameters;
  /** Order parameters and last-layer norm, by the names a sheet asks for. */
  readonly fields: Readonly<Record<string, number>>;
  readonly health: Health;
  /** Mean predictor and variance on the training set, in double precision. */
  readonly onTrain: Predictions;
  /** The same on the test set, on the backend given. */
  readonly onTest: (backend: Backend, run: Run) => Promise<Predictions>;
  /** Φ on rows x [1, n, D] of the backend given, [1, n, n]. */
  readonly kernel: (backend: Backend, x: Matrix) => Matrix;
  /** Of a source: what targets need of it. */
  readonly law?: SourceLaw;
}

/** Beyond this product of condition and roundoff the test set is predicted in double precision instead. */
const trusted = 1e-3;

/** A kernel of the proportional limit, renormalised by its task: Φ = Q̂_s K_ss, or Q̂_d K_d − Q̂_o K_o (`theory.md` §4). Owns its matrix. */
export class ProportionalKernel implements TrainedKernel {
  readonly theory = 'proportional';
  readonly role: 'source' | 'target';
  readonly task: Task;
  readonly parameters: SourceParameters;
  readonly fields: Readonly<Record<string, number>>;
  readonly health: Health;
  readonly warnings: readonly string[] = [];
  private known: Promise<Errors> | undefined;

  constructor(
    private readonly backend: Backend,
    private readonly exact: Backend,
    private readonly solution: ProportionalSolution,
    readonly train: Matrix,
  ) {
    ({ role: this.role, task: this.task, parameters: this.parameters, fields: this.fields, health: this.health } = solution);
  }

  get law(): SourceLaw | undefined {
    return this.solution.law;
  }

  get bytes(): number {
    const { means, variances } = this.solution.onTrain;
    return this.train.bytes + means.byteLength + variances.byteLength;
  }

  /** The five figures, bias and variance as in `theory.md` §4. A run that stopped is not remembered. */
  errors(run: Run): Promise<Errors> {
    const asked = (this.known ??= this.computeErrors(run));
    asked.catch(() => (this.known = undefined));
    return asked;
  }

  /** The renormalised kernel as a function of any inputs: that of the predictor. */
  on(inputs: Float64Array): Promise<Matrix> {
    const columns = this.task.dimension;
    using x = this.backend.upload({ rows: inputs.length / columns, columns }, inputs);
    return Promise.resolve(this.solution.kernel(this.backend, x));
  }

  [Symbol.dispose](): void {
    this.train[Symbol.dispose]();
  }

  private async computeErrors(run: Run): Promise<Errors> {
    const { task, backend, exact, solution } = this;
    if (task.testLabels.length === 0) throw new Problem('the task has no test examples, so there is no test error');
    const condition = this.health.condition ?? Infinity;
    const where = condition * backend.roundoff < trusted ? backend : exact;
    const onTest = await solution.onTest(where, run);
    // Rounding of a difference of terms of order one, carried by the condition.
    const rounding = where.roundoff * task.trainLabels.length * condition;
    return errorsOf(
      solution.onTrain.means,
      task.trainLabels,
      onTest.means,
      task.testLabels,
      notNegative(solution.onTrain.variances, rounding),
      notNegative(onTest.variances, rounding),
    );
  }
}
