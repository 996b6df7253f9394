import { dot } from '$lib/theory/common/vectors';
import { isOdd, logDensity, type Landscape } from '$lib/theory/bayes/wells/landscape';
import { findWells } from '$lib/theory/bayes/wells/search';
import { activationFunctions } from '$lib/base/special';
import { squaredDistance } from '$lib/theory/bayes/wells/dense';

/** What a search finds wrong with particles that every other figure passes. */
export interface Alarm {
  /** A well of the law that holds a share of its mass, by its Gaussian approximation, and the share of the particles that sit in it. */
  readonly missing?: { readonly share: number; readonly found: number; readonly distance: number };
  /** Wells that hold a share of the mass worth speaking of: with more than one, particles do not bring their populations into balance. */
  readonly wells: number;
  /** Share of the particles that sit in the heaviest well. */
  readonly inHeaviest?: number;
  /** ⟨s t⟩/⟨s²⟩, how much of the law's weights can be felt as a force, where γ²⟨s²⟩ is worth speaking of: next to 0 where φ is saturated. */
  readonly grip?: number;
  /** ⟨s²⟩ of reweighted samples of the prior, over that of the particles. */
  readonly frozen?: number;
}

/** A well of less than this share is not missed; particles in it are too few when they are less than a fifth of what they should be. */
const share = 0.05;
const fewer = 0.2;

/**
 * Directions at most that wells are looked for in. The mass of a well is that of its Gaussian, whose error grows with their number: on the digits
 * (60 directions, γ = 5), where particles are right, wells seem to be missed that are not there. It is also more than the time is worth there.
 */
const mostDirections = 12;

/** Of the heaviest well, the part below which another is not counted. */
const light = 1e-3;

/** γ²⟨s²⟩ below which the law is the prior for all that matters. */
const faint = 0.05;

/** Samples of the prior that must count, for their reweighted average to be believed, and what it must differ by. */
const counting = 100;
const apart = 0.15;

/**
 * Looks for wells of the law under Δ in which no particle sits, or far too few, and for a force that particles do not follow. `points` are
 * particles over the span of the training inputs, [n, r], `prior` as many of the prior. Both comparisons err towards silence: Z is taken as
 * the largest estimate that particles in known wells allow, and reweighted samples of the prior see no far wells. Wells are looked for in few
 * directions only (`mostDirections`); the force in any number.
 */
export function alarmOf(
  land: Landscape,
  dual: Float64Array,
  labels: Float64Array,
  points: Float64Array,
  prior: Float64Array,
  { seed, budget }: { readonly seed: number; readonly budget: number },
): Alarm {
  const { rank, activation } = land;
  const count = points.length / rank;
  const felt = gripOf(land, dual, points);
  const stiff = { ...frozenBy(land, dual, points, prior), ...(felt !== undefined && { grip: felt }) };
  if (rank > mostDirections) return { ...stiff, wells: 1 };
  const starts = Array.from({ length: Math.min(count, 8) }, (_, i) => points.subarray(i * rank, (i + 1) * rank));
  const wells = findWells(land, dual, labels, starts, { random: 12, seed, budget });
  const [first] = wells;
  if (!first) return { ...stiff, wells: 0 };
  const frozen = { ...stiff, wells: wells.filter(({ logMass }) => logMass > first.logMass + Math.log(light)).length };
  const signs = isOdd(activation) ? [1, -1] : [1];
  const within = rank + 4 * Math.sqrt(2 * rank) + 4;
  const members = wells.map(() => 0);
  for (let i = 0; i < count; i++) {
    const z = points.subarray(i * rank, (i + 1) * rank);
    let best = -1;
    let least = Infinity;
    wells.forEach(({ centre, precision }, k) => {
      for (const sign of signs) {
        const distance = squaredDistance(precision, centre, z, sign);
        if (distance < least) {
          least = distance;
          best = k;
        }
      }
    });
    if (least < within && best >= 0) members[best]!++;
  }
  // log Z by each well that particles know: its mass over their share. The largest is the most careful.
  const total = wells.reduce(
    (most, { logMass }, k) => (members[k]! >= 8 ? Math.max(most, logMass - Math.log(members[k]! / count)) : most),
    -Infinity,
  );
  const seen = { ...frozen, inHeaviest: (members[0] ?? 0) / count };
  if (total === -Infinity) return seen;
  for (const [k, { logMass, centre }] of wells.entries()) {
    // Of the whole with the well itself, if it was left out.
    const odds = Math.exp(Math.min(50, logMass - total));
    const expected = odds / (1 + odds);
    const found = members[k]! / count;
    if (expected > share && found < fewer * expected)
      return { ...seen, missing: { share: expected, found, distance: Math.sqrt(dot(centre, centre)) } };
  }
  return seen;
}

