import type { FlowProblem, FlowState, Matrix } from '$lib/backend/backend';
import type { Context } from '../context';
import { own, type GpuMatrix } from '../matrix';
import { combine } from '../operations/combine';
import { transpose } from '../operations/elementwise';
import { numbersIn } from '../rows';
import { FlowRow } from './flow-kernels';
import { partOf, type Part } from './flow-parts';
import type { FlowSizes } from './flow-sizes';

export interface FlowLayout {
  /** Whether no point moves its first layer. */
  readonly frozen: boolean;
  /** Directions of a neuron that are worked on together. */
  readonly tile: number;
  /** In how many parts the sum over particles comes. */
  readonly shares: number;
}

/** What a flow works with on the device. */
export class FlowArrays {
  readonly context: Context;
  readonly problem: FlowProblem;
  readonly sizes: FlowSizes;
  readonly frozen: boolean;
  readonly shares: number;
  /** Places of a neuron in `moves`: one for every `tile` of its weights, and its readout's. */
  readonly places: number;
  readonly table: GpuMatrix;
  /** φ and φ′, [B, M, P]. */
  readonly values: GpuMatrix;
  readonly slopes: GpuMatrix;
  /** [B · shares, P, 1]. */
  readonly partial: GpuMatrix;
  /** Δ, [B, P, 1]. */
  readonly residual: GpuMatrix;
  readonly moves: GpuMatrix;
  /** [4 B, M, D] and [4 B, M, 1], in four sections, see flow_stage.wgsl. */
  readonly #weights: GpuMatrix;
  readonly #readout: GpuMatrix;
  #across: GpuMatrix | undefined;
  readonly #made: GpuMatrix[] = [];

  constructor(
    context: Context,
    problem: FlowProblem,
    sizes: FlowSizes,
    table: Float32Array<ArrayBuffer>,
    { frozen, tile, shares }: FlowLayout,
  ) {
    const { batch, particles, dimension, examples } = sizes;
    this.context = context;
    this.problem = problem;
    this.sizes = sizes;
    this.frozen = frozen;
    this.shares = shares;
    this.places = Math.ceil(dimension / tile) + 1;
    const columns = numbersIn(FlowRow);
    this.table = this.#keep(context.upload({ batch, rows: table.length / (batch * columns), columns }, table));
    this.values = this.#keep(context.empty({ batch, rows: particles, columns: examples }));
    this.slopes = this.#keep(context.empty({ batch, rows: particles, columns: examples }));
    this.partial = this.#keep(context.empty({ batch: batch * shares, rows: examples, columns: 1 }));
    this.residual = this.#keep(context.empty({ batch, rows: examples, columns: 1 }));
    this.moves = this.#keep(context.zeros({ batch, rows: particles, columns: this.places }));
    this.#weights = this.#keep(context.empty({ batch: 4 * batch, rows: particles, columns: dimension }));
    this.#readout = this.#keep(context.empty({ batch: 4 * batch, rows: particles, columns: 1 }));
  }

  #keep(matrix: GpuMatrix): GpuMatrix {
    this.#made.push(matrix);
    return matrix;
  }

  /** Xᵀ, [B or 1, D, P]. */
  get across(): GpuMatrix {
    return (this.#across ??= this.#keep(own(transpose(this.context, this.problem.inputs))));
  }

  start({ weights, readout }: FlowState): void {
    this.#between(weights, this.#weights, 0, 'in');
    this.#between(readout, this.#readout, 0, 'in');
  }

  /** Weights and readouts after so many evaluations. */
  finish({ weights, readout }: FlowState, evaluations: number): void {
    if (!this.frozen) this.#between(weights, this.#weights, evaluations % 2, 'out');
    this.#between(readout, this.#readout, evaluations % 2, 'out');
  }

  /** What of the weights is current at an evaluation, for some of the particles; a view. */
  weights(evaluation: number, part: Part): GpuMatrix {
    return partOf(this.context, this.#weights, part, this.frozen ? 0 : (evaluation % 2) * this.sizes.batch);
  }

  readout(evaluation: number, part: Part): GpuMatrix {
    return partOf(this.context, this.#readout, part, (evaluation % 2) * this.sizes.batch);
  }

  /** All four sections, from a part's place in the first; a view. */
  movingWeights(part: Part): GpuMatrix {
    return partOf(this.context, this.#weights, part);
  }

  movingReadout(part: Part): GpuMatrix {
    return partOf(this.context, this.#readout, part);
  }

  [Symbol.dispose](): void {
    for (const matrix of this.#made) matrix[Symbol.dispose]();
  }

  #between(outside: Matrix, moving: GpuMatrix, section: number, way: 'in' | 'out'): void {
    const { batch } = this.sizes;
    const { rows, columns } = moving;
    using inside = this.context.view(moving, { batch, rows, columns }, section * batch * rows * columns);
    if (way === 'in') combine(this.context, [[1, outside]], inside);
    else combine(this.context, [[1, inside]], outside);
  }
}
