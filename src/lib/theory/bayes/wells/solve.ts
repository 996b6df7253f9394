import { activationFunctions } from '$lib/base/special';
import { streams } from '$lib/base/random';
import type { Task } from '$lib/theory/theory';
import { dot } from '$lib/theory/common/vectors';
import { isOdd, type Landscape } from '$lib/theory/bayes/wells/landscape';
import { fitted, propose, type Part } from '$lib/theory/bayes/wells/mixture';
import { climbGamma, slopes, weigh, type Pool, type Ridge, type Weighted } from '$lib/theory/bayes/wells/newton';
import { findWells } from '$lib/theory/bayes/wells/search';
import { squaredDistance } from '$lib/theory/bayes/wells/dense';

/** Weighted samples of the law over the span of the training inputs, and the Δ that fits them. */
export interface Strata {
  readonly dual: Float64Array;
  /** z, [n, r], and their normalised weights. */
  readonly points: Float64Array;
  readonly weights: Float64Array;
  readonly effective: number;
  /** |y − TΔ − ΦΔ|/|y| with samples that had no part in finding Δ. */
  readonly residual: number;
  readonly rounds: number;
}

interface Drawn extends Pool {
  readonly points: Float64Array;
}

const identity = (rank: number, scale: number): Float64Array => {
  const out = new Float64Array(rank * rank);
  for (let j = 0; j < rank; j++) out[j * rank + j] = scale;
  return out;
};

/** By how much Γ may fall for noise: log Z is known to a few times n^−½. */
const slack = ({ effective }: Weighted, gamma: number): number => 5 / (Math.sqrt(effective) * gamma * gamma);

/** Steps back one after the other: where more do not help, it was the best place that missed a well, and Γ seemed too high there. */
const mostFalls = 5;

/** Samples that count, from where on no more are drawn. */
const enough = 6000;

/** Parts of the proposal at most. */
const mostParts = 48;

function draw(land: Landscape, parts: readonly Part[], count: number, seed: number, round: number): Drawn {
  const { rank, examples, coordinates, activation } = land;
  const key = { seed, stream: streams.wells, step: 16 + 2 * round };
  const { points, logRatios } = propose(parts, count, rank, isOdd(activation), key);
  const features = new Float64Array(count * examples);
  const { value } = activationFunctions[activation];
  for (let i = 0; i < count; i++) {
    for (let p = 0; p < examples; p++) {
      let h = 0;
      for (let j = 0; j < rank; j++) h += coordinates[p * rank + j]! * points[i * rank + j]!;
      features[i * examples + p] = value(h);
    }
  }
  return { points, features, logRatios, count };
}

/** The part that is nearest to each sample, counted by its sample indices. */
function assigned(parts: readonly Part[], { points, count }: Drawn, rank: number, odd: boolean): number[][] {
  const members = parts.map((): number[] => []);
  const determinants = parts.map(({ precision }) => {
    let sum = 0;
    for (let a = 0; a < rank; a++) sum += Math.log(precision[a * rank + a]!);
    return sum;
  });
  for (let i = 0; i < count; i++) {
    const z = points.subarray(i * rank, (i + 1) * rank);
    let best = 0;
    let least = Infinity;
    parts.forEach(({ centre, precision }, k) => {
      for (const sign of odd ? [1, -1] : [1]) {
        const distance = squaredDistance(precision, centre, z, sign);
        const score = 0.5 * distance - determinants[k]!;
        if (score < least) {
          least = score;
          best = k;
        }
      }
    });
    members[best]!.push(i);
  }
  return members;
}

/**
 * The law of a source over the span of its training inputs by importance sampling in strata, one around each well of log p
 * (`theory.md` §2, "Wells"): wells are searched from far starts under the current Δ, samples are drawn from a mixture of t distributions
 * around them and weighted by p/q, so that the masses of the wells follow Δ exactly; on fixed samples Γ is concave and Newton finds its
 * maximum, with the response of all weights in the Hessian. New samples then show wells that had none, until nothing changes.
 */
