import type { Backend, Matrix } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import { groups, jackknife } from '$lib/theory/common/jackknife';
import { disposeLaw, lawKernel, lawPreactivation, type Law } from '$lib/theory/common/law';
import { errorsOf } from '$lib/theory/errors';
import { disposeNeurons, type Neurons } from '$lib/theory/flow/draw';
import type { FlowPoint } from '$lib/theory/flow/ensemble';
import { history } from '$lib/theory/flow/history';
import { groupOutputs } from '$lib/theory/flow/output';
import { leaveOneOutputs } from '$lib/theory/flow/response';
import { stoppable } from '$lib/theory/stopping';
import type { Errors, Health, History, Preactivation, SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';

/** The kernel of features after gradient flow, known by its neurons; its predictor is the network's own output. */
export class FlowKernel implements TrainedKernel {
  readonly theory = 'flow';
  readonly role: 'source' | 'target';
  readonly task: Task;
  readonly parameters: SourceParameters;
  readonly #backend: Backend;
  readonly #point: FlowPoint;
  /** v at the start of stage 2, [1, M, 1]; owned, as are the neurons of `point.start`. */
  readonly #firstReadout: Matrix | undefined;

  constructor(
    backend: Backend,
    point: FlowPoint,
    readonly law: Law,
    readonly readout: Matrix,
    firstReadout: Matrix | undefined,
    readonly train: Matrix,
    readonly health: Health,
    readonly fields: Readonly<Record<string, number>>,
    readonly warnings: readonly string[],
  ) {
    this.#backend = backend;
    this.#point = point;
    this.#firstReadout = firstReadout;
    this.role = point.start ? 'target' : 'source';
    this.task = point.task;
    this.parameters = point.parameters;
  }

  get bytes(): number {
    return [this.train, this.readout, this.#firstReadout, ...this.law.snapshots].reduce((sum, matrix) => sum + (matrix?.bytes ?? 0), 0);
  }

  /** w and v now; borrowed. */
  get neurons(): Neurons {
    const [weights] = this.law.snapshots;
    if (!weights) throw new Error('a law without samples');
    return { weights, readout: this.readout };
  }

  /** Whether the output at the start of its stage is taken off. */
  get shifted(): boolean {
    return this.#point.start !== undefined && this.#point.centred;
  }

  /** How many targets there are up to this kernel: 0 for a source. */
  get stage(): number {
    return this.#point.start ? this.#point.start.stage + 1 : 0;
  }

  /** Variance of a weight without feature learning. */
  get prior(): number {
    return this.law.variance;
  }

  async errors(run: Run): Promise<Errors> {
    const { task } = this;
    const backend = stoppable(this.#backend, run);
    const train = await this.#outputs(task.trainInputs, run);
    const test = await this.#outputs(task.testInputs, run);
    run.progress(0.5);
    const without = await leaveOneOutputs(backend, this.#point, this.neurons, train, test, run);
    const figures = (onTrain: Float64Array, onTest: Float64Array): Errors => errorsOf(onTrain, task.trainLabels, onTest, task.testLabels);
    run.progress(1);
    return jackknife(
      figures(meanOf(train), meanOf(test)),
      without.map(({ train: onTrain, test: onTest }) => figures(onTrain, onTest)),
    );
  }

  async predict(inputs: Float64Array, run: Run): Promise<Float64Array> {
    return meanOf(await this.#outputs(inputs, run));
  }

  on(inputs: Float64Array, run: Run): Promise<Matrix> {
    return lawKernel(this.#backend, this.law, inputs, this.task.dimension, run);
  }

  preactivation(index: number, run: Run): Promise<Preactivation> {
    return lawPreactivation(this.#backend, this.law, this.task, index, run);
  }

  /** The run once more, with an eye on more than its end. */
  history(run: Run): Promise<History> {
    return history(stoppable(this.#backend, run), this.#point, this.neurons.weights.rows, run);
  }

  /** f of each group of neurons, [groups, n]. */
  #outputs(inputs: Float64Array, run: Run): Promise<Float64Array> {
    const { activation, gamma } = this.parameters;
    const { start, centred } = this.#point;
    const origin = start && centred && this.#firstReadout ? { weights: start.weights, readout: this.#firstReadout } : undefined;
    return groupOutputs(stoppable(this.#backend, run), activation, gamma, this.neurons, origin, inputs, run);
  }

  [Symbol.dispose](): void {
    this.train[Symbol.dispose]();
    this.readout[Symbol.dispose]();
    this.#firstReadout?.[Symbol.dispose]();
    if (this.#point.start) disposeNeurons(this.#point.start);
    disposeLaw(this.law);
  }
}

/** The mean over groups, of [groups, n]. */
const meanOf = (grouped: Float64Array): Float64Array => {
  const count = grouped.length / groups;
  return Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let g = 0; g < groups; g++) sum += grouped[g * count + i] ?? NaN;
    return sum / groups;
  });
};
