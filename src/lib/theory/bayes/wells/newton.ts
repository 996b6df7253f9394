import { lengthsAlong, type Lengths } from '$lib/theory/bayes/directional/lengths';
import { backward, factor, forward } from '$lib/theory/bayes/wells/dense';
import { dot } from '$lib/theory/common/vectors';

/**
 * Samples of some proposal: features φ(Zz) [n, P], and log(prior/proposal) of each. A target has as many samples for each of its anchors, one
 * anchor after the other, whose conditional laws are normalised one by one.
 */
export interface Pool {
  readonly features: Float64Array;
  readonly logRatios: Float64Array;
  readonly count: number;
  /** Anchors; 1 for a source. */
  readonly anchors?: number;
  /** Of relu the samples are directions, with features of unit length, in r dimensions: the length along each is integrated over. */
  readonly rays?: number;
  /** Of a target of relu, that is held to anchors m: a = 1+δ, and a m·u of each direction [n]. */
  readonly held?: { readonly stiffness: number; readonly pulls: Float64Array };
}

/** What the weights exp(log ratio + ½γ²s²) of a pool make of Δ. */
export interface Weighted {
  /** Γ(Δ) with Z from the pool. */
  readonly value: number;
  /** The mean of log Z over the anchors. */
  readonly logZ: number;
  /** Normalised; those of each anchor sum to the same. */
  readonly weights: Float64Array;
  readonly s: Float64Array;
  /** Kish's effective number of samples, of each anchor [anchors], and of all together. */
  readonly each: Float64Array;
  readonly effective: number;
  /** ⟨ρ²⟩ and ⟨ρ⁴⟩ of the length along each direction, where samples are directions. */
  readonly lengths?: { readonly second: Float64Array; readonly fourth: Float64Array };
}

export interface Ridge {
  readonly labels: Float64Array;
  readonly gamma: number;
  readonly temperature: number;
}

export function weigh(
  { features, logRatios, count, anchors = 1, rays, held }: Pool,
  { labels, gamma, temperature }: Ridge,
  dual: Float64Array,
): Weighted {
  const size = labels.length;
  const own = count / anchors;
  const s = new Float64Array(count);
  const weights = new Float64Array(count);
  const each = new Float64Array(anchors);
  const lengths = rays === undefined ? undefined : { second: new Float64Array(count), fourth: new Float64Array(count) };
  const along: Lengths = { log: 0, second: 0, fourth: 0 };
  let logZ = 0;
  let effective = 0;
  for (let a = 0; a < anchors; a++) {
    let most = -Infinity;
    for (let i = a * own; i < (a + 1) * own; i++) {
      let sum = 0;
      for (let p = 0; p < size; p++) sum += dual[p]! * features[i * size + p]!;
      s[i] = sum;
      if (rays !== undefined && lengths) {
        // The length ρ has density ρ^{r−1} exp(−½(a − γ²s²)ρ² + a m·u ρ). Where a Δ leads beyond there is no law, and Γ is −∞.
        const stiffness = (held?.stiffness ?? 1) - (gamma * sum) ** 2;
        if (!(stiffness > 1e-9)) return { value: -Infinity, logZ: Infinity, weights, s, each, effective: 0 };
        if (held) lengthsAlong(rays, stiffness, held.pulls[i]!, along);
        else {
          along.log = -0.5 * rays * Math.log(stiffness);
          along.second = rays / stiffness;
          along.fourth = (rays * (rays + 2)) / stiffness ** 2;
        }
        weights[i] = logRatios[i]! + along.log;
        lengths.second[i] = along.second;
        lengths.fourth[i] = along.fourth;
      } else weights[i] = logRatios[i]! + 0.5 * gamma * gamma * sum * sum;
      if (weights[i]! > most) most = weights[i]!;
    }
    let total = 0;
    for (let i = a * own; i < (a + 1) * own; i++) total += weights[i] = Math.exp(weights[i]! - most);
    let squares = 0;
    for (let i = a * own; i < (a + 1) * own; i++) {
      const share = weights[i]! / total;
      squares += share * share;
      weights[i] = share / anchors;
    }
    logZ += (most + Math.log(total / own)) / anchors;
    effective += each[a] = 1 / squares;
  }
  const value = dot(labels, dual) - 0.5 * temperature * dot(dual, dual) - logZ / (gamma * gamma);
  return { value, logZ, weights, s, each, effective, ...(lengths && { lengths }) };
}

