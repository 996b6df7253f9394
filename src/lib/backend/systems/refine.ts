import type { Backend } from '$lib/backend/backend';
import type { Systems } from './factor';
import { remainderOf } from './remainder';

/** The solution of one system of a batch and how well it solves it. */
export interface Refined {
  /** x, [n]. */
  readonly solution: Float64Array;
  /** |b − Ax|/|b| in the 2-norm, in double precision. */
  readonly residual: number;
  /** ‖b − Ax‖/(‖A‖ ‖x‖) in the ∞-norm, in double precision. */
  readonly backwardError: number;
  /** Corrections made. */
  readonly steps: number;
  /** Whether the backward error is that of a solution in double precision, √n 2⁻⁵³. */
  readonly converged: boolean;
}

/** As LAPACK's `dsposv` allows. */
const mostSteps = 30;
/** A correction that does not shorten the error to this is the last. */
const progress = 0.9;

/**
 * A x = b for one right-hand side [n] a batch entry by iterative refinement: the factor at the backend's precision corrects, the residual
 * is taken in twice double precision against the kernel as read back. Each step multiplies the error by about κ(A) times the backend's
 * roundoff, so that single precision comes to double-precision backward error below condition numbers of about 10⁶; an entry that stops
 * short of it says so. The criterion is that of LAPACK's `dsposv` (Higham, Accuracy and Stability of Numerical Algorithms, §12).
 * Entries without a factor come out as not-a-number. O(n²) on the CPU and one read-back a step.
 */
export async function refinedSolutions(backend: Backend, systems: Systems, rightSides: readonly Float64Array[]): Promise<Refined[]> {
  const { kernel, factor, ridges } = systems;
  const n = kernel.rows;
  const numbers = await backend.read(kernel);
  const entries = ridges.map((ridge, b) => {
    const values = kernel.batch === 1 ? numbers : numbers.subarray(b * n * n, (b + 1) * n * n);
    return new Entry(values, ridge, rightSides[b] as Float64Array);
  });
  for (let step = 0; step <= mostSteps && entries.some(({ going }) => going); step++) {
    const right = new Float64Array(entries.length * n);
    entries.forEach((entry, b) => {
      if (entry.going) right.set(entry.scaledRemainder(), b * n);
    });
    using b = backend.upload({ batch: entries.length, rows: n, columns: 1 }, right);
    using x = backend.solve(factor, b);
    const corrections = await backend.read(x);
    entries.forEach((entry, at) => {
      if (entry.going) entry.correct(corrections.subarray(at * n, (at + 1) * n), step);
    });
  }
  return entries.map(({ best }) => best);
}

/** The refinement of one system. */
class Entry {
  going = true;
  best: Refined;
  #remainder: Float64Array;
  /** Largest entry of the remainder: what is uploaded is of order one, whatever the range of the backend's numbers. */
  #scale: number;
  readonly #norm: number;

  constructor(
    readonly kernel: Float64Array,
    readonly ridge: number,
    readonly right: Float64Array,
  ) {
    this.#remainder = right;
    this.#scale = largest(right);
    this.#norm = infinityNorm(kernel, ridge, right.length);
    const none = new Float64Array(right.length);
    this.best = { solution: none, residual: 0, backwardError: 0, steps: 0, converged: true };
    // Nothing is asked: nothing is the answer.
    if (this.#scale === 0) this.going = false;
    else this.best = { ...this.best, residual: Infinity, backwardError: Infinity, converged: false };
  }

  scaledRemainder(): Float64Array {
    return this.#remainder.map((value) => value / this.#scale);
  }

  /** Adds the correction to the scaled remainder if that is an improvement; otherwise this was the last. */
  correct(correction: Float64Array, step: number): void {
    const n = this.right.length;
    const solution = this.best.solution.map((value, i) => value + this.#scale * (correction[i] as number));
    const left = remainderOf(this.kernel, this.ridge, solution, this.right);
    const error = largest(left);
    const size = this.#norm * largest(solution);
    const backwardError = error === 0 ? 0 : error / size;
    // Not-a-number is kept at the first step: it is the honest answer of a failed factor.
    if (step > 0 && !(backwardError < this.best.backwardError)) {
      this.going = false;
      return;
    }
    const converged = backwardError <= Math.sqrt(n) * 2 ** -53;
    this.going = !converged && (step === 0 ? Number.isFinite(backwardError) : backwardError < progress * this.best.backwardError);
    this.best = { solution, residual: length(left) / length(this.right), backwardError, steps: step, converged };
    this.#remainder = left;
    this.#scale = error;
  }
}

/** |v|, over its largest entry first, so that squares neither over- nor underflow. */
const length = (vector: Float64Array): number => {
  const scale = largest(vector);
  if (scale === 0 || !Number.isFinite(scale)) return scale;
  let sum = 0;
  for (const value of vector) sum += (value / scale) ** 2;
  return scale * Math.sqrt(sum);
};

/** Largest magnitude; not-a-number where there is one. */
const largest = (vector: Float64Array): number => {
  let most = 0;
  for (const value of vector) if (!(Math.abs(value) <= most)) most = Math.abs(value);
  return most;
};

/** ‖K + ridge I‖ in the ∞-norm. */
const infinityNorm = (kernel: Float64Array, ridge: number, n: number): number => {
  let most = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.abs((kernel[i * n + j] as number) + (i === j ? ridge : 0));
    if (!(sum <= most)) most = sum;
  }
  return most;
};
