import type { FlowProblem, FlowRun, FlowState, FlowStep, Matrix } from '$lib/backend/backend';
import { centreOf, rowsOf } from '$lib/backend/chebyshev';
import type { Context } from '../context';
import { combine } from '../operations/combine';
import { rowSums } from '../operations/sums';
import { shapeText, type GpuMatrix } from '../matrix';
import { featuresInto } from './features';
import { flowKernels, tableFields } from './flow-kernels';

/** Side of the register tiles. */
const tileSide = 8;
/** Particles a share of the sum over particles has at least. */
const smallestShare = 32;

interface Sizes {
  readonly batch: number;
  readonly particles: number;
  readonly dimension: number;
  readonly examples: number;
}

/** Sizes of a flow; shapes that do not fit throw (a bug of the caller). */
function sizesOf({ points, inputs, labels, anchor }: FlowProblem, state: FlowState, steps: readonly unknown[], path?: Matrix): Sizes {
  const batch = points.length;
  const { rows: particles, columns: dimension } = state.weights;
  const examples = inputs.rows;
  const expect = (matrix: Matrix, rows: number, columns: number, shared: boolean, what: string): void => {
    const fits = matrix.rows === rows && matrix.columns === columns && (matrix.batch === batch || (shared && matrix.batch === 1));
    if (!fits) throw new Error(`${what} of the flow should be ${shapeText({ batch, rows, columns })}, is ${shapeText(matrix)}`);
  };
  expect(state.weights, particles, dimension, false, 'weights');
  expect(state.readout, particles, 1, false, 'readout');
  expect(inputs, examples, dimension, true, 'inputs');
  expect(labels, examples, 1, true, 'labels');
  if (anchor) expect(anchor, particles, dimension, true, 'anchor');
  else if (points.some(({ delta }) => delta !== 0 && delta !== Infinity)) throw new Error('a coupling delta needs an anchor');
  if (path) expect(path, particles, 1, false, 'path');
  if (steps.length !== batch) throw new Error('the flow needs the steps of every sweep point');
  return { batch, particles, dimension, examples };
}

/**
 * Gradient flow, see `Backend.flow`. Five dispatches an evaluation of the force (four of which go on when all first layers are frozen but the
 * features): φ and φ′ are written once, and nothing is read back.
 */
export function flow(
  context: Context,
  problem: FlowProblem,
  state: FlowState,
  steps: readonly (readonly FlowStep[])[],
  path?: Matrix,
): FlowRun {
  return new Flow(context, problem, state, steps, sizesOf(problem, state, steps, path), path);
}

class Flow implements FlowRun {
  readonly evaluations: number;
  readonly #context: Context;
  readonly #problem: FlowProblem;
  readonly #state: FlowState;
  readonly #sizes: Sizes;
  readonly #path: Matrix | undefined;
  readonly #frozen: boolean;
  readonly #shares: number;
  /** Places of a neuron in `moves`: one a tile across its weights, and its readout's. */
  readonly #places: number;
  readonly #made: GpuMatrix[] = [];
  readonly #table: GpuMatrix;
  readonly #values: GpuMatrix;
  readonly #slopes: GpuMatrix;
  readonly #partial: GpuMatrix;
  readonly #residual: GpuMatrix;
  readonly #weights: GpuMatrix;
  readonly #readout: GpuMatrix;
  readonly #moves: GpuMatrix;
  #done = 0;