/** y − TΔ − ΦΔ, Φ [P, P] and −∂²Γ = T + Φ + γ² Cov(φs) (lower parts) of a weighted pool, the covariance that of each anchor alone. */
export function slopes(
  { features, count, anchors = 1 }: Pool,
  { labels, gamma, temperature }: Ridge,
  dual: Float64Array,
  { weights, s, each, lengths }: Weighted,
) {
  const size = labels.length;
  const kernel = new Float64Array(size * size);
  const hessian = new Float64Array(size * size);
  const mean = new Float64Array(size);
  const conditional = new Float64Array(size);
  const g2 = gamma * gamma;
  const own = count / anchors;
  let variance = 0;
  for (let anchor = 0; anchor < anchors; anchor++) {
    conditional.fill(0);
    let scatter = 0;
    for (let i = anchor * own; i < (anchor + 1) * own; i++) {
      const w = weights[i]!;
      if (w < 1e-14 / anchors) continue;
      const row = features.subarray(i * size, (i + 1) * size);
      const second = lengths ? lengths.second[i]! : 1;
      const fourth = lengths ? lengths.fourth[i]! : 1;
      const response = second + fourth * g2 * s[i]! * s[i]!;
      for (let a = 0; a < size; a++) {
        const wa = w * row[a]!;
        conditional[a]! += second * wa * s[i]!;
        scatter += second * second * wa * row[a]! * s[i]! * s[i]!;
        for (let b = 0; b <= a; b++) {
          const entry = wa * row[b]!;
          kernel[a * size + b]! += second * entry;
          hessian[a * size + b]! += entry * response;
        }
      }
    }
    // Weights of an anchor sum to 1/anchors.
    for (let a = 0; a < size; a++) {
      mean[a]! += conditional[a]!;
      for (let b = 0; b <= a; b++) hessian[a * size + b]! -= g2 * anchors * conditional[a]! * conditional[b]!;
    }
    variance += Math.max(0, scatter / anchors - dot(conditional, conditional)) / each[anchor]!;
  }
  for (let a = 0; a < size; a++) hessian[a * size + a]! += temperature;
  // ΦΔ = ⟨φ s⟩.
  const gradient = labels.map((y, a) => y - temperature * dual[a]! - mean[a]!);
  /** What the gradient is expected to be for noise alone, where Δ is right. */
  const noise = Math.sqrt(variance);
  return { gradient, kernel, hessian, noise };
}

/** Newton steps of one maximisation. */
const mostSteps = 30;

/**
 * Maximises Γ over a fixed pool, on which it is concave, by Newton steps with a line search, from Δ on; it stops where the pool no longer
 * speaks of the law, that is where fewer than `least` samples count. Cost n P² a step; it yields after each.
 */
export async function climbGamma(
  pool: Pool,
  ridge: Ridge,
  start: Float64Array,
  least: number,
  yieldToDevice: () => Promise<void>,
): Promise<{ dual: Float64Array; at: Weighted }> {
  const size = start.length;
  let dual = start;
  let at = weigh(pool, ridge, dual);
  const floor = Math.min(least, 0.7 * at.effective);
  const scale = Math.sqrt(dot(ridge.labels, ridge.labels));
  for (let step = 0; step < mostSteps; step++) {
    await yieldToDevice();
    const { gradient, hessian } = slopes(pool, ridge, dual, at);
    if (Math.sqrt(dot(gradient, gradient)) <= 1e-9 * scale) break;
    if (!factor(hessian, size)) break;
    const move = Float64Array.from(gradient);
    forward(hessian, size, move);
    backward(hessian, size, move);
    const rise = dot(move, gradient);
    let share = 1;
    let next = at;
    let trial = dual;
    for (; share > 1e-6; share /= 2) {
      trial = dual.map((value, p) => value + share * move[p]!);
      await yieldToDevice();
      next = weigh(pool, ridge, trial);
      if (next.value >= at.value + 1e-4 * share * rise && next.effective >= floor) break;
    }
    if (share <= 1e-6) break;
    dual = trial;
    at = next;
  }
  return { dual, at };
}
