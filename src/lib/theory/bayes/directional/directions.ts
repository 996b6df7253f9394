import { normals } from '$lib/base/philox';
import { dot } from '$lib/theory/common/vectors';
import type { Landscape } from '$lib/theory/bayes/wells/landscape';

/** s(u) = Δ·φ(Zu) of relu, and its gradient a(u) = Σ Δ_μ x_μ over the examples that are active, [r]: s(u) = a·u within a cone. */
function strengthAt({ rank, examples, coordinates }: Landscape, dual: Float64Array, u: Float64Array, gradient: Float64Array): number {
  gradient.fill(0);
  for (let p = 0; p < examples; p++) {
    let h = 0;
    for (let j = 0; j < rank; j++) h += coordinates[p * rank + j]! * u[j]!;
    if (h > 0) for (let j = 0; j < rank; j++) gradient[j]! += dual[p]! * coordinates[p * rank + j]!;
  }
  return dot(gradient, u);
}

/** A direction in which s² is greatest nearby, and s there. */
export interface Ridge {
  readonly direction: Float64Array;
  readonly strength: number;
}

const unit = (v: Float64Array): Float64Array => {
  const length = Math.sqrt(dot(v, v));
  return v.map((value) => value / length);
};

/** Beyond an edge so far, as a share of the way, s² is looked at again. */
const beyond = 1e-4;

/** Takes the parts along orthonormal directions off. */
function without(v: Float64Array, axes: readonly Float64Array[]): Float64Array {
  const out = v.slice();
  for (const axis of axes) {
    const along = dot(axis, out);
    for (let j = 0; j < out.length; j++) out[j]! -= along * axis[j]!;
  }
  return out;
}

/** Where on the way from u to `to` the first example that is not on the edge already changes sides, as a share of it, and which; undefined where none does. */
function firstEdge({ rank, examples, coordinates }: Landscape, u: Float64Array, to: Float64Array, on: ReadonlySet<number>) {
  let [share, which] = [1, -1];
  for (let p = 0; p < examples; p++) {
    if (on.has(p)) continue;
    const x = coordinates.subarray(p * rank, (p + 1) * rank);
    const [here, there] = [dot(x, u), dot(x, to)];
    if (here * there < 0 && here / (here - there) < share) [share, which] = [here / (here - there), p];
  }
  return which < 0 ? undefined : { share, which };
}

/**
 * Climbs s² over the sphere: towards ±a(u), half as far where that is no better, then from edge to edge. Where an example's h is 0 s² has an edge, and its
 * maxima mostly lie there: where it falls off beyond one, it is climbed along the edge, and along that of others that are met.
 */
function climb(land: Landscape, dual: Float64Array, start: Float64Array): Ridge {
  const { rank, coordinates } = land;
  const gradient = new Float64Array(rank);
  let u = unit(start);
  let strength = strengthAt(land, dual, u, gradient);
  const on = new Set<number>();
  const axes: Float64Array[] = [];
  const mixed = (to: Float64Array, share: number): Float64Array => unit(u.map((value, j) => (1 - share) * value + share * to[j]!));
  for (let step = 0; step < 48; step++) {
    const towards = unit(
      without(
        gradient.map((value) => (strength < 0 ? -value : value)),
        axes,
      ),
    );
    if (!towards.every(Number.isFinite)) break;
    let found = false;
    for (let share = 1; share > 1e-3; share /= 2) {
      const trial = mixed(towards, share);
      const there = strengthAt(land, dual, trial, gradient);
      if (Math.abs(there) > Math.abs(strength) * (1 + 1e-9)) {
        [u, strength, found] = [trial, there, true];
        break;
      }
    }
    if (found) continue;
    const edge = firstEdge(land, u, towards, on);
    if (!edge || axes.length === rank - 1) break;
    u = mixed(towards, edge.share);
    strength = strengthAt(land, dual, u, gradient);
    const past = mixed(towards, beyond);
    const there = strengthAt(land, dual, past, gradient);
    if (Math.abs(there) > Math.abs(strength)) [u, strength] = [past, there];
    else {
      const { which } = edge;
      on.add(which);
      const axis = without(coordinates.subarray(which * rank, (which + 1) * rank), axes);
      if (dot(axis, axis) > 1e-20) axes.push(unit(axis));
      u = unit(without(u, axes));
      strength = strengthAt(land, dual, u, gradient);
    }
  }
  return { direction: u, strength };
}

/** Directions on edges that are climbed from, at most. */
const mostOnEdges = 512;

/** For pairs of examples the direction of one on the edge of the other, both ways: over two directions these are all edges there are. */
function onEdges({ rank, examples, coordinates }: Landscape): Float64Array[] {
  const rows = Array.from({ length: examples }, (_, p) => coordinates.subarray(p * rank, (p + 1) * rank)).filter((x) => dot(x, x) > 0);
  const out: Float64Array[] = [];
  for (let apart = 1; apart < rows.length && out.length < mostOnEdges; apart++)
    for (const [p, x] of rows.entries()) {
      const other = without(rows[(p + apart) % rows.length]!, [unit(x)]);
      if (dot(other, other) > 1e-12 * dot(x, x)) out.push(unit(other), unit(other.map((value) => -value)));
    }
  return out.slice(0, mostOnEdges);
}

/** Ridges kept at most. */
const most = 32;

/**
 * Directions in which s² has a maximum, the strongest first, each once: climbed to from the training inputs, from their edges, from random
 * directions, and from those `known`. Cost: some P r operations a step of each climb.
 */
export function ridgesOf(
  land: Landscape,
  dual: Float64Array,
  known: readonly Float64Array[],
  { random, seed, stream }: { readonly random: number; readonly seed: number; readonly stream: number },
): Ridge[] {
  const { rank, examples, coordinates } = land;
  const noise = normals(random * rank, { seed, stream, step: 8190 });
  const starts = [
    ...known,
    ...Array.from({ length: examples }, (_, p) => coordinates.subarray(p * rank, (p + 1) * rank)).filter((x) => dot(x, x) > 0),
    ...onEdges(land),
    ...Array.from({ length: random }, (_, q) => noise.subarray(q * rank, (q + 1) * rank)),
  ];
  const ridges = starts
    .map((start) => climb(land, dual, start))
    .filter(({ strength }) => strength !== 0)
    .sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength));
  const out: Ridge[] = [];
  for (const one of ridges) {
    if (out.length === most) break;
    if (out.every(({ direction }) => dot(direction, one.direction) < 0.998)) out.push(one);
  }
  return out;
}
