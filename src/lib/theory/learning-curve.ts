import { Problem } from '$lib/base/problem';
import { symmetricEigen } from '$lib/theory/eigen';
import { bisected, geometric } from '$lib/theory/common/bisection';

/** A kernel's modes on a set of n examples: y = Σ a_k ψ_k with ψ_k of mean square 1 on them. Descending in η. */
export interface KernelModes {
  /** η_k [n], eigenvalues of Φ/n: those of the kernel as an operator on the examples' own distribution. ≥ 0. */
  readonly values: Float64Array;
  /** a_k² [n]; they sum to the mean of y². */
  readonly powers: Float64Array;
}

/**
 * Modes of a symmetric positive kernel matrix, row-major [n, n], and how the labels [n] spread over them. In double precision; about
 * 6 n³ operations. Eigenvalues that are zero but for rounding count as 0.
 *
 * @param roundoff unit roundoff of the arithmetic that made the kernel
 */
export const kernelModes = (kernel: Float64Array, labels: Float64Array, roundoff: number): KernelModes => {
  const n = labels.length;
  const { values, vectors } = symmetricEigen(kernel, n);
  const floor = n * Math.max(roundoff, Number.EPSILON) * Math.abs(values[n - 1] ?? 0);
  const modes = Array.from({ length: n }, (_, index) => {
    const k = n - 1 - index;
    let along = 0;
    for (let p = 0; p < n; p++) along += (vectors[p * n + k] as number) * (labels[p] as number);
    const value = values[k] as number;
    return { value: value > floor ? value / n : 0, power: (along * along) / n };
  });
  return { values: Float64Array.from(modes, ({ value }) => value), powers: Float64Array.from(modes, ({ power }) => power) };
};

/** What a learning curve is asked at. */
export interface CurvePoint {
  /** P, training examples; > 0, not necessarily whole. */
  readonly size: number;
  /** T, the ridge, ≥ 0. */
  readonly temperature: number;
  /** σ, standard deviation of the label noise, ≥ 0. */
  readonly noise: number;
}

/** κ and g of the self-consistency, and the error. */
export interface CurveValue {
  /** κ, the ridge that the modes feel: T and what the unlearned modes add to it. */
  readonly kappa: number;
  /** g = Σ Pη²/(Pη+κ)², 0…1. */
  readonly g: number;
  /** E, mean square error on new examples, against the noiseless labels. */
  readonly test: number;
}

const sumOf = (values: Float64Array, term: (value: number, k: number) => number): number =>
  values.reduce((sum, value, k) => sum + term(value, k), 0);

/**
 * Root of κ = T + κ Σ η_k/(Pη_k+κ): 1 = T/κ + Σ η_k/(Pη_k+κ) falls in κ, so it is bracketed by 0 and T + Σ η_k and bisected to the last
 * digit. κ = 0 where T = 0 and P is at least the number of modes with η > 0.
 */
const selfConsistent = (values: Float64Array, size: number, temperature: number): number => {
  if (temperature === 0 && size >= values.filter((eta) => eta > 0).length) return 0;
  const below = (kappa: number): boolean => temperature / kappa + sumOf(values, (eta) => eta / (size * eta + kappa)) > 1;
  // κ may be many orders below its bound; it is never exactly 0 here.
  const between = (low: number, high: number): number => (low > 0 ? geometric(low, high) : high / 1024);
  return bisected(temperature, temperature + sumOf(values, (eta) => eta), below, between)[1];
};

/**
 * Average-case error of kernel ridge regression on P examples drawn from the modes' distribution: `theory.md` §5,
 * E = (1/(1−g)) [Σ a_k² κ²/(Pη_k+κ)² + σ²g]. Exact for large P and Gaussian modes; units: those of the labels, squared.
 *
 * @throws Problem at the interpolation threshold, T = 0 with exactly as many examples as modes, where E diverges.
 */
export const learningCurve = ({ values, powers }: KernelModes, { size, temperature, noise }: CurvePoint): CurveValue => {
  const kappa = selfConsistent(values, size, temperature);
  // κ/(Pη+κ): how much of a mode is left unlearned; a mode without eigenvalue is never learned, also at κ = 0.
  const left = (eta: number): number => (eta === 0 ? 1 : kappa / (size * eta + kappa));
  const g = sumOf(values, (eta) => size * (eta / (size * eta + kappa || 1)) ** 2);
  if (!(g < 1 - 1e-12))
    throw new Problem(
      `sizes: at ${size} examples, as many as the kernel has modes, the error diverges without a ridge; raise temperature`,
      {
        path: ['sizes'],
      },
    );
  return { kappa, g, test: (sumOf(values, (eta, k) => (powers[k] as number) * left(eta) ** 2) + noise * noise * g) / (1 - g) };
};
