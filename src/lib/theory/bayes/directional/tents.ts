import type { Crest } from '$lib/theory/bayes/directional/crests';
import { orthonormal } from '$lib/theory/bayes/directional/crests';
import { lengthsAlong, type Lengths } from '$lib/theory/bayes/directional/lengths';
import { backward, factor, forward, logDeterminant } from '$lib/theory/bayes/wells/dense';
import { dot } from '$lib/theory/common/vectors';
import type { Landscape } from '$lib/theory/bayes/wells/landscape';

/** How much wider a tent is than the law, so that no weight is large: rates of the slopes, and the precision across. */
const wider = 1.2;

/** Degrees of freedom of the t distribution over the smooth directions, an even number. */
const freedom = 6;

/**
 * A proposal of directions about a crest, in the coordinates of the plane that touches the sphere there: w = û + Σ τ_j e_j + Σ ν_l f_l, τ_j = x_j·w the
 * pre-activation of the example that makes edge j, f orthonormal along the crest's smooth directions. The law falls off like exp(−rate |τ|) at an
 * edge, at another rate to either side, and like a Gaussian in ν; τ are drawn from the former, ν from a t distribution.
 */
export interface Tent {
  readonly direction: Float64Array;
  /** x_j of the edges and the vectors e_j with x_i·e_j = δ_ij. */
  readonly normals: readonly Float64Array[];
  readonly duals: readonly Float64Array[];
  readonly rates: readonly (readonly [below: number, above: number])[];
  readonly smooth: readonly Float64Array[];
  /** Lower Cholesky factor of the precision of ν. */
  readonly precision: Float64Array;
  /** log of the normalisation of the density in w's plane. */
  readonly logHead: number;
  /** log of the mass of the law about the crest, beside the conditional prior's constants. */
  readonly logMass: number;
}

const logGammaHalf = (n: number): number => {
  // log Γ(n/2) by the recurrence.
  let sum = n % 2 === 0 ? 0 : 0.5 * Math.log(Math.PI);
  for (let k = n; k > 2; k -= 2) sum += Math.log(k / 2 - 1);
  return sum;
};

/** The tent over a crest of the law given m; undefined where the crest is at the origin, or does not fall off. */
export function tentOver(
  { rank, coordinates, gamma }: Landscape,
  dual: Float64Array,
  mean: Float64Array,
  stiffness: number,
  { place, edges, gradient }: Crest,
): Tent | undefined {
  const size = Math.sqrt(dot(place, place));
  if (!(size > 1e-6)) return undefined;
  const direction = place.map((value) => value / size);
  const s = dot(gradient, direction);
  const g2 = gamma * gamma;
  const c = stiffness - g2 * s * s;
  if (!(c > 1e-9 * stiffness)) return undefined;
  const out: Lengths = { log: 0, second: 0, fourth: 0 };
  const b = stiffness * dot(mean, direction);
  lengthsAlong(rank, c, b, out);
  const { log, second } = out;
  lengthsAlong(rank + 1, c, b, out);
  const first = Math.exp(out.log - log);
  const spread = Math.max(0, second - first * first);
  const normals = edges.map((p) => coordinates.subarray(p * rank, (p + 1) * rank));
  const axes = orthonormal(normals);
  if (axes.length < normals.length) return undefined;
  const duals = dualsOf(normals);
  if (!duals) return undefined;
  const rates = duals.map((e, j): readonly [number, number] => {
    const pull = first * stiffness * dot(mean, e);
    const own = second * g2 * s;
    const least = Math.sqrt(stiffness * second * dot(e, e));
    const below = own * dot(gradient, e) + pull;
    const above = -own * (dot(gradient, e) + dual[edges[j]!]!) - pull;
    return [Math.max(below, least) / wider, Math.max(above, least) / wider];
  });
  const basis = orthonormal([
    direction,
    ...axes,
    ...Array.from({ length: rank }, (_, k) => Float64Array.from({ length: rank }, (_, j) => (j === k ? 1 : 0))),
  ]);
  const smooth = basis.slice(1 + axes.length, rank);
  const d = smooth.length;
  const across = smooth.map((f) => [dot(gradient, f), dot(mean, f)] as const);
  const precisionWith = (share: number): Float64Array | undefined => {
    const out = new Float64Array(d * d);
    for (let i = 0; i < d; i++)
      for (let j = 0; j <= i; j++)
        out[i * d + j] =
          ((i === j ? stiffness : 0) * second -
            second * g2 * across[i]![0] * across[j]![0] -
            share * spread * stiffness * stiffness * across[i]![1] * across[j]![1]) /
          (wider * wider);
    return factor(out, d) ? out : undefined;
  };
  const precision = precisionWith(1) ?? precisionWith(0.5) ?? precisionWith(0);
  if (!precision) return undefined;
  // |det E| of the duals is one over the volume of the normals.
  const volume = axes.reduce((sum, axis, j) => sum + Math.log(Math.abs(dot(axis, normals[j]!))), 0);
  const widths = rates.reduce((sum, [below, above]) => sum + Math.log(1 / below + 1 / above), 0);
  const logDet = d > 0 ? 0.5 * logDeterminant(precision, d) : 0;
  const t = d > 0 ? logGammaHalf(freedom + d) - logGammaHalf(freedom) - (d / 2) * Math.log(freedom * Math.PI) : 0;
  return {
    direction,
    normals,
    duals,
    rates,
    smooth,
    precision,
    logHead: t + logDet - widths + volume,
    logMass: log + widths - volume + (d / 2) * Math.log(2 * Math.PI) - logDet,
  };
}

