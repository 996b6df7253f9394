import { normals } from '$lib/base/philox';
import { streams } from '$lib/base/random';
import { factor, backward, forward, logDeterminant } from '$lib/theory/bayes/wells/dense';
import { dot } from '$lib/theory/common/vectors';
import { isOdd, logDensity, type Landscape } from '$lib/theory/bayes/wells/landscape';

/** A maximum of p(z), with the Gaussian that approximates p around it. */
export interface Well {
  readonly centre: Float64Array;
  /** Lower Cholesky factor of minus the Hessian of log p, [r, r]. */
  readonly precision: Float64Array;
  /** log of the mass of that Gaussian (of both signs where φ is odd), as a share of the prior's 1 and not normalised: sums to log Z. */
  readonly logMass: number;
}

/** log p(z) up to a constant, and where wanted its gradient [r] and minus its Hessian [r, r] (lower part). */
export type Density = (z: Float64Array, gradient?: Float64Array, curvature?: Float64Array) => number;

/** A maximum of a density: its height, and the lower Cholesky factor of minus the Hessian there. */
export interface Peak {
  readonly centre: Float64Array;
  readonly precision: Float64Array;
  readonly height: number;
}

/** Climbs from a start by damped Newton steps; undefined where it ends on no maximum. */
export function climb(density: Density, start: Float64Array, most = 60): Peak | undefined {
  const rank = start.length;
  let z = Float64Array.from(start);
  const gradient = new Float64Array(rank);
  const curvature = new Float64Array(rank * rank);
  let height = density(z, gradient, curvature);
  let damping = 0;
  for (let step = 0; step < most; step++) {
    const system = Float64Array.from(curvature);
    for (let j = 0; j < rank; j++) system[j * rank + j]! += damping;
    const move = Float64Array.from(gradient);
    let better = false;
    if (factor(system, rank)) {
      forward(system, rank, move);
      backward(system, rank, move);
      const trial = z.map((value, j) => value + move[j]!);
      const size = Math.sqrt(dot(move, move));
      if (size <= 1e-7 * (1 + Math.sqrt(dot(z, z)))) break;
      better = density(trial) > height;
      if (better) {
        z = trial;
        height = density(z, gradient, curvature);
        damping = damping < 0.1 ? 0 : damping / 4;
      }
    }
    if (!better) {
      damping = Math.max(0.3, 4 * damping);
      if (damping > 1e8) break;
    }
  }
  return factor(curvature, rank) ? { centre: z, precision: curvature, height } : undefined;
}

/** The well of a source that is found from a start. */
function wellFrom(land: Landscape, dual: Float64Array, start: Float64Array): Well | undefined {
  const peak = climb((z, gradient, curvature) => logDensity(land, dual, z, gradient, curvature), start);
  if (!peak) return undefined;
  const { centre, precision, height } = peak;
  const twice = isOdd(land.activation) && dot(centre, centre) > 1e-6 ? Math.LN2 : 0;
  return { centre, precision, logMass: height - 0.5 * logDeterminant(precision, land.rank) + twice };
}

/** Whether two places are one, up to their sign where φ is odd. */
export function isSame(land: Landscape, a: Float64Array, b: Float64Array): boolean {
  let plus = 0;
  let minus = 0;
  let size = 1;
  for (let j = 0; j < a.length; j++) {
    plus += (a[j]! - b[j]!) ** 2;
    minus += (a[j]! + b[j]!) ** 2;
    size += a[j]! ** 2;
  }
  return Math.min(plus, isOdd(land.activation) ? minus : Infinity) < 1e-4 * size;
}

/** Directions in which wells are looked for: those of the training inputs and their labels, of the force at the origin, and at random. */
function directions(land: Landscape, dual: Float64Array, labels: Float64Array, random: number, seed: number): Float64Array[] {
  const { rank, examples, coordinates } = land;
  const along = (weights: (p: number) => number): Float64Array => {
    const out = new Float64Array(rank);
    for (let p = 0; p < examples; p++) for (let j = 0; j < rank; j++) out[j]! += weights(p) * coordinates[p * rank + j]!;
    return out;
  };
  const noise = normals(random * rank, { seed, stream: streams.wells, step: 0 });
  return [
    along((p) => dual[p]!),
    along((p) => labels[p]!),
    ...Array.from({ length: examples }, (_, q) => along((p) => (p === q ? 1 : 0))),
    ...Array.from({ length: examples }, (_, q) => along((p) => (p === q ? 0 : dual[p]!))),
    ...Array.from({ length: random }, (_, q) => noise.subarray(q * rank, (q + 1) * rank)),
  ];
}

/** How far out a search begins: well inside, at the edge of and far outside of the prior. */
const radii = [2, 7, 16, 25];

/** Far starts, and known places, that are climbed from whatever they cost. */
const fewest = 8;

/**
 * Wells of p under Δ, each once, the heaviest first: from `known` places, the first ones first, and from far starts, as many as `budget` multiplications have
 * room for together (at least eight of either).
 */
export function findWells(
  land: Landscape,
  dual: Float64Array,
  labels: Float64Array,
  known: readonly Float64Array[],
  { random, seed, budget }: { readonly random: number; readonly seed: number; readonly budget: number },
): Well[] {
  const { rank, examples, activation } = land;
  const away = directions(land, dual, labels, random, seed);
  const signs = isOdd(activation) ? [1] : [1, -1];
  const starts = radii.flatMap((radius) =>
    away.flatMap((direction) => {
      const length = Math.sqrt(dot(direction, direction));
      return length > 0 ? signs.map((sign) => direction.map((value) => (sign * radius * value) / length)) : [];
    }),
  );
  const each = 12 * (examples * rank * rank + rank ** 3 / 3 + 40 * examples);
  const room = Math.floor(budget / each);
  const tried = known.slice(0, Math.max(fewest, room));
  const most = Math.max(fewest, room - tried.length);
  const stride = Math.max(1, starts.length / most);
  const chosen = Array.from({ length: Math.min(starts.length, most) }, (_, i) => starts[Math.floor(i * stride)] ?? new Float64Array(rank));
  const wells: Well[] = [];
  for (const start of [new Float64Array(rank), ...tried, ...chosen]) {
    const well = wellFrom(land, dual, start);
    if (well && !wells.some(({ centre }) => isSame(land, centre, well.centre))) wells.push(well);
  }
  return wells.sort((a, b) => b.logMass - a.logMass);
}