export async function solveStrata(
  land: Landscape,
  task: Task,
  temperature: number,
  {
    seed,
    samples,
    rounds,
    yieldToDevice,
  }: { readonly seed: number; readonly samples: number; readonly rounds: number; yieldToDevice: () => Promise<void> },
): Promise<Strata | undefined> {
  const { rank, gamma, activation } = land;
  const odd = isOdd(activation);
  const ridge: Ridge = { labels: task.trainLabels, gamma, temperature };
  const scale = Math.sqrt(dot(task.trainLabels, task.trainLabels));
  let dual: Float64Array = new Float64Array(task.trainLabels.length);
  const prior: Part = { centre: new Float64Array(rank), precision: identity(rank, 1), share: 0.15 };
  /** Parts of the proposal that have been of use: wells are searched from their centres too, and those that are wells no more stay for a while. */
  let bank: Part[] = [];
  let best: { readonly dual: Float64Array; readonly value: number } | undefined;
  let last: { readonly pool: Drawn; readonly at: Weighted } | undefined;
  let residual = 1;
  let falls = 0;
  let round = 0;
  const kept: Drawn[] = [];
  for (; round < rounds; round++) {
    await yieldToDevice();
    const budget = round % 4 === 0 ? 2e8 : 5e7;
    const known = bank.map(({ centre }) => centre);
    const wells = findWells(land, dual, task.trainLabels, known, { random: 24, seed: seed + round, budget });
    const top = wells[0]?.logMass ?? 0;
    const heavy = wells.filter(({ logMass }) => logMass > top - 30).slice(0, mostParts);
    const nearest = (centre: Float64Array): Part | undefined => bank.find((shape) => distanceOf(shape, centre, odd) < 0.25 * rank);
    const spare = bank.filter((shape) => !heavy.some(({ centre }) => distanceOf(shape, centre, odd) < 0.25 * rank)).slice(0, 16);
    let parts: Part[] = [
      prior,
      { ...prior, precision: identity(rank, 0.4), share: 0.05 },
      ...heavy.map(({ centre, precision, logMass }) => ({
        centre,
        precision: nearest(centre)?.precision ?? precision.map((value) => value / 1.1),
        share: 0.35 / heavy.length + 0.35 * Math.exp(logMass - top),
      })),
      ...spare.map((shape) => ({ ...shape, share: 0.1 / spare.length })),
    ];
    // Two looks: the first to learn the shapes and the masses, the second to be used.
    let at: Weighted;
    let pool: Drawn;
    for (let look = 0; ; look++) {
      await yieldToDevice();
      pool = draw(land, parts, look === 0 ? samples / 2 : samples, seed, 4 * round + look);
      await yieldToDevice();
      at = weigh(pool, ridge, dual);
      const members = assigned(parts, pool, rank, odd);
      await yieldToDevice();
      if (look === 1) break;
      const { points } = pool;
      const { weights } = at;
      parts = parts.map((part, k) => {
        const mass = members[k]!.reduce((sum, i) => sum + weights[i]!, 0);
        const share = Math.max(k < 2 ? 0.05 : 0.3 / parts.length, mass);
        return { ...(k < 2 ? part : fitted(part, points, weights, members[k]!, rank, odd)), share };
      });
      bank = parts.slice(2);
    }
    const { gradient, noise } = slopes(pool, ridge, dual, at);
    residual = Math.sqrt(dot(gradient, gradient)) / scale;
    // Γ is concave: where it is lower than at the best place so far, the step was too long, for wells not yet known then. They are now.
    if (best && falls < mostFalls && at.value < best.value - slack(at, gamma)) {
      falls++;
      const from = best.dual;
      dual = dual.map((value, p) => (from[p]! + value) / 2);
      kept.length = 0;
      if (dual.every((value, p) => Math.abs(value - from[p]!) < 1e-9 * (1 + Math.abs(value)))) best = undefined;
      continue;
    }
    falls = 0;
    best = { dual, value: at.value };
    if (residual * scale < 4 * noise) kept.push(pool);
    else kept.length = 0;
    await yieldToDevice();
    const all = kept.length > 1 ? union(kept) : pool;
    const climbed = await climbGamma(all, ridge, dual, 0.02 * all.count, yieldToDevice);
    dual = climbed.dual;
    last = { pool: all, at: climbed.at };
    if (kept.length >= 3 && (climbed.at.effective >= enough || kept.length >= 8)) break;
  }
  if (!last || kept.length < 3) return undefined;
  return { dual, points: last.pool.points, weights: last.at.weights, effective: last.at.effective, residual, rounds: round };
}

const distanceOf = ({ centre, precision }: Part, point: Float64Array, odd: boolean): number =>
  Math.min(...(odd ? [1, -1] : [1]).map((sign) => squaredDistance(precision, centre, point, sign)));

/** Pools as one. Each has its own proposal, normalised: their weights stand side by side. */
function union(pools: readonly Drawn[]): Drawn {
  const join = (pick: (pool: Drawn) => Float64Array): Float64Array => {
    const parts = pools.map(pick);
    const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  };
  return {
    points: join(({ points }) => points),
    features: join(({ features }) => features),
    logRatios: join(({ logRatios }) => logRatios),
    count: pools.reduce((sum, { count }) => sum + count, 0),
  };
}
