import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { BayesKernel, type KernelFacts } from '$lib/theory/bayes/bayes-kernel';
import { preactivations } from '$lib/theory/bayes/closed';
import { errorsOf } from '$lib/theory/errors';
import type { Errors, Task } from '$lib/theory/theory';

/** A linear network, solved in closed form. */
interface LinearPredictor {
  /** Δ, [P]. */
  readonly dual: Float64Array;
  /** f(x) = x·slope/√D, [D]. */
  readonly slope: Float64Array;
}

/** The kernel of a linear network in closed form. Its predictor is a line. */
export abstract class LinearKernel<Solution extends LinearPredictor> extends BayesKernel {
  constructor(
    backend: Backend,
    facts: KernelFacts,
    readonly solution: Solution,
  ) {
    super(backend, facts);
  }

  get bytes(): number {
    return this.train.bytes;
  }

  errors(run: Run): Promise<Errors> {
    run.signal.throwIfAborted();
    const { slope } = this.solution;
    const { trainInputs, trainLabels, testInputs, testLabels } = this.task;
    return Promise.resolve(errorsOf(preactivations(trainInputs, slope), trainLabels, preactivations(testInputs, slope), testLabels));
  }

  predict(inputs: Float64Array): Promise<Float64Array> {
    return Promise.resolve(preactivations(inputs, this.solution.slope));
  }

  [Symbol.dispose](): void {
    this.train[Symbol.dispose]();
  }
}

/** What of the labels the equation for Δ may leave over, in the 2-norm. */
const leftover = 1e-5;

/** The problem of a solution that double precision cannot hold. */
export const labelsTooLarge = (): Problem =>
  new Problem('gamma: too large for labels of this size, double precision cannot hold the solution; choose it or their scale smaller', {
    path: ['gamma'],
  });

/** Checks |y − TΔ − f| / |y|: it is rounding, unless γ|y| is too large for double precision. @throws Problem where it is not. */
export function expectSolved({ trainInputs, trainLabels }: Task, { dual, slope }: LinearPredictor, temperature: number): void {
  const f = preactivations(trainInputs, slope);
  let square = 0;
  let left = 0;
  trainLabels.forEach((y, p) => {
    square += y * y;
    left += (y - temperature * (dual[p] ?? NaN) - (f[p] ?? NaN)) ** 2;
  });
  if (!(left <= leftover ** 2 * square)) throw labelsTooLarge();
}
