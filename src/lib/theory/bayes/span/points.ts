import { normals, uniforms } from '$lib/base/philox';
import { groups } from '$lib/theory/common/jackknife';

/**
 * Steps of the additive recurrence in two dimensions, the powers of 1/1.3247… (the root of x³ = x + 1): its points fill the square evenly however
 * many there are, so that averages err by about 1/n instead of 1/√n.
 */
const steps = [0.7548776662466927, 0.5698402909980532] as const;

/** How many particles a group has in each snapshot, and how many snapshots there are. */
export interface Layout {
  readonly particles: number;
  readonly snapshots: number;
}

/** What the draws of one purpose are keyed by. */
export interface DrawKey {
  readonly seed: number;
  readonly stream: number;
}

/**
 * Evenly spread points of the unit square, one a particle: of each group the points of one recurrence from a random start of its own
 * (Cranley and Patterson 1976). Groups are independent, so that their spread tells the error. Particle i of group g of snapshot k is
 * at (k · particles + g · each + i), each = particles/groups. The same for the same key, whatever the sweep point.
 */
export function evenPoints({ particles, snapshots }: Layout, key: DrawKey): { readonly u: Float64Array; readonly v: Float64Array } {
  const each = particles / groups;
  const starts = uniforms(2 * groups, { ...key, step: 0 });
  const u = new Float64Array(particles * snapshots);
  const v = new Float64Array(particles * snapshots);
  for (let k = 0; k < snapshots; k++)
    for (let g = 0; g < groups; g++)
      for (let i = 0; i < each; i++) {
        const number = k * each + i + 1;
        const at = k * particles + g * each + i;
        u[at] = within(starts[2 * g]! + number * steps[0]);
        v[at] = within(starts[2 * g + 1]! + number * steps[1]);
      }
  return { u, v };
}

/** The part after the point, never 0 or 1. */
const within = (x: number): number => Math.min(1 - 2 ** -53, Math.max(2 ** -53, x - Math.floor(x)));

const distance = (x: number): number => Math.abs(x - Math.round(x));

/** How many points on the nearest other one is, among the first half of a group. */
function lagOf(each: number): number {
  let best = 1;
  for (let lag = 2; lag <= each / 2; lag++) {
    const length = (l: number): number => Math.hypot(distance(l * steps[0]), distance(l * steps[1]));
    if (length(lag) < length(best)) best = lag;
  }
  return best;
}

/**
 * Standard normals for snapshot k, [particles, D]. Particles of a group that are near each other in the square have opposite ones, so that what is
 * odd in them cancels.
 */
export function opposedNormals({ particles }: Layout, dimension: number, k: number, key: DrawKey): Float64Array {
  const z = normals(particles * dimension, { ...key, step: 1 + k });
  const each = particles / groups;
  const lag = lagOf(each);
  for (let g = 0; g < groups; g++)
    for (let i = lag; i < each; i++)
      if (Math.floor(i / lag) % 2 === 1)
        for (let d = 0, to = (g * each + i) * dimension; d < dimension; d++) z[to + d] = -z[to - lag * dimension + d]!;
  return z;
}

/** Takes off rows [n, D] what is along the orthonormal directions, [r, D]. */
export function projectOut(rows: Float64Array, basis: Float64Array, dimension: number): Float64Array {
  for (let from = 0; from < rows.length; from += dimension)
    for (let b = 0; b < basis.length; b += dimension) {
      let along = 0;
      for (let d = 0; d < dimension; d++) along += rows[from + d]! * basis[b + d]!;
      for (let d = 0; d < dimension; d++) rows[from + d]! -= along * basis[b + d]!;
    }
  return rows;
}
