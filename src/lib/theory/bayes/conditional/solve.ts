import type { Anchored, Wells } from '$lib/theory/bayes/conditional/peaks';
import type { Drawn } from '$lib/theory/bayes/conditional/drawn';
import { proposerOf } from '$lib/theory/bayes/conditional/proposer';
import { streams } from '$lib/base/random';
import { dot } from '$lib/theory/common/vectors';
import type { Landscape } from '$lib/theory/bayes/wells/landscape';
import { climbGamma, slopes, weigh, type Ridge, type Weighted } from '$lib/theory/bayes/wells/newton';
import type { Task } from '$lib/theory/theory';

/** The laws of a target given each of its anchors, as weighted samples, and the Δ that fits them. */
export interface Conditional {
  readonly dual: Float64Array;
  readonly pool: Drawn;
  /** z [n, r]. */
  readonly points: Float64Array;
  readonly at: Weighted;
  /** By how much of itself Δ moved on samples that had no part in finding it. On its own samples it is solved to rounding. */
  readonly moved: number;
  /** Share of the samples that count, mean over anchors; and of the tenth of the anchors that have fewest. */
  readonly counting: number;
  readonly least: number;
  /** What the kernel may be off by for the choice of anchors and samples, of itself: half of what two halves of them differ by. */
  readonly unsure: number;
}

interface Effort {
  readonly seed: number;
  /** Of the random numbers. */
  readonly stream?: number;
  /** Samples of each anchor in a round, and in the last. */
  readonly own: number;
  readonly last: number;
  readonly rounds: number;
  /** Wells of an anchor that are looked for, `usualWells` when not given. */
  readonly wells?: Wells;
  /** Whether steps stay short after one that was too long; false when not given. */
  readonly careful?: boolean;
  readonly yieldToDevice: () => Promise<void>;
}

/** Anchors to look for Δ with, and as many as the result is to be known by. */
export interface Anchors {
  readonly few: Anchored;
  readonly many: Anchored;
  /** False of a source, which has one anchor at the origin. */
  readonly held?: boolean;
}

/** Δ and Φ [P, P] as particles know them, and what they may be off by to be believed: of the labels, and of the kernel. */
export interface Believed {
  readonly dual: Float64Array;
  readonly kernel: Float64Array;
  readonly tolerance: { readonly residual: number; readonly kernel: number };
}

/** What weighted samples have to say of what was believed: off by beyond their own noise, as a share of the labels and of the kernel. */
export interface Verdict {
  readonly residual: number;
  readonly kernel: number;
  /** Off by no more than is tolerated and noise explains. It may be off by the noise: only what is near, noise included, needs no more samples. */
  readonly agrees: boolean;
}

/** Numbers that the features of all samples may take. */
export const featureBudget = 2 ** 23;

/** By how much Γ may fall for noise. */
const slack = ({ each }: Weighted, gamma: number): number =>
  (5 * Math.sqrt(each.reduce((sum, count) => sum + 1 / count, 0))) / (each.length * gamma * gamma);

const ridgeOf = ({ trainLabels }: Task, { gamma }: Landscape, temperature: number): Ridge => ({
  labels: trainLabels,
  gamma,
  temperature,
});

/** Φ by every other anchor, or of a source by every other sample, lower part mirrored, [P, P]. */
function halfKernel({ features, count, anchors }: Drawn, { weights, lengths }: Weighted, size: number, side: number): Float64Array {
  const own = anchors > 1 ? count / anchors : 1;
  const out = new Float64Array(size * size);
  let total = 0;
  for (let i = 0; i < count; i++) {
    const weight = weights[i]!;
    if (Math.floor(i / own) % 2 !== side || weight < 1e-14) continue;
    total += weight;
    for (let a = 0; a < size; a++)
      for (let b = 0; b <= a; b++)
        out[a * size + b]! += weight * (lengths?.second[i] ?? 1) * features[i * size + a]! * features[i * size + b]!;
  }
  return whole(out, size).map((value) => value / total);
}

/**
 * By how much of itself Δ may move on new samples to count as found, whatever their noise. What they leave of the labels says less: next to the
 * point where a well fills, or a ridge of relu has no law any more, it is many times what Δ is off by.
 */
const close = 0.02;

/** Share of the samples that must count still where a step ends. */
const widest = 0.1;

/** Steps back one after the other. */
const mostFalls = 5;

/** Labels that are left, as a share of all, where a search has come near. */
const near = 0.5;

/** The round in which a search that has not come near begins again, from Δ = 0: what particles far off the law believe may lead nowhere. */
const again = 24;

const distance = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / b.reduce((sum, value) => sum + value * value, 0));

const lengthOf = (a: Float64Array, b: Float64Array): number => Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));

/** Halves differ by twice what the whole errs by. */
const unsureOf = (pool: Drawn, at: Weighted, size: number): number =>
  0.5 * distance(halfKernel(pool, at, size, 0), halfKernel(pool, at, size, 1));