/** Vectors e_j in the span of independent rows x_i with x_i·e_j = δ_ij. */
function dualsOf(rows: readonly Float64Array[]): Float64Array[] | undefined {
  const n = rows.length;
  const gram = new Float64Array(n * n);
  rows.forEach((a, i) => {
    rows.forEach((b, j) => (gram[i * n + j] = dot(a, b)));
  });
  if (n > 0 && !factor(gram, n)) return undefined;
  return rows.map((row, j) => {
    const unit = new Float64Array(n);
    unit[j] = 1;
    forward(gram, n, unit);
    backward(gram, n, unit);
    return row.map((_, at) => rows.reduce((sum, one, i) => sum + unit[i]! * one[at]!, 0));
  });
}

/** log of the density of direction u over the sphere, −∞ on the other half. */
export function logTentAt(tent: Tent, u: Float64Array): number {
  const { direction, normals, rates, smooth, precision, logHead } = tent;
  const along = dot(direction, u);
  if (!(along > 0)) return -Infinity;
  let log = logHead - u.length * Math.log(along);
  normals.forEach((x, j) => {
    const tau = dot(x, u) / along;
    log -= tau < 0 ? -tau * rates[j]![0] : tau * rates[j]![1];
  });
  const d = smooth.length;
  if (d === 0) return log;
  let distance = 0;
  const nu = smooth.map((f) => dot(f, u) / along);
  for (let a = 0; a < d; a++) {
    let sum = 0;
    for (let b = a; b < d; b++) sum += precision[b * d + a]! * nu[b]!;
    distance += sum * sum;
  }
  return log - ((freedom + d) / 2) * Math.log1p(distance / freedom);
}

/** A direction of a tent, from standard normals [r] (overwritten) and chances: one, and one for each edge and half a degree of freedom. */
export function drawInTent({ direction, duals, rates, smooth, precision }: Tent, u: Float64Array, chances: Float64Array): void {
  const d = smooth.length;
  const nu = u.slice(0, d);
  u.set(direction);
  let at = 0;
  duals.forEach((e, j) => {
    const [below, above] = rates[j]!;
    // Both sides by their widths.
    const edge = above / (below + above);
    const chance = chances[at++]!;
    const tau = chance < edge ? Math.log(chance / edge) / below : -Math.log((1 - chance) / (1 - edge)) / above;
    for (let k = 0; k < u.length; k++) u[k]! += tau * e[k]!;
  });
  if (d > 0) {
    let square = 0;
    for (let k = 0; k < freedom / 2; k++) square -= 2 * Math.log(1 - chances[at++]!);
    backward(precision, d, nu);
    const stretch = Math.sqrt(freedom / square);
    smooth.forEach((f, l) => {
      for (let k = 0; k < u.length; k++) u[k]! += stretch * nu[l]! * f[k]!;
    });
  }
  const length = Math.sqrt(dot(u, u));
  for (let k = 0; k < u.length; k++) u[k]! /= length;
}

/** Chances that a tent in r dimensions takes at most for one direction. */
export const chancesOf = (rank: number): number => rank - 1 + freedom / 2;
