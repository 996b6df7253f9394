import { dot } from '$lib/theory/common/vectors';
import type { Landscape } from '$lib/theory/bayes/wells/landscape';

/** A maximum of log p(z|m) = −½a|z − m|² + ½γ²s² of relu. */
export interface Crest {
  readonly place: Float64Array;
  /** Examples with h = 0 there, where log p has an edge. */
  readonly edges: readonly number[];
  /** The gradient of s but for the examples of the edges, [r]. */
  readonly gradient: Float64Array;
}

const mostSteps = 40;

/** v less its parts along the orthonormal rows. */
function without(rows: readonly Float64Array[], v: Float64Array): Float64Array {
  const out = Float64Array.from(v);
  for (const row of rows) {
    const along = dot(row, out);
    for (let j = 0; j < out.length; j++) out[j]! -= along * row[j]!;
  }
  return out;
}

/** Orthonormal rows that span the same as some; those that hardly leave the span of the others are left out. */
export function orthonormal(rows: readonly Float64Array[]): Float64Array[] {
  const out: Float64Array[] = [];
  for (const row of rows) {
    const rest = without(out, without(out, row));
    const length = Math.sqrt(dot(rest, rest));
    if (length > 1e-9 * Math.sqrt(dot(row, row))) out.push(rest.map((value) => value / length));
  }
  return out;
}

/**
 * Climbs log p(z|m) from a start: within a cone, where s is linear, it is a concave quadratic form whose greatest place is known; where the way there
 * leaves the cone it is gone on in the next if that still rises, else along the face between them (an active-set method, as for quadratic programs).
 * Undefined where it does not end. Cost: P r a step, of which there are about as many as faces on the way.
 */
export function crestFrom(
  { rank, examples, coordinates, gamma }: Landscape,
  dual: Float64Array,
  mean: Float64Array,
  stiffness: number,
  start: Float64Array,
): Crest | undefined {
  const row = (p: number): Float64Array => coordinates.subarray(p * rank, (p + 1) * rank);
  const z = Float64Array.from(start);
  const side = Array.from({ length: examples }, (_, p): number => (dot(row(p), z) > 0 ? 1 : 0));
  let edges: number[] = [];
  let normals: Float64Array[] = [];
  const gradient = new Float64Array(rank);
  const add = (p: number, times: number): void => {
    const x = row(p);
    for (let j = 0; j < rank; j++) gradient[j]! += times * dual[p]! * x[j]!;
  };
  side.forEach((on, p) => {
    if (on) add(p, 1);
  });
  const g2 = gamma * gamma;
  /** The slope of log p along d, with more in the gradient of s. */
  const slope = (d: Float64Array): number => {
    let sum = g2 * dot(gradient, z) * dot(gradient, d);
    for (let j = 0; j < rank; j++) sum -= stiffness * (z[j]! - mean[j]!) * d[j]!;
    return sum;
  };
  const hold = (p: number): void => {
    edges.push(p);
    normals = orthonormal(edges.map(row));
  };
  for (let step = 0; step < mostSteps; step++) {
    const g = without(normals, gradient);
    const m = without(normals, mean);
    const left = stiffness - g2 * dot(g, g);
    const along = (g2 * dot(g, m)) / Math.max(left, 1e-3 * stiffness);
    const d = Float64Array.from(z, (value, j) => m[j]! + along * g[j]! - value);
    let first = -1;
    let least = 1;
    for (let p = 0; p < examples; p++) {
      if (edges.includes(p)) continue;
      const x = row(p);
      const [h, rate] = [dot(x, z), dot(x, d)];
      if (side[p] ? rate >= 0 : rate <= 0) continue;
      const time = Math.max(0, -h / rate);
      if (time < least) [first, least] = [p, time];
    }
    for (let j = 0; j < rank; j++) z[j]! += least * d[j]!;
    if (first >= 0) {
      const before = side[first] ? 1 : 0;
      if (before) add(first, -1);
      else add(first, 1);
      if (slope(d) > 0) side[first] = 1 - before;
      else {
        if (!before) add(first, -1);
        if (edges.length >= rank - 1) return undefined;
        hold(first);
      }
      continue;
    }
    // At the greatest place of the face: is there a way up off it?
    let released = false;
    for (const p of edges) {
      const others = orthonormal(edges.filter((q) => q !== p).map(row));
      const away = without(others, row(p));
      for (const sign of [1, -1]) {
        const to = away.map((value) => sign * value);
        if (sign > 0) add(p, 1);
        const rise = slope(to);
        if (rise > 1e-9 * stiffness * Math.sqrt(dot(to, to))) {
          side[p] = sign > 0 ? 1 : 0;
          edges = edges.filter((q) => q !== p);
          normals = others;
          released = true;
          break;
        }
        if (sign > 0) add(p, -1);
      }
      if (released) break;
    }
    if (!released) return { place: z, edges, gradient };
  }
  return undefined;
}
