import type { Activation } from '$lib/base/activation';
import type { Backend, Matrix } from '$lib/backend/backend';
import { Owned } from '$lib/theory/owned';

/**
 * A batch of posteriors of two-layer networks, `theory.md` §2 and §4 in one form: with F = φᵀ/√N, f = F v/c and Y = c y,
 *
 *     p(w, v) ∝ exp(−(1/2T)|Y − Fv|² − ½|v|² − ½|w|² − (δ/2)|w − w̄|²);
 *
 * §4 is c = 1, §2 is c = γ√N. Given w the readout v is Gaussian, so it is integrated out: with A = T I + FFᵀ and a = A⁻¹Y,
 *
 *     p(w) ∝ exp(−V(w)) · prior,   V = ½ Yᵀa + ½ log det A,   ∂V/∂w = (1/(N√D)) [(φM) ∘ φ′] X,   M = A⁻¹ − aaᵀ,
 *
 * and v and the outputs given w are known in closed form.
 */
export interface Posterior {
  readonly activation: Activation;
  /** X [B or 1, P, D]. */
  readonly inputs: Matrix;
  /** Y = c y, [B, P, 1]. */
  readonly labels: Matrix;
  readonly temperatures: readonly number[];
  /** c of each network. */
  readonly scales: readonly number[];
}

/** What the posterior says at some weights. */
export interface Evaluation {
  /** φ at the training inputs, [B, N, P]. */
  readonly values: Matrix;
  /** A⁻¹ [B, P, P] and a [B, P, 1]. */
  readonly inverse: Matrix;
  readonly dual: Matrix;
  /** ∂V/∂w, [B, N, D]. */
  readonly gradient: Matrix;
  /** 2V, [B, 1, 1]. */
  readonly energy: Matrix;
  [Symbol.dispose](): void;
}

const matrices = ['values', 'inverse', 'dual', 'gradient', 'energy'] as const;

const evaluationOf = (made: Omit<Evaluation, typeof Symbol.dispose>): Evaluation => ({
  ...made,
  [Symbol.dispose]: () => {
    for (const name of matrices) made[name][Symbol.dispose]();
  },
});

/** Whether to give up what is being computed; asked between its parts. */
export type Stopped = () => Promise<boolean>;

/** An evaluation in parts, after each of which it may be given up. */
function* parts(backend: Backend, { activation, inputs, labels, temperatures }: Posterior, weights: Matrix): Generator<void, Evaluation> {
  using made = new Owned();
  const { values, slopes: given } = backend.features(activation, weights, inputs, true);
  made.keep(values);
  if (!given) throw new Error('slopes were asked for');
  using slopes = given;
  yield;
  using kernel = backend.product(values, values, { transposeA: true, alpha: 1 / weights.rows });
  using system = backend.addDiagonal(kernel, temperatures);
  yield;
  using factor = backend.cholesky(system);
  const inverse = made.keep(backend.inverse(factor));
  const dual = made.keep(backend.solve(factor, labels));
  yield;
  using outer = backend.product(dual, dual, { transposeB: true });
  using middle = backend.combine([
    [1, inverse],
    [-1, outer],
  ]);
  using pulled = backend.product(values, middle);
  yield;
  using signal = backend.hadamard(pulled, slopes);
  const gradient = made.keep(backend.product(signal, inputs, { alpha: 1 / (weights.rows * Math.sqrt(weights.columns)) }));
  using fit = backend.dot(labels, dual);
  using volume = backend.logDeterminant(factor);
  const energy = made.keep(
    backend.combine([
      [1, fit],
      [1, volume],
    ]),
  );
  made.handOver();
  return evaluationOf({ values, inverse, dual, gradient, energy });
}

export const evaluate = (backend: Backend, posterior: Posterior, weights: Matrix): Evaluation => {
  const running = parts(backend, posterior, weights);
  for (;;) {
    const next = running.next();
    if (next.done) return next.value;
  }
};

/** Tenths of a second that an evaluation may take before a stop is heard. */
const evaluatedAtOnce = 4;

/** Networks that are evaluated at once: as many as do not take long. */
const networksAtOnce = (backend: Backend, { inputs }: Posterior, { rows: width, columns: dimension }: Matrix): number => {
  const examples = inputs.rows;
  // φ and the gradient, φᵀφ and φM, and what is done with [P, P].
  const each = width * examples * (4 * dimension + 4 * examples + 40) + 2 * examples ** 3;
  return Math.max(1, Math.floor((evaluatedAtOnce * backend.workLimit) / each));
};