/** ⟨s²⟩ by samples of the prior weighted with exp(½γ²s²), against that of the particles, where the former are enough to tell. */
function frozenBy(land: Landscape, dual: Float64Array, points: Float64Array, prior: Float64Array): Pick<Alarm, 'frozen'> {
  const { gamma } = land;
  const own = squares(land, dual, points);
  const drawn = squares(land, dual, prior);
  const most = drawn.reduce((a, b) => Math.max(a, b), 0);
  let total = 0;
  let second = 0;
  let mean = 0;
  for (const square of drawn) {
    const weight = Math.exp(0.5 * gamma * gamma * (square - most));
    total += weight;
    second += weight * weight;
    mean += weight * square;
  }
  const effective = (total * total) / second;
  const average = own.reduce((sum, square) => sum + square, 0) / own.length;
  if (!(effective > counting) || !(average > 0)) return {};
  const spread = drawn.reduce(
    (sum, square) => sum + (Math.exp(0.5 * gamma * gamma * (square - most)) / total) * (square - mean / total) ** 2,
    0,
  );
  const noise = Math.sqrt(spread / effective + spread / own.length);
  const ratio = mean / total / average;
  // How much of the law it is that the particles have wrong: where γ²s² is next to nothing it does not matter.
  const matters = gamma * gamma * (mean / total - average) > 0.02;
  return ratio > 1 + apart && mean / total - average > 4 * noise && matters ? { frozen: ratio } : {};
}

function gripOf(land: Landscape, dual: Float64Array, points: Float64Array): number | undefined {
  const { gamma, rank } = land;
  const each = squares(land, dual, points);
  const pull = (gamma * gamma * each.reduce((sum, square) => sum + square, 0)) / each.length;
  const { force } = balanceOf(land, dual, points, new Float64Array(points.length / rank).fill(rank / points.length));
  return pull > faint ? force / pull : undefined;
}

function squares(land: Landscape, dual: Float64Array, points: Float64Array): Float64Array {
  const { rank, examples, coordinates, activation } = land;
  const { value } = activationFunctions[activation];
  const out = new Float64Array(points.length / rank);
  for (let i = 0; i < out.length; i++) {
    let s = 0;
    for (let p = 0; p < examples; p++) {
      let h = 0;
      for (let j = 0; j < rank; j++) h += coordinates[p * rank + j]! * points[i * rank + j]!;
      s += dual[p]! * value(h);
    }
    out[i] = s * s;
  }
  return out;
}

/** Both sides of the virial identity by weighted samples: ⟨|z|²⟩ − r and γ²⟨s t⟩. */
export function balanceOf(
  land: Landscape,
  dual: Float64Array,
  points: Float64Array,
  weights: Float64Array,
): { excess: number; force: number } {
  const { rank } = land;
  const gradient = new Float64Array(rank);
  let square = 0;
  let force = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! < 1e-14) continue;
    const z = points.subarray(i * rank, (i + 1) * rank);
    logDensity(land, dual, z, gradient);
    const own = dot(z, z);
    square += weights[i]! * own;
    force += weights[i]! * (dot(z, gradient) + own);
  }
  return { excess: square - rank, force };
}
