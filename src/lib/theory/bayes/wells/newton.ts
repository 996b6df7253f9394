import { backward, dot, factor, forward } from '$lib/theory/bayes/wells/dense';

/** Samples of some proposal: features φ(Zz) [n, P], and log(prior/proposal) of each. */
export interface Pool {
  readonly features: Float64Array;
  readonly logRatios: Float64Array;
  readonly count: number;
}

/** What the weights exp(log ratio + ½γ²s²) of a pool make of Δ. */
export interface Weighted {
  /** Γ(Δ) with Z from the pool. */
  readonly value: number;
  readonly logZ: number;
  /** Normalised. */
  readonly weights: Float64Array;
  readonly s: Float64Array;
  /** Kish's effective number of samples. */
  readonly effective: number;
}

export interface Ridge {
  readonly labels: Float64Array;
  readonly gamma: number;
  readonly temperature: number;
}

export function weigh({ features, logRatios, count }: Pool, { labels, gamma, temperature }: Ridge, dual: Float64Array): Weighted {
  const size = labels.length;
  const s = new Float64Array(count);
  const weights = new Float64Array(count);
  let most = -Infinity;
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let p = 0; p < size; p++) sum += dual[p]! * features[i * size + p]!;
    s[i] = sum;
    weights[i] = logRatios[i]! + 0.5 * gamma * gamma * sum * sum;
    if (weights[i]! > most) most = weights[i]!;
  }
  let total = 0;
  for (let i = 0; i < count; i++) total += weights[i] = Math.exp(weights[i]! - most);
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (weights[i]! /= total) ** 2;
  const logZ = most + Math.log(total / count);
  const value = dot(labels, dual) - 0.5 * temperature * dot(dual, dual) - logZ / (gamma * gamma);
  return { value, logZ, weights, s, effective: 1 / squares };
}

/** y − TΔ − ΦΔ, Φ [P, P] and −∂²Γ = T + Φ + γ² Cov(φs) (lower parts) of a weighted pool. */
export function slopes(
  { features, count }: Pool,
  { labels, gamma, temperature }: Ridge,
  dual: Float64Array,
  { weights, s, effective }: Weighted,
) {
  const size = labels.length;
  const kernel = new Float64Array(size * size);
  const hessian = new Float64Array(size * size);
  const mean = new Float64Array(size);
  const g2 = gamma * gamma;
  let scatter = 0;
  for (let i = 0; i < count; i++) {
    const w = weights[i]!;
    if (w < 1e-14) continue;
    const row = features.subarray(i * size, (i + 1) * size);
    const response = g2 * s[i]! * s[i]!;
    for (let a = 0; a < size; a++) {
      const wa = w * row[a]!;
      mean[a]! += wa * s[i]!;
      scatter += wa * row[a]! * s[i]! * s[i]!;
      for (let b = 0; b <= a; b++) {
        const entry = wa * row[b]!;
        kernel[a * size + b]! += entry;
        hessian[a * size + b]! += entry * (1 + response);
      }
    }
  }
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) hessian[a * size + b]! -= g2 * mean[a]! * mean[b]!;
    hessian[a * size + a]! += temperature;
  }
  // ΦΔ = ⟨φ s⟩.
  const gradient = labels.map((y, a) => y - temperature * dual[a]! - mean[a]!);
  /** What the gradient is expected to be for noise alone, where Δ is right. */
  const noise = Math.sqrt(Math.max(0, scatter - dot(mean, mean)) / effective);
  return { gradient, kernel, hessian, noise };
}

/**
 * Maximises Γ over a fixed pool, on which it is concave, by Newton steps with a line search, from Δ on; it stops where the pool no longer
 * speaks of the law, that is where fewer than `least` samples count. Cost n P² a step.
 */
export function climbGamma(pool: Pool, ridge: Ridge, start: Float64Array, least: number, most = 30): { dual: Float64Array; at: Weighted } {
  const size = start.length;
  let dual = start;
  let at = weigh(pool, ridge, dual);
  const floor = Math.min(least, 0.7 * at.effective);
  const scale = Math.sqrt(dot(ridge.labels, ridge.labels));
  for (let step = 0; step < most; step++) {
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
      next = weigh(pool, ridge, trial);
      if (next.value >= at.value + 1e-4 * share * rise && next.effective >= floor) break;
    }
    if (share <= 1e-6) break;
    dual = trial;
    at = next;
  }
  return { dual, at };
}
