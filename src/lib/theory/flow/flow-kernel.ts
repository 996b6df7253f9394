import type { Backend, Matrix } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import { disposeLaw, lawKernel, lawPreactivation, type Law } from '$lib/theory/common/law';
import { extrapolate, parts } from '$lib/theory/common/parts';
import { errorsOf } from '$lib/theory/errors';
import { disposeNeurons, type Neurons } from '$lib/theory/flow/draw';
import type { FlowPoint } from '$lib/theory/flow/ensemble';
import { history } from '$lib/theory/flow/history';
import { groupOutputs } from '$lib/theory/flow/output';
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
    /** w and v, [1, M, D] and [1, M, 1], where each group of neurons was run by itself. */
    readonly groups: Neurons | undefined,
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
    return [this.train, this.readout, this.groups?.weights, this.groups?.readout, this.#firstReadout, ...this.law.snapshots].reduce(
      (sum, matrix) => sum + (matrix?.bytes ?? 0),
      0,
    );
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
    const figures = (onTrain: Float64Array, onTest: Float64Array): Errors => errorsOf(onTrain, task.trainLabels, onTest, task.testLabels);
    const whole = figures(await this.predict(task.trainInputs, run), await this.predict(task.testInputs, run));
    run.progress(0.5);
    if (!this.groups) return whole;
    const train = await this.#groupOutputs(this.groups, task.trainInputs, run);
    const test = await this.#groupOutputs(this.groups, task.testInputs, run);
    run.progress(1);
    const own = (all: Float64Array, g: number): Float64Array => all.subarray((g * all.length) / parts, ((g + 1) * all.length) / parts);
    return extrapolate(
      whole,
      Array.from({ length: parts }, (_, g) => figures(own(train, g), own(test, g))),
      figures(meanOf(train), meanOf(test)),
    );
  }

  /** f, [n]. */
  predict(inputs: Float64Array, run: Run): Promise<Float64Array> {
    const { start, centred } = this.#point;
    const origin = start && centred && this.#firstReadout ? { weights: start.weights, readout: this.#firstReadout } : undefined;
    return this.#outputs(1, this.neurons, origin, inputs, run);
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

  /** f of each group of neurons run by itself, [parts, n]. */
  #groupOutputs(groups: Neurons, inputs: Float64Array, run: Run): Promise<Float64Array> {
    const { start, centred, readout } = this.#point;
    const first = readout === 'kept' ? start?.groups?.readout : this.#firstReadout;
    const origin = start?.groups && centred && first ? { weights: start.groups.weights, readout: first } : undefined;
    return this.#outputs(parts, groups, origin, inputs, run);
  }

  /** f of neurons in `count` groups, less that of where they started, [count, n]. */
  #outputs(count: number, neurons: Neurons, origin: Neurons | undefined, inputs: Float64Array, run: Run): Promise<Float64Array> {
    const { activation, gamma } = this.parameters;
    return groupOutputs(stoppable(this.#backend, run), activation, gamma, count, neurons, origin, inputs, run);
  }

  [Symbol.dispose](): void {
    this.train[Symbol.dispose]();
    this.readout[Symbol.dispose]();
    this.#firstReadout?.[Symbol.dispose]();
    const { start } = this.#point;
    for (const neurons of [this.groups, start, start?.groups]) if (neurons) disposeNeurons(neurons);
    disposeLaw(this.law);
  }
}

/** The mean over groups, of [parts, n]. */
const meanOf = (grouped: Float64Array): Float64Array => {
  const count = grouped.length / parts;
  const mean = new Float64Array(count);
  grouped.forEach((value, i) => (mean[i % count]! += value / parts));
  return mean;
};
