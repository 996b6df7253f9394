import type { FlowProblem, FlowRun, FlowState, FlowStep, Matrix } from '$lib/backend/backend';
import { centreOf, rowsOf } from '$lib/backend/chebyshev';
import type { Context } from '../context';
import { combine } from '../operations/combine';
import { transpose } from '../operations/elementwise';
import { rowSums } from '../operations/sums';
import { own, shapeText, type GpuMatrix } from '../matrix';
import { featuresByTiles } from './feature-tiles';
import { featuresInto } from './features';
import { entriesOf, partOf, partsOf, type Part } from './flow-parts';
import { flowKernels, tableFields } from './flow-kernels';
import { examplesTogether, neuronsTogether, tileKernels, tileSide } from './tile-kernels';

/** Side of the register tiles of software adapters. */
const smallTile = 8;
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
 * features), more where they are too much work for one: φ and φ′ are written once, and nothing is read back.
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
  /** Side of the tiles in which the first layer is worked on. */
  readonly #tile: number;
  /** Real GPUs: tiles in workgroup memory; the inputs transposed. */
  readonly #across: GpuMatrix | undefined;
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
  /** What is left of an evaluation that has begun. */
  #pieces: Generator<undefined, void> | undefined;

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
    const many = context.tuning.lanes === 'many';
    this.#tile = many ? tileSide : smallTile;
    const wanted = many ? 4096 : 32;
    // However many points there are, so that each is rounded as if it were alone.
    this.#shares =
      many && !this.#frozen
        ? Math.ceil(particles / tileSide)
        : Math.max(1, Math.min(Math.ceil(wanted / Math.ceil(examples / 4)), Math.ceil(particles / smallestShare)));
    this.#places = Math.ceil(dimension / this.#tile) + 1;
    this.#table = this.#keep(context.upload({ batch, rows: Math.max(1, this.evaluations), columns: tableFields }, this.#tableOf(rows)));
    this.#values = this.#keep(context.empty({ batch, rows: particles, columns: examples }));
    this.#slopes = this.#keep(context.empty({ batch, rows: particles, columns: examples }));
    this.#partial = this.#keep(context.empty({ batch: batch * this.#shares, rows: examples, columns: 1 }));
    this.#residual = this.#keep(context.empty({ batch, rows: examples, columns: 1 }));
    this.#weights = this.#keep(context.empty({ batch: 4 * batch, rows: particles, columns: dimension }));
    this.#readout = this.#keep(context.empty({ batch: 4 * batch, rows: particles, columns: 1 }));
    this.#moves = this.#keep(context.zeros({ batch, rows: particles, columns: this.#places }));
    if (this.evaluations === 0) return;
    if (many && !this.#frozen) this.#across = this.#keep(own(transpose(context, problem.inputs)));
    combine(context, [[1, state.weights]], this.#section(this.#weights, 0));
    combine(context, [[1, state.readout]], this.#section(this.#readout, 0));
  }

  async advance(count: number, rest?: () => Promise<void>): Promise<void> {
    const end = Math.min(this.evaluations, this.#done + count);
    while (this.#done < end) {
      this.#pieces ??= this.#evaluate(this.#done);
      if (!this.#pieces.next().done) {
        if (rest) await rest();
        continue;
      }
      this.#pieces = undefined;
      this.#done++;
      if (this.#done === this.evaluations) this.#finish();
    }
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

  /** The dispatches of one evaluation, one at a time. The sum over particles is never cut, for its shares decide how it is rounded. */
  *#evaluate(evaluation: number): Generator<undefined, void> {
    const { examples, dimension } = this.#sizes;
    if (!this.#frozen || evaluation === 0)
      for (const part of this.#parts((2 * dimension + 40) * examples)) {
        this.#look(evaluation, part);
        yield;
      }
    this.#sum(evaluation);
    yield;
    if (!this.#frozen)
      for (const part of this.#parts((2 * examples + 20) * dimension)) {
        this.#moveWeights(evaluation, part);
        yield;
      }
    for (const part of this.#parts(2 * examples)) {
      this.#moveReadout(evaluation, part);
      yield;
    }
  }

  #parts(workEach: number): Iterable<Part> {
    const { batch, particles } = this.#sizes;
    return partsOf(batch, particles, workEach, this.#context.tuning.workLimit, this.#tile);
  }

  get #many(): boolean {
    return this.#context.tuning.lanes === 'many';
  }

  get #lanes(): number {
    return this.#many ? 64 : 16;
  }

  /** What of weights or readouts is current, for some of the particles. */
  #current(moving: GpuMatrix, evaluation: number, part: Part): GpuMatrix {
    const frozen = this.#frozen && moving === this.#weights;
    return partOf(this.#context, moving, part, frozen ? 0 : (evaluation % 2) * this.#sizes.batch);
  }

  #look(evaluation: number, part: Part): void {
    const context = this.#context;
    const { activation, inputs } = this.#problem;
    using weights = this.#current(this.#weights, evaluation, part);
    using rows = entriesOf(context, inputs, part);
    using values = partOf(context, this.#values, part);
    using slopes = partOf(context, this.#slopes, part);
    if (!this.#across) {
      featuresInto(context, activation, weights, rows, values, slopes);
      return;
    }
    using readout = this.#current(this.#readout, evaluation, part);
    const shares = this.#shares;
    using partial = this.#sharesOf(part);
    featuresByTiles(context, activation, weights, rows, values, slopes, { readout, partial, shares, share: part.first / tileSide });
  }

  /** The shares of a part's points; a view. */
  #sharesOf({ entry, entries }: Part): GpuMatrix {
    const { examples } = this.#sizes;
    const shares = this.#shares;
    return this.#context.view(this.#partial, { batch: entries * shares, rows: examples, columns: 1 }, entry * shares * examples);
  }

  #sum(evaluation: number): void {
    const context = this.#context;
    const { batch, particles, examples } = this.#sizes;
    const shares = this.#shares;
    if (!this.#across) {
      using readout = this.#current(this.#readout, evaluation, { first: 0, count: particles, entry: 0, entries: batch });
      context.dispatch(
        flowKernels.output(this.#lanes),
        { values: this.#values, readout, partial: this.#partial },
        { particles, examples, batch, shares, shareSize: Math.ceil(particles / shares) },
        context.grid(Math.ceil(examples / 4) * shares * batch, this.#lanes),
        2 * particles * examples * batch,
      );
    }
    const matrices = { partial: this.#partial, labels: this.#problem.labels, table: this.#table, residual: this.#residual };
    if (this.#many) {
      const grid = [Math.ceil(examples / examplesTogether), 1, batch] as const;
      context.dispatch(tileKernels.flowResidual(), matrices, { examples, shares }, grid, examples * shares * batch);
      return;
    }
    context.dispatch(
      flowKernels.residual(),
      matrices,
      { examples, shares, batch },
      context.grid(examples * batch, 64),
      examples * shares * batch,
    );
  }

  #moveWeights(evaluation: number, part: Part): void {
    const context = this.#context;
    const { batch, particles, dimension, examples } = this.#sizes;
    const { inputs, anchor } = this.#problem;
    using slopes = partOf(context, this.#slopes, part);
    using residual = entriesOf(context, this.#residual, part);
    using readout = this.#current(this.#readout, evaluation, part);
    using pulled = anchor && partOf(context, anchor, part);
    using table = entriesOf(context, this.#table, part);
    using moving = partOf(context, this.#weights, part);
    using moves = partOf(context, this.#moves, part);
    const section = batch * particles * dimension;
    const matrices = { slopes, residual, readout, anchor: pulled ?? table, table, moving, moves };
    const given = { particles: part.count, examples, dimension, section, now: evaluation % 2, evaluation, scale: 1 / Math.sqrt(dimension) };
    const [wide, high] = [Math.ceil(dimension / this.#tile), Math.ceil(part.count / this.#tile)];
    const work = (2 * examples + 20) * part.count * dimension * part.entries;
    if (this.#across) {
      using across = entriesOf(context, this.#across, part);
      context.dispatch(
        tileKernels.flowWeights(anchor !== undefined),
        { ...matrices, across },
        { ...given, places: this.#places },
        [wide, high, part.entries],
        work,
      );
      return;
    }
    using rows = entriesOf(context, inputs, part);
    context.dispatch(
      flowKernels.weights(anchor !== undefined, this.#lanes),
      { ...matrices, inputs: rows },
      given,
      [...context.grid(wide * high, this.#lanes), part.entries],
      work,
    );
  }

  #moveReadout(evaluation: number, part: Part): void {
    const context = this.#context;
    const { batch, particles, examples } = this.#sizes;
    using values = partOf(context, this.#values, part);
    using residual = entriesOf(context, this.#residual, part);
    using table = entriesOf(context, this.#table, part);
    using moving = partOf(context, this.#readout, part);
    using moves = partOf(context, this.#moves, part);
    const now = evaluation % 2;
    const neurons = part.count * part.entries;
    const together = this.#many ? neuronsTogether : this.#lanes;
    context.dispatch(
      this.#many ? tileKernels.flowReadout() : flowKernels.readout(this.#lanes),
      { values, residual, table, moving, moves },
      { particles: part.count, examples, batch: part.entries, section: batch * particles, now, evaluation, places: this.#places },
      context.grid(neurons, together),
      2 * neurons * examples,
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
