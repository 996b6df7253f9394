import type { Activation } from '$lib/base/activation';
import { tanhMap } from './tanh-map';

/** Writes E φ(u)φ(v) and E φ′(u)φ′(v) for the n × m covariances c, n variances a and m variances b. */
export type KernelMap = (c: Float64Array, a: Float64Array, b: Float64Array, kernel: Float64Array, derivative: Float64Array) => void;

/** A map given entry by entry. */
const entrywise =
  (value: (c: number, a: number, b: number) => number, slope: (c: number, a: number, b: number) => number): KernelMap =>
  (c, a, b, kernel, derivative) => {
    const m = b.length;
    for (let i = 0; i < a.length; i++)
      for (let j = 0; j < m; j++) {
        const index = i * m + j;
        kernel[index] = value(c[index] as number, a[i] as number, b[j] as number);
        derivative[index] = slope(c[index] as number, a[i] as number, b[j] as number);
      }
  };

/** c brought into [−√(ab), √(ab)], where rounding may have carried it out; not-a-number stays. */
const clamped = (c: number, a: number, b: number): number => {
  const most = Math.sqrt(a * b);
  return Math.max(-most, Math.min(most, c));
};

/** ab − c² ≥ 0. As a difference of two factors it is exactly 0 on the diagonal (a = b = c). */
const determinant = (c: number, a: number, b: number): number => {
  const most = Math.sqrt(a * b);
  return Math.max(0, a === b ? (a - c) * (a + c) : (most - c) * (most + c));
};

/** π − θ for the angle θ between the two: by atan2, accurate where arccos is not (near ±1). */
const complement = (c: number, a: number, b: number): number => Math.atan2(Math.sqrt(determinant(c, a, b)), -c);

const reluValue = (covariance: number, a: number, b: number): number => {
  const c = clamped(covariance, a, b);
  return (Math.sqrt(determinant(c, a, b)) + complement(c, a, b) * c) / (2 * Math.PI);
};

/** relu′(0) = 0, hence 0 where a variance is 0. */
const reluSlope = (covariance: number, a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : complement(clamped(covariance, a, b), a, b) / (2 * Math.PI);

/** (1+2a)(1+2b) − 4c², a sum of terms ≥ 0. */
const erfDeterminant = (c: number, a: number, b: number): number => 1 + 2 * a + 2 * b + 4 * determinant(c, a, b);

const erfValue = (covariance: number, a: number, b: number): number => {
  const c = clamped(covariance, a, b);
  return (2 / Math.PI) * Math.atan2(2 * c, Math.sqrt(erfDeterminant(c, a, b)));
};

const erfSlope = (covariance: number, a: number, b: number): number =>
  4 / Math.PI / Math.sqrt(erfDeterminant(clamped(covariance, a, b), a, b));

/** The NNGP maps of `theory.md` §1 and their derivative kernels. */
export const kernelMaps: Readonly<Record<Activation, KernelMap>> = {
  linear: entrywise(
    (c) => c,
    () => 1,
  ),
  relu: entrywise(reluValue, reluSlope),
  erf: entrywise(erfValue, erfSlope),
  tanh: tanhMap,
  quadratic: entrywise(
    (c, a, b) => 2 * c * c + (a - 1) * (b - 1),
    (c) => 4 * c,
  ),
};
