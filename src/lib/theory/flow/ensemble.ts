import type { Backend, FlowProblem, FlowState, FlowStep, Matrix } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import { repeated, type Neurons } from '$lib/theory/flow/draw';
import { meanOutputs } from '$lib/theory/flow/output';
import { SeenRows } from '$lib/theory/flow/seen-rows';
import { within, type Within } from '$lib/theory/flow/within';
import { Owned } from '$lib/theory/owned';
import type { Slices } from '$lib/theory/slices';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** What the stage before left: in a chain of tasks it was a target itself. */
export interface Start extends Neurons {
  readonly task: Task;
  /** γ of the stage before. */
  readonly gamma: number;
  /** Variance of a weight without feature learning. */
  readonly prior: number;
  /** How many targets there are before: 0 for a source. */
  readonly stage: number;
  /** Whether its own start was taken off its outputs: then w and v alone do not tell them. */
  readonly shifted: boolean;
  /** The same neurons, group after group, where each group was run by itself (`groups.ts`); undefined where that failed. */
  readonly groups: Neurons | undefined;
}

/** One sweep point of a flow. A source has no start of its own and δ = 0. */
export interface FlowPoint {
  readonly task: Task;
  readonly parameters: SourceParameters;
  /** δ; infinite where the readout alone is trained. */
  readonly delta: number;
  /** Where it starts: w̄, and the readout of stage 1; borrowed. */
  readonly start?: Start;
  readonly readout: 'fresh' | 'kept';
  /** Whether the output at the start is subtracted from every later one. */
  readonly centred: boolean;
}

/** Steps given to the backend at once: bounds its table. */
const mostSteps = 256;

/** What an ensemble is made of: w and v at the start and now, and the coordinates in which they move. */
interface Parts extends Within {
  readonly origin: Matrix;
  readonly firstReadout: Matrix;
  readonly weights: Matrix;
  readonly readout: Matrix;
  readonly path: Matrix;
  readonly problem: FlowProblem;
}

/**
 * M neurons a sweep point under the gradient flow of `theory.md` §3, all points as one batch with equal shapes and activation; none is
 * affected by the others. Where there are fewer examples than dimensions the neurons move within the span of the inputs (`span.ts`).
 */
export class FlowEnsemble {
  readonly backend: Backend;
  readonly points: readonly FlowPoint[];
  readonly particles: number;
  /** Neurons at the start of the stage, all dimensions: [B or 1, M, D] and [B, M, 1]. */
  readonly #origin: Matrix;
  readonly #firstReadout: Matrix;
  /** The span of the inputs, [B or 1, P, D], and what of the origin lies outside, [B or 1, M, D]. */
  readonly #span: Matrix | undefined;
  readonly #outside: Matrix | undefined;
  /** The test inputs as the neurons see them, and the lists that they are of. */
  #seen: { readonly rows: SeenRows; readonly lists: readonly Float64Array[] } | undefined;
  #problem: FlowProblem;
  readonly state: FlowState;
  /** Σ (|Δw|² + Δv²)/dt of each neuron since it was cleared, [B, M, 1]. */
  path: Matrix;
  /** y and what is subtracted from the output on the training set, [B, P]. */
  targets: Float64Array;

  private constructor(backend: Backend, points: readonly FlowPoint[], targets: Float64Array, parts: Parts) {
    this.backend = backend;
    this.points = points;
    this.particles = parts.readout.rows;
    this.targets = targets;
    this.#origin = parts.origin;
    this.#firstReadout = parts.firstReadout;
    this.#span = parts.span;
    this.#outside = parts.outside;
    this.state = { weights: parts.weights, readout: parts.readout };
    this.path = parts.path;
    this.#problem = parts.problem;
  }