/** The posterior of networks first … first + count − 1. */
const sliced = (backend: Backend, owned: Owned, posterior: Posterior, first: number, count: number): Posterior => {
  const some = (matrix: Matrix): Matrix => owned.keep(matrix.batch === 1 ? backend.slice(matrix, 0) : backend.slice(matrix, first, count));
  const { activation, inputs, labels, temperatures, scales } = posterior;
  const end = first + count;
  return {
    activation,
    inputs: some(inputs),
    labels: some(labels),
    temperatures: temperatures.slice(first, end),
    scales: scales.slice(first, end),
  };
};

/** The same, or undefined where it was stopped. Where it is much work, some networks at a time. */
export const evaluateUnless = async (
  stopped: Stopped,
  backend: Backend,
  posterior: Posterior,
  weights: Matrix,
): Promise<Evaluation | undefined> => {
  const { batch } = weights;
  const most = networksAtOnce(backend, posterior, weights);
  if (batch <= most) return evaluatePartsUnless(stopped, backend, posterior, weights);
  using made = new Owned();
  let whole: Evaluation | undefined;
  for (let first = 0; first < batch; first += most) {
    const count = Math.min(most, batch - first);
    using owned = new Owned();
    const some = owned.keep(backend.slice(weights, first, count));
    using found = await evaluatePartsUnless(stopped, backend, sliced(backend, owned, posterior, first, count), some);
    if (!found) return undefined;
    const room = ({ rows, columns }: Matrix): Matrix => made.keep(backend.zeros({ batch, rows, columns }));
    whole ??= evaluationOf({
      values: room(found.values),
      inverse: room(found.inverse),
      dual: room(found.dual),
      gradient: room(found.gradient),
      energy: room(found.energy),
    });
    for (const name of matrices) backend.copy(found[name], whole[name], first);
    await backend.rest();
  }
  made.handOver();
  return whole;
};

const evaluatePartsUnless = async (
  stopped: Stopped,
  backend: Backend,
  posterior: Posterior,
  weights: Matrix,
): Promise<Evaluation | undefined> => {
  const running = parts(backend, posterior, weights);
  // Left on the way, it gives back what it made.
  for (;;) {
    const next = running.next();
    if (next.done) return next.value;
    if (!(await stopped())) continue;
    running.return(undefined as never);
    return undefined;
  }
};

/**
 * Outputs on rows of inputs given w: mean and variance of f over v, each [B, n, 1]. With k = φ(x)ᵀφ(X)/N: mean = k a/c,
 * variance = (k(x, x) − k A⁻¹kᵀ)/c².
 */
export const conditional = (
  backend: Backend,
  { activation, scales }: Posterior,
  weights: Matrix,
  { values, inverse, dual }: Pick<Evaluation, 'values' | 'inverse' | 'dual'>,
  inputs: Matrix,
): { readonly mean: Matrix; readonly variance: Matrix } => {
  const per = 1 / weights.rows;
  using there = backend.features(activation, weights, inputs).values;
  using cross = backend.product(there, values, { transposeA: true, alpha: per });
  using raw = backend.product(cross, dual);
  using squares = backend.hadamard(there, there);
  using columns = backend.transpose(squares);
  using own = backend.rowSums(columns);
  using solved = backend.product(cross, inverse);
  using explained = backend.hadamard(solved, cross);
  using known = backend.rowSums(explained);
  return {
    mean: backend.combine([[scales.map((c) => 1 / c), raw]]),
    variance: backend.combine([
      [scales.map((c) => per / c ** 2), own],
      [scales.map((c) => -1 / c ** 2), known],
    ]),
  };
};

/** v drawn from its Gaussian given w (Matheron's rule): v = v₀ + FᵀA⁻¹(Y − Fv₀ − √T ξ), v₀ [B, N, 1] and ξ [B, P, 1] standard normals. */
export const drawReadout = (
  backend: Backend,
  { labels, temperatures }: Posterior,
  { values, inverse }: Evaluation,
  prior: Matrix,
  noise: Matrix,
): Matrix => {
  const per = 1 / Math.sqrt(values.rows);
  using made = backend.product(values, prior, { transposeA: true, alpha: per });
  using missing = backend.combine([
    [1, labels],
    [-1, made],
    [temperatures.map((temperature) => -Math.sqrt(temperature)), noise],
  ]);
  using dual = backend.product(inverse, missing);
  using change = backend.product(values, dual, { alpha: per });
  return backend.combine([
    [1, prior],
    [1, change],
  ]);
};
