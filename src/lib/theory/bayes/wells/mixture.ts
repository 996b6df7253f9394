import { normals, uniforms } from '$lib/base/philox';
import { backward, factor, inverse, logDeterminant, squaredDistance } from '$lib/theory/bayes/wells/dense';
import { dot } from '$lib/theory/common/vectors';

/** One part of a proposal: a multivariate t distribution of `freedom` degrees around a centre. */
export interface Part {
  readonly centre: Float64Array;
  /** Lower Cholesky factor of the precision (inverse scale), [r, r]. */
  readonly precision: Float64Array;
  readonly share: number;
}

/**
 * Degrees of freedom of the proposal, an even number: its tails are heavier than those of the law, so that no weight is large for want of
 * proposals, but in many dimensions not by much, or most samples would be wasted there.
 */
const freedomIn = (rank: number): number => 8 + 4 * rank;

const logGamma = (x: number): number => {
  // Stirling's series above 8, the recurrence below.
  let shift = 0;
  let at = x;
  while (at < 8) shift -= Math.log(at++);
  const inverse = 1 / (at * at);
  return shift + (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + (1 / 12 - (1 / 360 - inverse / 1260) * inverse) / at;
};

/** The normalisation of one part relative to (2π)^{-r/2}, which is left out throughout. */
const constant = (rank: number): number => {
  const freedom = freedomIn(rank);
  return logGamma((freedom + rank) / 2) - logGamma(freedom / 2) - (rank / 2) * Math.log(freedom / 2);
};

/**
 * Samples z [n, r] of a mixture and log(N(z; 0, I)/q(z)) of each. Where the law is symmetric (`odd`), q is made so: q(z) is then the mean of
 * both signs. Shares are met as nearly as whole numbers can.
 */
export function propose(
  parts: readonly Part[],
  count: number,
  rank: number,
  odd: boolean,
  key: { readonly seed: number; readonly stream: number; readonly step: number },
): { readonly points: Float64Array; readonly logRatios: Float64Array } {
  const freedom = freedomIn(rank);
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  const points = normals(count * rank, key);
  const chance = uniforms(count * (freedom / 2), { ...key, step: key.step + 1 });
  let upTo = 0;
  let part = 0;
  for (let i = 0; i < count; i++) {
    while (part < parts.length - 1 && (i + 0.5) / count > (upTo + parts[part]!.share) / total) upTo += parts[part++]!.share;
    const { centre, precision } = parts[part]!;
    const z = points.subarray(i * rank, (i + 1) * rank);
    // χ² of 2k degrees is −2 Σ log u over k uniforms.
    let square = 0;
    for (let k = 0; k < freedom / 2; k++) square -= 2 * Math.log(1 - chance[i * (freedom / 2) + k]!);
    backward(precision, rank, z);
    const stretch = Math.sqrt(freedom / square);
    for (let j = 0; j < rank; j++) z[j] = centre[j]! + stretch * z[j]!;
  }
  return { points, logRatios: logRatiosOf(parts, points, count, rank, odd) };
}

/** log(N(z; 0, I)/q(z)) of given points. */
function logRatiosOf(parts: readonly Part[], points: Float64Array, count: number, rank: number, odd: boolean): Float64Array {
  const freedom = freedomIn(rank);
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  const heads = parts.map(({ precision, share }) => Math.log(share / total) + 0.5 * logDeterminant(precision, rank) + constant(rank));
  const out = new Float64Array(count);
  const terms = new Float64Array(parts.length * 2);
  for (let i = 0; i < count; i++) {
    const z = points.subarray(i * rank, (i + 1) * rank);
    let most = -Infinity;
    let used = 0;
    parts.forEach(({ centre, precision }, k) => {
      for (const sign of odd ? [1, -1] : [1]) {
        const term = heads[k]! - ((freedom + rank) / 2) * Math.log1p(squaredDistance(precision, centre, z, sign) / freedom);
        terms[used++] = term;
        if (term > most) most = term;
      }
    });
    let sum = 0;
    for (let k = 0; k < used; k++) sum += Math.exp(terms[k]! - most);
    out[i] = -0.5 * dot(z, z) - (most + Math.log(sum) - (odd ? Math.LN2 : 0));
  }
  return out;
}

/** A part fitted to weighted points: their mean, and their covariance mixed with what it was before by the number of points that count. */
export function fitted(
  before: Part,
  points: Float64Array,
  weights: Float64Array,
  indices: readonly number[],
  rank: number,
  odd: boolean,
): Part {
  let total = 0;
  let squares = 0;
  const mean = new Float64Array(rank);
  const signs = indices.map((i) => (odd && dot(points.subarray(i * rank, (i + 1) * rank), before.centre) < 0 ? -1 : 1));
  indices.forEach((i, k) => {
    total += weights[i]!;
    squares += weights[i]! ** 2;
    for (let j = 0; j < rank; j++) mean[j]! += weights[i]! * signs[k]! * points[i * rank + j]!;
  });
  const counting = squares > 0 ? (total * total) / squares : 0;
  if (counting < 4) return before;
  const trust = counting / (counting + 2 * rank + 10);
  for (let j = 0; j < rank; j++) mean[j] = before.centre[j]! + trust * (mean[j]! / total - before.centre[j]!);
  // From the covariance that the precision stands for.
  const covariance = inverse(before.precision, rank).map((value) => (1 - trust) * value);
  indices.forEach((i, k) => {
    const share = (trust * weights[i]!) / total;
    for (let a = 0; a < rank; a++) {
      const da = signs[k]! * points[i * rank + a]! - mean[a]!;
      for (let b = 0; b <= a; b++) {
        const add = share * da * (signs[k]! * points[i * rank + b]! - mean[b]!);
        covariance[a * rank + b]! += add;
        if (a !== b) covariance[b * rank + a]! += add;
      }
    }
  });
  const precision = inverseFactor(covariance, rank);
  return precision ? { centre: mean, precision, share: before.share } : before;
}

/** Lower Cholesky factor of the inverse of a covariance. */
function inverseFactor(covariance: Float64Array, rank: number): Float64Array | undefined {
  const l = Float64Array.from(covariance);
  if (!factor(l, rank)) return undefined;
  const precision = inverse(l, rank);
  return factor(precision, rank) ? precision : undefined;
}
