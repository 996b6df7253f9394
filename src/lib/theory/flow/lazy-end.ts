import type { Backend, Matrix } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { kernelAlignment, labelKernel } from '$lib/theory/alignment';
import { groups, jackknife } from '$lib/theory/common/jackknife';
import { groupKernels, lawKernel, lawPreactivation, meanKernel, type Law } from '$lib/theory/common/law';
import { errorsOf, meanSquare } from '$lib/theory/errors';
import { disposeNeurons, holdNeurons, type Neurons } from '$lib/theory/flow/draw';
import type { FlowPoint, Start } from '$lib/theory/flow/ensemble';
import { linearFlow, predicted, type Parts } from '$lib/theory/flow/linear-flow';
import { meanOutputs } from '$lib/theory/flow/output';
import { tangentParts } from '$lib/theory/flow/tangent';
import { planFor, recordTimes } from '$lib/theory/flow/schedule';
import { Owned } from '$lib/theory/owned';
import { stoppable } from '$lib/theory/stopping';
import type { Errors, Health, History, Preactivation, SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';

/** A stage 2 that starts from a stage 1. */
export type TargetFlow = FlowPoint & { readonly start: Start };

/** Why a point has no lazy end; undefined when it has. */
export function lazyEndProblem({ parameters: { weightDecay }, readout, centred }: FlowPoint): Problem | undefined {
  if (weightDecay > 0)
    return new Problem(`weight_decay: must be 0 where gamma is 0, for it would outgrow all that is learned; got ${weightDecay}`, {
      path: ['weight_decay'],
    });
  if (readout === 'kept' && !centred)
    return new Problem('centred: must be true where gamma is 0, for a kept readout counts 1/γ there', { path: ['centred'] });
  return undefined;
}

interface Blocks {
  readonly train: Parts;
  readonly test: Parts;
}

interface Outputs {
  readonly train: Float64Array;
  readonly test: Float64Array;
}

/**
 * The end γ → 0 of stage 2: the linearised flow with the tangent kernel that the source has left, Φ_s + K ∘ ⟨v²φ′φ′ᵀ⟩ (`theory.md` §3).
 * Features stay the source's. A fresh readout enters by ⟨v²⟩ = 1 alone, a kept one by the source's own.
 */
export class LazyEndKernel implements TrainedKernel {
  readonly theory = 'flow';
  readonly role = 'target';
  readonly task: Task;
  readonly parameters: SourceParameters;
  readonly warnings: readonly string[] = [];
  readonly #backend: Backend;
  readonly #point: TargetFlow;
  readonly #law: Law;
  readonly #outputs: readonly Outputs[];
  readonly #times: readonly number[];

  private constructor(
    backend: Backend,
    point: TargetFlow,
    law: Law,
    readonly train: Matrix,
    outputs: readonly Outputs[],
    times: readonly number[],
    readonly health: Health,
    readonly fields: Readonly<Record<string, number>>,
  ) {
    this.#backend = backend;
    this.#point = point;
    this.#law = law;
    this.#outputs = outputs;
    this.#times = times;
    this.task = point.task;
    this.parameters = point.parameters;
  }

  static async make(backend: Backend, borrowed: TargetFlow, run: Run): Promise<LazyEndKernel> {
    using made = new Owned();
    const { task, start: of, parameters, delta } = borrowed;
    const plan = planFor(run.quality, of.weights.rows);
    const times = recordTimes(parameters.time, plan.records);
    const blocks = await blocksOf(backend, borrowed, lifted(borrowed), run);
    const outputs = linearFlow(blocks.train, task.trainLabels, delta, times).map((learned) => ({
      train: predicted(blocks.train, learned),
      test: predicted(blocks.test, learned),
    }));
    const tests = outputs.map(({ test }) => meanSquare(test, task.testLabels));
    const best = tests.indexOf(Math.min(...tests));
    const start: Start = { ...of, ...holdNeurons(backend, of) };
    for (const matrix of [start.weights, start.readout]) made.keep(matrix);
    const law: Law = {
      activation: parameters.activation,
      snapshots: [start.weights],
      controlVariates: [],
      variance: start.prior,
      control: 0,
    };
    using inputs = backend.upload({ rows: task.trainLabels.length, columns: task.dimension }, task.trainInputs);
    using grouped = await groupKernels(stoppable(backend, run), law, inputs, inputs);
    made.handOver();
    const fields = best < 0 ? {} : { best_time: times[best] ?? NaN, best_test: tests[best] ?? NaN };
    const health = { particles: start.weights.rows };
    run.progress(1);
    return new LazyEndKernel(backend, { ...borrowed, start }, law, meanKernel(backend, grouped), outputs, times, health, fields);
  }

  get bytes(): number {
    return this.train.bytes;
  }

  /** The jackknife solves the flow anew for the kernels without one of the groups. */
  async errors(run: Run): Promise<Errors> {
    const { task, parameters } = this;
    const { delta } = this.#point;
    const figures = ({ train, test }: Outputs): Errors => errorsOf(train, task.trainLabels, test, task.testLabels);
    const end = this.#outputs.at(-1);
    if (!end) throw new Error('a flow without an end');
    const neurons = lifted(this.#point);
    const whole = await blocksOf(this.#backend, this.#point, neurons, run);
    const without: Errors[] = [];
    for (let g = 0; g < groups; g++) {
      const own = await blocksOf(this.#backend, this.#point, neurons, run, g);
      const train = leftOut(whole.train, own.train);
      const [learned] = linearFlow(train, task.trainLabels, delta, [parameters.time]);
      if (!learned) throw new Error('a flow without an end');
      without.push(figures({ train: predicted(train, learned), test: predicted(leftOut(whole.test, own.test), learned) }));
      run.progress((g + 1) / groups);
    }
    return jackknife(figures(end), without);
  }

  async predict(inputs: Float64Array, run: Run): Promise<Float64Array> {
    const { task, parameters } = this;
    const { delta } = this.#point;
    const testLabels = new Float64Array(inputs.length / task.dimension);
    const point = { ...this.#point, task: { ...task, testInputs: inputs, testLabels } };
    const { train, test } = await blocksOf(this.#backend, point, lifted(point), run);
    const [learned] = linearFlow(train, task.trainLabels, delta, [parameters.time]);
    if (!learned) throw new Error('a flow without an end');
    return predicted(test, learned);
  }

  on(inputs: Float64Array, run: Run): Promise<Matrix> {
    return lawKernel(this.#backend, this.#law, inputs, this.task.dimension, run);
  }

  preactivation(index: number, run: Run): Promise<Preactivation> {
    return lawPreactivation(this.#backend, this.#law, this.task, index, run);
  }

  /** Features do not move, so neither does what the source's readout makes of them. */
  async history(run: Run): Promise<History> {
    const { task, start } = this.#point;
    const { alignment } = kernelAlignment(await this.#backend.read(this.train), labelKernel(task.trainLabels), task.trainLabels.length);
    const outputs = await meanOutputs(
      stoppable(this.#backend, run),
      this.parameters.activation,
      start.weights,
      start.readout,
      [start.task.testInputs],
      run,
    );
    const source = meanSquare(
      outputs.map((value) => value / start.gamma),
      start.task.testLabels,
    );
    return this.#outputs.map(({ train, test }, k) => ({
      time: this.#times[k] ?? NaN,
      train: meanSquare(train, task.trainLabels),
      alignment,
      ...(test.length > 0 && { test: meanSquare(test, task.testLabels) }),
      ...(outputs.length > 0 && !start.shifted && { source }),
    }));
  }

  [Symbol.dispose](): void {
    this.train[Symbol.dispose]();
    disposeNeurons(this.#point.start);
  }
}

/** The neurons of stage 1 with what their readouts are to stage 2: none is a readout of variance 1. */
const lifted = ({ start, readout }: TargetFlow): Neurons | Pick<Neurons, 'weights'> =>
  readout === 'kept' ? { weights: start.weights, readout: start.readout } : { weights: start.weights };

/** Φ and K ∘ ⟨v²φ′φ′ᵀ⟩ among the training and between test and training examples, of all neurons or of one group. */
async function blocksOf(
  backend: Backend,
  { task, parameters: { activation }, delta }: TargetFlow,
  neurons: Neurons | Pick<Neurons, 'weights'>,
  run: Run,
  group?: number,
): Promise<Blocks> {
  const part = (matrix: Matrix): Matrix => {
    if (group === undefined) return backend.slice(matrix, 0, 1);
    using grouped = backend.reshape(matrix, { batch: groups, rows: matrix.rows / groups, columns: matrix.columns });
    return backend.slice(grouped, group, 1);
  };
  using weights = part(neurons.weights);
  using readout = 'readout' in neurons ? part(neurons.readout) : undefined;
  const { dimension } = task;
  using inputs = backend.upload({ rows: task.trainLabels.length, columns: dimension }, task.trainInputs);
  using tests = backend.upload({ rows: task.testLabels.length, columns: dimension }, task.testInputs);
  const read = async (rows: Matrix): Promise<Parts> => {
    const { features, response } = await tangentParts(backend, activation, weights, readout, rows, inputs, run);
    using phi = features;
    using psi = response;
    const [a, b] = await Promise.all([backend.read(phi), backend.read(psi)]);
    return { features: a, response: delta === Infinity ? b.fill(0) : b };
  };
  return {
    train: await read(inputs),
    test: task.testLabels.length > 0 ? await read(tests) : { features: new Float64Array(), response: new Float64Array() },
  };
}

/** The mean without one group, from that of all and that of the group. */
const leftOut = (all: Parts, own: Parts): Parts => {
  const of = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => (groups * value - (b[i] ?? NaN)) / (groups - 1));
  return { features: of(all.features, own.features), response: of(all.response, own.response) };
};
