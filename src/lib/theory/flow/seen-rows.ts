import type { Backend, Matrix } from '$lib/backend/backend';
import type { Activation } from '$lib/base/activation';
import type { Run } from '$lib/base/run';
import { stackLists } from '$lib/theory/common/stack';
import { rowsTogether } from '$lib/theory/flow/output';
import { Owned } from '$lib/theory/owned';

/** Pre-activations kept a point: beyond, they are made anew each time. */
const mostKept = 2 ** 22;

/** Rows of one block. */
interface Block {
  /** x Sᵀ √(P/D), [1 or B, n, P]. */
  readonly inside: Matrix;
  /** What of w̄·x/√D lies outside the span S, [1 or B, M, n]. */
  readonly outside: Matrix;
}

/**
 * Rows on which outputs are wanted at many times, as neurons see them that move within the span of the training inputs (`span.ts`): of a
 * pre-activation w·x/√D only the part inside, P numbers a row, is made anew each time. The rest is one for all times, and for all points of
 * a sweep that start from the same neurons.
 */
export class SeenRows {
  readonly #backend: Backend;
  readonly #blocks: readonly Block[];

  private constructor(backend: Backend, blocks: readonly Block[]) {
    this.#backend = backend;
    this.#blocks = blocks;
  }

  /** Whether this many rows are kept; the same for a point alone and in any batch. */
  static fits(particles: number, rows: number): boolean {
    return particles * rows <= mostKept;
  }

  /** Of rows [n, D], one list for all of the `batch` points or one each; span [1 or B, P, D], outside [1 or B, M, D]. */
  static async make(
    backend: Backend,
    span: Matrix,
    outside: Matrix,
    batch: number,
    inputs: readonly Float64Array[],
    run: Run,
  ): Promise<SeenRows> {
    const { rows: directions, columns: dimension } = span;
    const [first = new Float64Array()] = inputs;
    const shared = inputs.every((other) => other === first);
    const count = first.length / dimension;
    const together = rowsTogether(backend, directions, outside.rows * batch, count);
    const blocks: Block[] = [];
    const seen = new SeenRows(backend, blocks);
    using made = new Owned();
    made.keep(seen);
    for (let from = 0; from < count; from += together) {
      run.signal.throwIfAborted();
      const rows = Math.min(together, count - from);
      const part = (list: Float64Array): Float64Array => list.subarray(from * dimension, (from + rows) * dimension);
      using x = stackLists(backend, shared ? [part(first)] : inputs.map(part), { rows, columns: dimension });
      blocks.push({
        inside: backend.product(x, span, { transposeB: true, alpha: Math.sqrt(directions / dimension) }),
        outside: backend.product(outside, x, { transposeB: true, alpha: 1 / Math.sqrt(dimension) }),
      });
      await backend.yieldToDevice();
    }
    made.handOver();
    return seen;
  }

  /**
   * Mean over neurons of v φ for each of B points, [B, n] row-major: weights inside the span [1 or B, M, P], readout [B, M, 1], and what is
   * `left` of the part outside, one number a point.
   */
  async means(activation: Activation, weights: Matrix, readout: Matrix, left: readonly number[], run: Run): Promise<Float64Array> {
    const backend = this.#backend;
    const count = this.#blocks.reduce((sum, { inside }) => sum + inside.rows, 0);
    const out = new Float64Array(readout.batch * count);
    const whole = left.every((share) => share === 1);
    let from = 0;
    for (const { inside, outside } of this.#blocks) {
      using shift = whole ? backend.slice(outside, 0, outside.batch) : backend.combine([[left, outside]]);
      using values = backend.shiftedFeatures(activation, weights, inside, shift);
      using sums = backend.product(values, readout, { transposeA: true, alpha: 1 / weights.rows });
      const read = await backend.read(sums);
      for (let b = 0; b < readout.batch; b++) out.set(read.subarray(b * inside.rows, (b + 1) * inside.rows), b * count + from);
      from += inside.rows;
      run.signal.throwIfAborted();
      await backend.yieldToDevice();
    }
    return out;
  }

  [Symbol.dispose](): void {
    for (const { inside, outside } of this.#blocks) {
      inside[Symbol.dispose]();
      outside[Symbol.dispose]();
    }
  }
}
