import type { FlowProblem, FlowRun, FlowState, FlowStep, Matrix } from '$lib/backend/backend';
import type { Context } from '../context';
import { combine } from '../operations/combine';
import { rowSums } from '../operations/sums';
import { tileSide } from './feature-kernels';
import { FlowArrays } from './flow-arrays';
import { evaluateFeatures, evaluateResidual, moveReadout, moveWeights, sharesOf } from './flow-evaluation';
import { partsOf, type Part } from './flow-parts';
import { flowSizes, flowTable } from './flow-sizes';

/**
 * Gradient flow, see `Backend.flow`. A handful of dispatches an evaluation of the force (when all first layers are frozen φ is made but once),
 * more where they are too much work for one: φ and φ′ are written once, and nothing is read back.
 */
export function flow(
  context: Context,
  problem: FlowProblem,
  state: FlowState,
  steps: readonly (readonly FlowStep[])[],
  path?: Matrix,
): FlowRun {
  const sizes = flowSizes(problem, state, steps, path);
  const { evaluations, numbers } = flowTable(problem.points, steps, sizes.particles);
  if (evaluations === 0 || sizes.particles * sizes.examples === 0) return nothing;
  const frozen = problem.points.every(({ delta }) => delta === Infinity);
  const layout = { frozen, tile: tileSide, shares: sharesOf(sizes, frozen) };
  return new Flow(new FlowArrays(context, problem, sizes, numbers, layout), state, evaluations, path);
}

const nothing: FlowRun = { evaluations: 0, advance: () => Promise.resolve(), [Symbol.dispose]: () => undefined };

class Flow implements FlowRun {
  readonly evaluations: number;
  readonly #arrays: FlowArrays;
  readonly #state: FlowState;
  readonly #path: Matrix | undefined;
  #done = 0;
  /** What is left of an evaluation that has begun. */
  #pieces: Generator<undefined, void> | undefined;

  constructor(arrays: FlowArrays, state: FlowState, evaluations: number, path: Matrix | undefined) {
    this.#arrays = arrays;
    this.#state = state;
    this.evaluations = evaluations;
    this.#path = path;
    arrays.start(state);
  }

  async advance(count: number, yieldToDevice?: () => Promise<void>): Promise<void> {
    const end = Math.min(this.evaluations, this.#done + count);
    while (this.#done < end) {
      this.#pieces ??= this.#evaluate(this.#done);
      if (!this.#pieces.next().done) {
        if (yieldToDevice) await yieldToDevice();
        continue;
      }
      this.#pieces = undefined;
      this.#done++;
      if (this.#done === this.evaluations) this.#finish();
    }
  }

  [Symbol.dispose](): void {
    this.#arrays[Symbol.dispose]();
  }

  /** The dispatches of one evaluation, one at a time. The sum over particles is never cut, for its shares decide how it is rounded. */
  *#evaluate(evaluation: number): Generator<undefined, void> {
    const arrays = this.#arrays;
    const { examples, dimension } = arrays.sizes;
    if (!arrays.frozen || evaluation === 0)
      for (const part of this.#parts((2 * dimension + 40) * examples)) {
        evaluateFeatures(arrays, evaluation, part);
        yield;
      }
    evaluateResidual(arrays, evaluation);
    yield;
    if (!arrays.frozen)
      for (const part of this.#parts((2 * examples + 20) * dimension)) {
        moveWeights(arrays, evaluation, part);
        yield;
      }
    for (const part of this.#parts(2 * examples)) {
      moveReadout(arrays, evaluation, part);
      yield;
    }
  }

  #parts(workEach: number): Iterable<Part> {
    const { context, sizes } = this.#arrays;
    return partsOf(sizes.batch, sizes.particles, workEach, context.tuning.workLimit, tileSide);
  }

  #finish(): void {
    const { context, moves } = this.#arrays;
    this.#arrays.finish(this.#state, this.evaluations);
    if (!this.#path) return;
    using moved = rowSums(context, moves);
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
