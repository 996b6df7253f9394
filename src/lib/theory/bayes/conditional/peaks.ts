import { normals } from '$lib/base/philox';
import { logDeterminant } from '$lib/theory/bayes/wells/dense';
import { dot } from '$lib/theory/common/vectors';
import { logDensity, type Landscape } from '$lib/theory/bayes/wells/landscape';
import { climb, type Density, type Peak } from '$lib/theory/bayes/wells/search';

/** The means m = κw̄ of conditional priors N(m, I/a) over the span of a target's training inputs, [n, r], and a = 1+δ. */
export interface Anchored {
  readonly means: Float64Array;
  readonly stiffness: number;
}

/** log p(z | m) = −½a|z − m|² + ½γ²s²(z) up to a constant (`theory.md` §2, targets). */
export function conditionalDensity(land: Landscape, dual: Float64Array, mean: Float64Array, stiffness: number): Density {
  const { rank } = land;
  return (z, gradient, curvature) => {
    let log = logDensity(land, dual, z, gradient, curvature);
    for (let j = 0; j < rank; j++) {
      const away = z[j]! - mean[j]!;
      log += 0.5 * z[j]! ** 2 - 0.5 * stiffness * away * away;
      if (gradient) gradient[j]! += z[j]! - stiffness * away;
      if (curvature) curvature[j * rank + j]! += stiffness - 1;
    }
    return log;
  };
}

/** Peaks nearer than this, in units of their own width, are one. */
const same = 0.3;

/** Of the highest peak, how far below in log p another is looked at. */
const depth = 25;

/** How wells of one anchor are looked for. */
export interface Wells {
  /** Peaks that it may have. */
  readonly most: number;
  /** Places known from other anchors that are tried, the likeliest first. */
  readonly tried: number;
  /** A place nearer than this to a peak, in units of its width, leads to it and is not tried. */
  readonly reached: number;
}

/** What is enough to look at a target. */
export const usualWells: Wells = { most: 6, tried: 6, reached: 0 };

/** What a target is solved with. Most places are reached already, so that it costs an anchor a climb for each well and few more. */
export const manyWells: Wells = { most: 16, tried: 40, reached: 2 };

/** Squared distance of two places in the metric of a precision's factor. */
function apart({ centre, precision }: Peak, place: Float64Array): number {
  const rank = centre.length;
  let distance = 0;
  for (let a = 0; a < rank; a++) {
    let sum = 0;
    for (let b = a; b < rank; b++) sum += precision[b * rank + a]! * (place[b]! - centre[b]!);
    distance += sum * sum;
  }
  return distance;
}

const isNew = (peaks: readonly Peak[], { centre }: Peak): boolean => peaks.every((peak) => apart(peak, centre) > same * same);

/** log of the mass of the Gaussian about a peak. */
export const logMassOf = ({ height, precision, centre }: Peak): number => height - 0.5 * logDeterminant(precision, centre.length);

/**
 * Places worth trying as starts: peaks of some anchors, found from far starts in random directions as well. `known` are kept.
 * Cost: `anchors` × 24 climbs.
 */
export function explore(
  land: Landscape,
  dual: Float64Array,
  { means, stiffness }: Anchored,
  known: readonly Float64Array[],
  { anchors, seed, stream }: { readonly anchors: number; readonly seed: number; readonly stream: number },
): Float64Array[] {
  const { rank } = land;
  const count = means.length / rank;
  const width = 1 / Math.sqrt(stiffness);
  const noise = normals(anchors * 24 * rank, { seed, stream, step: 8192 });
  const places = [...known];
  const near = 0.25 * width * width;
  for (let k = 0; k < anchors; k++) {
    const from = Math.floor(((k + 0.5) * count) / anchors);
    const mean = means.subarray(from * rank, (from + 1) * rank);
    const density = conditionalDensity(land, dual, mean, stiffness);
    const found: Peak[] = [];
    for (let q = 0; q < 24; q++) {
      const at = (k * 24 + q) * rank;
      const direction = noise.subarray(at, at + rank);
      const radius = [1, 2.5, 6, 12][q % 4]! * width;
      const length = Math.sqrt(dot(direction, direction));
      const peak = climb(
        density,
        Float64Array.from(mean, (value, j) => value + (radius * direction[j]!) / length),
        30,
      );
      if (peak && isNew(found, peak)) found.push(peak);
    }
    const highest = found.reduce((top, { height }) => Math.max(top, height), -Infinity);
    for (const { centre, height } of found)
      if (height > highest - depth && places.length < 160 && places.every((place) => distanceOf(place, centre) > near)) places.push(centre);
  }
  return places;
}

const distanceOf = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, j) => sum + (value - b[j]!) ** 2, 0);

/** The peaks of the law given one mean, the heaviest first: climbed to from the mean and from the likeliest of the `places`. */
export function peaksOf(density: Density, mean: Float64Array, places: readonly Float64Array[], { most, tried, reached }: Wells): Peak[] {
  const heights = places.map((place) => density(place));
  const top = heights.reduce((a, b) => Math.max(a, b), density(mean));
  const likely = [...places.keys()].filter((i) => heights[i]! > top - depth).sort((a, b) => heights[b]! - heights[a]!);
  const peaks: Peak[] = [];
  for (const start of [mean, ...likely.slice(0, tried).map((i) => places[i]!)]) {
    if (peaks.some((found) => apart(found, start) < reached * reached)) continue;
    const peak = climb(density, start, 30);
    if (peak && isNew(peaks, peak)) peaks.push(peak);
  }
  return peaks.sort((a, b) => logMassOf(b) - logMassOf(a)).slice(0, most);
}