  /**
   * At the start of its stage: `neurons` are w(0) [B or 1, M, D] and v(0) [B, M, 1], owned from now on. `yielding` is the backend that it yields to between the parts of that; what this throws leaves nothing behind.
   */
  static async start(backend: Backend, yielding: Backend, points: readonly FlowPoint[], neurons: Neurons): Promise<FlowEnsemble> {
    using made = new Owned();
    const { weights: origin, readout: firstReadout } = neurons;
    for (const matrix of [origin, firstReadout]) made.keep(matrix);
    const [first] = points;
    if (!first) throw new Error('an ensemble needs a point');
    const { trainLabels } = first.task;
    const examples = trainLabels.length;
    const batch = points.length;
    await yielding.yieldToDevice();
    const tasks = points.map(({ task }) => task);
    const coordinates = await within(yielding, tasks, origin);
    const { span, outside, anchor, seen } = coordinates;
    for (const matrix of [span, outside, anchor, seen]) if (matrix) made.keep(matrix);
    await yielding.yieldToDevice();
    const targets = Float64Array.from(
      { length: batch * examples },
      (_, i) => tasks[Math.floor(i / examples)]?.trainLabels[i % examples] ?? NaN,
    );
    const ensemble = new FlowEnsemble(backend, points, targets, {
      origin,
      firstReadout,
      ...coordinates,
      weights: made.keep(repeated(backend, anchor, anchor.batch === 1 ? batch : anchor.batch)),
      readout: made.keep(backend.combine([[1, firstReadout]])),
      path: made.keep(backend.zeros({ batch, rows: firstReadout.rows, columns: 1 })),
      problem: {
        activation: first.parameters.activation,
        inputs: seen,
        labels: made.keep(backend.upload({ batch, rows: examples, columns: 1 }, targets)),
        anchor,
        points: points.map(({ parameters, delta }) => ({ gamma: parameters.gamma, decay: parameters.weightDecay, delta })),
      },
    });
    made.handOver();
    return ensemble;
  }

