import type { Activation } from '$lib/base/activation';
import type { Backend, Matrix } from '$lib/backend/backend';
import { backwardFrom, forward, layerInputs } from '$lib/theory/networks/forward';
import { Owned } from '$lib/theory/owned';
import { columnSums } from '$lib/theory/common/column-sums';

/**
 * A batch of posteriors of networks with any number of hidden layers, `theory.md` §2 and §4 in one form: with φ of the last hidden layer,
 * F = φᵀ/√N, f = F v/c and Y = c y,
 *
 *     p(w, v) ∝ exp(−(1/2T)|Y − Fv|² − ½|v|² − Σ_l [½|w^l|² + (δ/2)|w^l − w̄^l|²]);
 *
 * §4 is c = 1, §2 is c = γ√N. Given w the readout v is Gaussian, so it is integrated out: with A = T I + FFᵀ and a = A⁻¹Y,
 *
 *     p(w) ∝ exp(−V(w)) · prior,   V = ½ Yᵀa + ½ log det A,   ∂V/∂φ^L = (1/N) φ^L M,   M = A⁻¹ − aaᵀ,
 *
 * ∂V/∂w^l by the chain rule, (1/(N√D)) [(φM) ∘ φ′] X for one hidden layer; v and the outputs given w are known in closed form.
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
  /** φ of the last hidden layer at the training inputs, [B, N, P]. */
  readonly values: Matrix;
  /** A⁻¹ [B, P, P] and a [B, P, 1]. */
  readonly inverse: Matrix;
  readonly dual: Matrix;
  /** ∂V/∂w of every hidden layer, [B, N, D] and then [B, N, N]. */
  readonly gradients: readonly Matrix[];
  /** 2V, [B, 1, 1]. */
  readonly energy: Matrix;
  [Symbol.dispose](): void;
}

/** All matrices of an evaluation, in one order. */
export const matricesOf = ({ values, inverse, dual, gradients, energy }: Omit<Evaluation, typeof Symbol.dispose>): readonly Matrix[] => [
  values,
  inverse,
  dual,
  energy,
  ...gradients,
];

export const evaluationOf = (made: Omit<Evaluation, typeof Symbol.dispose>): Evaluation => ({
  ...made,
  [Symbol.dispose]: () => {
    for (const matrix of matricesOf(made)) matrix[Symbol.dispose]();
  },
});

/** An evaluation in parts, after each of which it may be given up. */
export function* evaluationParts(
  backend: Backend,
  { activation, inputs, labels, temperatures }: Posterior,
  hidden: readonly Matrix[],
): Generator<void, Evaluation> {
  using made = new Owned();
  using pass = forward(backend, activation, hidden, inputs, true);
  const values = made.keep(backend.slice(pass.values.at(-1)!, 0, hidden[0]!.batch));
  const slopes = pass.slopes.at(-1)!;
  const width = values.rows;
  yield;
  using kernel = backend.product(values, values, { transposeA: true, alpha: 1 / width });
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
  using signals = new Owned();
  // N times the derivatives of V with respect to h^l.
  const pulls = backwardFrom(backend, hidden, pass, backend.hadamard(pulled, slopes)).map((signal) => signals.keep(signal));
  if (hidden.length > 1) yield;
  const gradients = pulls.map((signal, layer) => {
    const { from, fanIn } = layerInputs(pass, inputs, layer);
    return made.keep(backend.product(signal, from, { alpha: 1 / (width * Math.sqrt(fanIn)) }));
  });
  using fit = backend.dot(labels, dual);
  using volume = backend.logDeterminant(factor);
  const energy = made.keep(
    backend.combine([
      [1, fit],
      [1, volume],
    ]),
  );
  made.handOver();
  return evaluationOf({ values, inverse, dual, gradients, energy });
}

export const evaluate = (backend: Backend, posterior: Posterior, hidden: readonly Matrix[]): Evaluation => {
  const running = evaluationParts(backend, posterior, hidden);
  for (;;) {
    const next = running.next();
    if (next.done) return next.value;
  }
};

/**
 * Outputs on rows of inputs given w: mean and variance of f over v, each [B, n, 1]. With k = φ(x)ᵀφ(X)/N: mean = k a/c,
 * variance = (k(x, x) − k A⁻¹kᵀ)/c².
 */
export const conditional = (
  backend: Backend,
  { activation, scales }: Posterior,
  hidden: readonly Matrix[],
  { values, inverse, dual }: Pick<Evaluation, 'values' | 'inverse' | 'dual'>,
  inputs: Matrix,
): { readonly mean: Matrix; readonly variance: Matrix } => {
  const per = 1 / values.rows;
  using pass = forward(backend, activation, hidden, inputs);
  const there = pass.values.at(-1)!;
  using cross = backend.product(there, values, { transposeA: true, alpha: per });
  using raw = backend.product(cross, dual);
  using own = columnSums(backend, there, there);
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