/**
 * The law of a target over the span of its training inputs by importance sampling about every anchor (`theory.md` §2.4): peaks of the law given
 * the anchor are climbed to under the current Δ, samples drawn about them and weighted by p/q, so that the populations of the wells follow Δ; on
 * fixed samples Γ, now with the mean of log Z over the anchors, is concave, and Newton finds its maximum. It begins with what particles
 * found: where the law of their Δ has their kernel and fits their Δ, that is right already. Else new samples until they fit the Δ of the last,
 * first with few anchors, then with many. Without a law where that does not happen.
 */
export async function solveConditional(
  land: Landscape,
  task: Task,
  temperature: number,
  { few, many, held = true }: Anchors,
  believed: Believed,
  { seed, stream = streams.wells, own, last, rounds, wells, careful = false, yieldToDevice }: Effort,
): Promise<{ readonly verdict: Verdict; readonly found?: Conditional }> {
  const ridge = ridgeOf(task, land, temperature);
  const scale = Math.sqrt(dot(task.trainLabels, task.trainLabels));
  let { dual } = believed;
  const proposer = proposerOf(land, held, wells);
  let best: { readonly dual: Float64Array; readonly value: number; readonly left: number } | undefined;
  let verdict: Verdict | undefined;
  let fits = 0;
  let falls = 0;
  // The longest step that is allowed. A step that was too long is halved until Γ rises; from then on the bound doubles with each step.
  let reach = Infinity;
  let samples = 1;
  let tried = 0;
  for (let round = 0; round < rounds; round++) {
    await yieldToDevice();
    if (round === again && fits === 0 && !(careful && best && best.left < near * scale)) {
      dual = new Float64Array(dual.length);
      best = undefined;
      falls = 0;
      reach = Infinity;
    }
    dual = proposer.look(dual, few, { seed, stream, round, explored: round === 0 ? 48 : 12 });
    const [anchored, each] = fits > 0 ? [many, last * samples] : [few, own];
    const pool = await proposer.draw(dual, anchored, { own: each, seed, stream, round, yieldToDevice });
    const at = weigh(pool, ridge, dual);
    const { gradient, noise, kernel } = slopes(pool, ridge, dual, at);
    const left = Math.sqrt(dot(gradient, gradient));
    if (!verdict) {
      const residual = Math.max(0, left - 3 * noise) / scale;
      const unsure = unsureOf(pool, at, dual.length);
      const apart = distance(believed.kernel, whole(kernel, dual.length));
      const off = Math.max(0, apart - 3 * unsure);
      const { tolerance } = believed;
      verdict = {
        residual,
        kernel: off,
        agrees: residual <= Math.max(0, tolerance.residual) && off <= Math.max(0, tolerance.kernel),
      };
      if (residual <= tolerance.residual && apart <= tolerance.kernel) return { verdict };
    }
    await yieldToDevice();
    // Γ is concave: where it is lower than at the best place so far, the step was too long.
    // Where steps back do not help, it was the samples there that missed a part of the law, and Γ seemed too high.
    if (best && (careful || fits === 0) && falls < mostFalls && at.value < best.value - slack(at, land.gamma)) {
      falls++;
      const from = best.dual;
      dual = dual.map((value, p) => (from[p]! + value) / 2);
      reach = lengthOf(dual, from);
      continue;
    }
    falls = 0;
    best = { dual, value: at.value, left };
    const upTo = (next: Float64Array): Float64Array => {
      if (!careful) return next;
      const share = Math.min(1, reach / lengthOf(next, dual));
      reach *= 2;
      const from = dual;
      return share < 1 ? next.map((value, p) => from[p]! + share * (value - from[p]!)) : next;
    };
    if (fits > 0) {
      const climbed = await climbGamma(pool, ridge, dual, widest * pool.count, yieldToDevice);
      const moved = distance(climbed.dual, dual);
      if (left < 5 * noise + 0.01 * scale && moved < close) {
        const shares = climbed.at.each.map((count) => count / each).sort();
        const found = {
          dual: climbed.dual,
          pool,
          points: proposer.places(pool, climbed.at, { seed, stream }),
          at: climbed.at,
          moved,
          unsure: unsureOf(pool, climbed.at, dual.length),
          counting: shares.reduce((sum, share) => sum + share, 0) / shares.length,
          least: shares[Math.floor(shares.length / 10)]!,
        };
        return { verdict, found };
      }
      // Many anchors want another Δ than few: once more, with more samples where it is their noise that moves Δ.
      dual = upTo(climbed.dual);
      tried++;
      if (tried > 2 && 2 * pool.features.length <= featureBudget) samples *= 2;
      continue;
    }
    const next = (await climbGamma(pool, ridge, dual, widest * pool.count, yieldToDevice)).dual;
    if (left < Math.max(5 * noise, 2e-3 * scale) && distance(next, dual) < close) {
      fits = 1;
      // Γ of many anchors is another one.
      best = undefined;
    }
    dual = upTo(next);
  }
  if (!verdict) throw new Error('no rounds');
  return { verdict };
}

/** A symmetric matrix from its lower part, in place. */
export function whole(lower: Float64Array, size: number): Float64Array {
  for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) lower[b * size + a] = lower[a * size + b]!;
  return lower;
}