  /** Constants of the flow; borrowed. */
  get problem(): FlowProblem & { readonly anchor: Matrix } {
    const { anchor } = this.#problem;
    if (!anchor) throw new Error('a flow without its start');
    return { ...this.#problem, anchor };
  }

  /** (1/γM) Σ v φ on rows of all dimensions, [B, n], as the neurons are at these times (now) or, `initially`, as they were at the start. */
  async outputs(times: readonly number[], inputs: readonly Float64Array[], run: Run, initially = false): Promise<Float64Array> {
    const readout = initially ? this.#firstReadout : this.state.readout;
    const { activation } = this.#problem;
    const seen = await this.#seenRows(inputs, run);
    let means: Float64Array;
    if (seen) {
      const inside = initially ? this.problem.anchor : this.state.weights;
      means = await seen.means(activation, inside, readout, initially ? this.points.map(() => 1) : this.#left(times), run);
    } else {
      using weights = initially ? repeated(this.backend, this.#origin, this.points.length) : this.weightsAt(times);
      means = await meanOutputs(this.backend, activation, weights, readout, inputs, run);
    }
    const count = means.length / this.points.length;
    return means.map((value, i) => value / (this.points[Math.floor(i / count)]?.parameters.gamma ?? NaN));
  }

  /** Takes the output at the start off every later one, for the points that are centred. To be called before the first step. */
  async centre(run: Run): Promise<void> {
    if (!this.points.some(({ start, centred }) => start && centred)) return;
    const inputs = this.points.map(({ task }) => task.trainInputs);
    const initial = await this.outputs([], inputs, run, true);
    const count = initial.length / this.points.length;
    this.targets = this.targets.map((y, i) => y + (this.#centred(Math.floor(i / count)) ? (initial[i] ?? NaN) : 0));
    this.#problem.labels[Symbol.dispose]();
    this.#problem = { ...this.#problem, labels: this.backend.upload({ batch: this.points.length, rows: count, columns: 1 }, this.targets) };
  }

  /** What is subtracted from outputs on these rows, [B, n]; zeros for points that are not centred. */
  async offsets(inputs: readonly Float64Array[], run: Run): Promise<Float64Array> {
    const count = (inputs[0]?.length ?? 0) / this.#origin.columns;
    if (!this.points.some((_, b) => this.#centred(b))) return new Float64Array(this.points.length * count);
    const initial = await this.outputs([], inputs, run, true);
    return initial.map((value, i) => (this.#centred(Math.floor(i / count)) ? value : 0));
  }

  /** w of all dimensions at times since the start, [B, M, D]; a new matrix. */
  weightsAt(times: readonly number[]): Matrix {
    const { backend } = this;
    if (!this.#span || !this.#outside) return backend.slice(this.state.weights, 0, this.points.length);
    using inside = backend.product(this.state.weights, this.#span);
    return backend.combine([
      [1, inside],
      [this.#left(times), this.#outside],
    ]);
  }

  /** The neurons of one point at the end of its time; new matrices. */
  finalNeurons(b: number): Neurons {
    const { backend } = this;
    using all = this.weightsAt(this.points.map(({ parameters: { time } }) => time));
    using one = backend.slice(all, b, 1);
    using readout = backend.slice(this.state.readout, b, 1);
    return { weights: backend.combine([[1, one]]), readout: backend.combine([[1, readout]]) };
  }

  /** v of one point at the start, [1, M, 1]; a new matrix. */
  firstReadout(b: number): Matrix {
    using own = this.backend.slice(this.#firstReadout, b, 1);
    return this.backend.combine([[1, own]]);
  }

  /** Moves every point by its own steps, in slices; `share` of the whole run's progress. */
  async advance(steps: readonly (readonly FlowStep[])[], slices: Slices, share: number): Promise<void> {
    const longest = Math.max(...steps.map(({ length }) => length));
    for (let from = 0; from < longest; from += mostSteps) {
      const part = steps.map((own) => own.slice(from, from + mostSteps));
      using flow = this.backend.flow(this.#problem, this.state, part, this.path);
      const weight = (share * Math.min(mostSteps, longest - from)) / longest / flow.evaluations;
      await slices.run(`flow ${this.points.length} × ${this.particles}`, flow.evaluations, weight, (_first, count) =>
        flow.advance(count, () => slices.backend.yieldToDevice()),
      );
    }
  }

  [Symbol.dispose](): void {
    const { inputs, labels, anchor } = this.#problem;
    this.#seen?.rows[Symbol.dispose]();
    for (const matrix of [
      this.#origin,
      this.#firstReadout,
      this.#span,
      this.#outside,
      inputs,
      labels,
      anchor,
      this.state.weights,
      this.state.readout,
      this.path,
    ])
      matrix?.[Symbol.dispose]();
  }

  /** What is left of the part outside the span, of each point. */
  #left(times: readonly number[]): number[] {
    return this.points.map(({ parameters, delta }, b) => remaining(parameters.weightDecay, delta, times[b] ?? NaN));
  }

  /** These rows as the neurons see them, kept for the next time; undefined where neurons move in all dimensions, or rows are too many. */
  async #seenRows(lists: readonly Float64Array[], run: Run): Promise<SeenRows | undefined> {
    if (!this.#span || !this.#outside) return undefined;
    if (this.#seen?.lists.every((list, b) => list === lists[b])) return this.#seen.rows;
    if (!SeenRows.fits(this.particles, (lists[0]?.length ?? 0) / this.#origin.columns)) return undefined;
    const rows = await SeenRows.make(this.backend, this.#span, this.#outside, this.points.length, lists, run);
    this.#seen?.rows[Symbol.dispose]();
    this.#seen = { rows, lists };
    return rows;
  }

  #centred(b: number): boolean {
    const point = this.points[b];
    return point?.start !== undefined && point.centred;
  }
}

/** What is left of w̄ where no force acts, after some time of decay towards 0 and pull towards w̄. */
export const remaining = (decay: number, delta: number, time: number): number => {
  if (delta === Infinity || decay + delta === 0) return 1;
  return (delta + decay * Math.exp(-(decay + delta) * time)) / (decay + delta);
};
