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

/** Climbs s² over the sphere: towards ±a(u), half as far where that is no better. It ends at a maximum within a cone or at the edge of one. */
function climb(land: Landscape, dual: Float64Array, start: Float64Array): Ridge {
  const gradient = new Float64Array(land.rank);
  let u = unit(start);
  let strength = strengthAt(land, dual, u, gradient);
  for (let step = 0; step < 24; step++) {
    const towards = unit(gradient.map((value) => (strength < 0 ? -value : value)));
    let share = 1;
    let found = false;
    for (; share > 1e-3; share /= 2) {
      const trial = unit(u.map((value, j) => (1 - share) * value + share * towards[j]!));
      const there = strengthAt(land, dual, trial, gradient);
      if (Math.abs(there) > Math.abs(strength) * (1 + 1e-9)) {
        [u, strength, found] = [trial, there, true];
        break;
      }
    }
    if (!found) break;
  }
  return { direction: u, strength };
}

/** Ridges kept at most. */
const most = 32;

/**
 * Directions in which s² has a maximum, the strongest first, each once: climbed to from the training inputs, from random directions, and from
 * those `known`. Cost: some P r operations a step of each climb.
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