  constructor(
    context: Context,
    problem: FlowProblem,
    state: FlowState,
    steps: readonly (readonly FlowStep[])[],
    sizes: Sizes,
    path: Matrix | undefined,
  ) {
    const { batch, particles, dimension, examples } = sizes;
    this.#context = context;
    this.#problem = problem;
    this.#state = state;
    this.#sizes = sizes;
    this.#path = path;
    this.#frozen = problem.points.every(({ delta }) => delta === Infinity);
    const rows = problem.points.map(({ decay, delta }, b) => rowsOf(steps[b] ?? [], decay, delta));
    this.evaluations = particles * examples === 0 ? 0 : rows.reduce((most, { length }) => Math.max(most, length), 0);
    const wanted = context.tuning.lanes === 'few' ? 32 : 4096;
    // However many points there are, so that each is rounded as if it were alone.
    this.#shares = Math.max(1, Math.min(Math.ceil(wanted / Math.ceil(examples / 4)), Math.ceil(particles / smallestShare)));
    this.#places = Math.ceil(dimension / tileSide) + 1;
    this.#table = this.#keep(context.upload({ batch, rows: Math.max(1, this.evaluations), columns: tableFields }, this.#tableOf(rows)));
    this.#values = this.#keep(context.empty({ batch, rows: particles, columns: examples }));
    this.#slopes = this.#keep(context.empty({ batch, rows: particles, columns: examples }));
    this.#partial = this.#keep(context.empty({ batch: batch * this.#shares, rows: examples, columns: 1 }));
    this.#residual = this.#keep(context.empty({ batch, rows: examples, columns: 1 }));
    this.#weights = this.#keep(context.empty({ batch: 4 * batch, rows: particles, columns: dimension }));
    this.#readout = this.#keep(context.empty({ batch: 4 * batch, rows: particles, columns: 1 }));
    this.#moves = this.#keep(context.zeros({ batch, rows: particles, columns: this.#places }));
    if (this.evaluations === 0) return;
    combine(context, [[1, state.weights]], this.#section(this.#weights, 0));
    combine(context, [[1, state.readout]], this.#section(this.#readout, 0));
  }

  advance(count: number): void {
    const end = Math.min(this.evaluations, this.#done + count);
    if (end === this.#done) return;
    for (; this.#done < end; this.#done++) this.#evaluate(this.#done);
    if (this.#done === this.evaluations) this.#finish();
  }

  [Symbol.dispose](): void {
    for (const matrix of this.#made) matrix[Symbol.dispose]();
  }

  #keep(matrix: GpuMatrix): GpuMatrix {
    this.#made.push(matrix);
    return matrix;
  }

  /** One of the four sections of `moving`, [B, …]. */
  #section(moving: GpuMatrix, section: number): GpuMatrix {
    const { rows, columns } = moving;
    return this.#keep(
      this.#context.view(moving, { batch: this.#sizes.batch, rows, columns }, section * this.#sizes.batch * rows * columns),
    );
  }

  #tableOf(rows: readonly (readonly (readonly number[])[])[]): Float32Array<ArrayBuffer> {
    const length = Math.max(1, this.evaluations);
    const table = new Float32Array(rows.length * length * tableFields);
    rows.forEach((own, b) => {
      const { gamma, decay, delta } = this.#problem.points[b] as FlowProblem['points'][number];
      const tail = [1 / (gamma * this.#sizes.particles), gamma, centreOf(decay, delta)];
      for (let e = 0; e < length; e++) table.set([...(own[e] ?? new Array<number>(12).fill(0)), ...tail], (b * length + e) * tableFields);
    });
    return table;
  }

  #evaluate(evaluation: number): void {
    const context = this.#context;
    const { batch, particles, dimension, examples } = this.#sizes;
    const { activation, inputs, labels, anchor } = this.#problem;
    const byRegisters = context.tuning.lanes === 'few';
    const now = evaluation % 2;
    using weights = context.view(
      this.#weights,
      { batch, rows: particles, columns: dimension },
      this.#frozen ? 0 : now * batch * particles * dimension,
    );
    using readout = context.view(this.#readout, { batch, rows: particles, columns: 1 }, now * batch * particles);
    const table = this.#table;
    const values = this.#values;
    const residual = this.#residual;
    const moves = this.#moves;
    if (!this.#frozen || evaluation === 0) featuresInto(context, activation, weights, inputs, values, this.#slopes);
    const shares = this.#shares;
    const lanes = byRegisters ? 16 : 64;
    context.dispatch(
      flowKernels.output(lanes),
      { values, readout, partial: this.#partial },
      { particles, examples, batch, shares, shareSize: Math.ceil(particles / shares) },
      context.grid(Math.ceil(examples / 4) * shares * batch, lanes),
      2 * particles * examples * batch,
    );
    context.dispatch(
      flowKernels.residual(),
      { partial: this.#partial, labels, table, residual },
      { examples, shares, batch },
      context.grid(examples * batch, 64),
      examples * shares * batch,
    );
    if (!this.#frozen)
      context.dispatch(
        flowKernels.weights(anchor !== undefined, lanes),
        { slopes: this.#slopes, residual, inputs, readout, anchor: anchor ?? table, table, moving: this.#weights, moves },
        { particles, examples, dimension, section: batch * particles * dimension, now, evaluation, scale: 1 / Math.sqrt(dimension) },
        [...context.grid(Math.ceil(dimension / tileSide) * Math.ceil(particles / tileSide), lanes), batch],
        (2 * examples + 20) * particles * dimension * batch,
      );
    context.dispatch(
      flowKernels.readout(lanes),
      { values, residual, table, moving: this.#readout, moves },
      { particles, examples, batch, section: batch * particles, now, evaluation, places: this.#places },
      context.grid(particles * batch, lanes),
      2 * particles * examples * batch,
    );
  }

  #finish(): void {
    const last = this.evaluations % 2;
    const context = this.#context;
    if (!this.#frozen) combine(context, [[1, this.#section(this.#weights, last)]], this.#state.weights);
    combine(context, [[1, this.#section(this.#readout, last)]], this.#state.readout);
    if (!this.#path) return;
    using moved = rowSums(context, this.#moves);
    combine(
      context,
      [
        [1, this.#path],
        [1, moved],
      ],
      this.#path,
    );
  }
}
