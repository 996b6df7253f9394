import { pullBack } from '$lib/theory/bayes/closed';
import { labelsTooLarge } from '$lib/theory/bayes/linear-kernel';
import { gramSpectrum, lift, project } from '$lib/theory/bayes/spectrum';
import type { Task } from '$lib/theory/theory';

/** A solved deep linear source. */
export interface DeepSource {
  readonly gamma: number;
  readonly depth: number;
  /** c − 1, where each layer multiplies the kernel along Δ by c; kept so for the digits of a lazy network. */
  readonly excess: number;
  /** Δ, [P]. */
  readonly dual: Float64Array;
  /** u = XᵀΔ/√D, [D]. */
  readonly direction: Float64Array;
  /** k = ΔᵀGΔ = |u|². */
  readonly square: number;
  /** How many solutions the equations have; this is the one of least free energy. */
  readonly roots: number;
}

/** log c^L moves by less than this between two points of the search. */
const spacing = 0.05;

/**
 * The deep linear source of `theory.md` §2: (c^L G + T)Δ = y with c(1 − γ²c^{L−1}ΔᵀGΔ) = 1, G = XXᵀ/D. In the eigenbasis of G that is one
 * equation for c,
 *
 *     c − 1 = γ² Σ Cλy²/(T + Cλ)²,   C = c^L,
 *
 * whose right side is a sum of bumps y²/(4T cosh²(½ log(Cλ/T))), smooth in log C on the scale of 1: a search in log(c − 1) misses no root but
 * a pair that nearly coincides. The roots are the stationary points of
 * F(c) = (L/2)(c − 1 − log c) + (γ²/2) y·Δ, and the one of least F is the solution. O(n) for each of some hundred points.
 */
export function solveDeepSource(task: Task, gamma: number, temperature: number, depth: number): DeepSource {
  const { dimension, trainInputs, trainLabels } = task;
  const spectrum = gramSpectrum(task);
  const labels = project(spectrum, trainLabels);
  const found = gains(spectrum.values, labels, gamma, temperature, depth);
  const excess = leastOf(found, (trial) => freeEnergy(spectrum.values, labels, gamma, temperature, depth, trial));
  const gain = Math.exp(depth * Math.log1p(excess));
  const coefficients = labels.map((y, i) => y / (temperature + gain * spectrum.values[i]!));
  // Outside the range of G the network can do nothing: there Δ = y/T.
  const inRange = lift(spectrum, labels);
  const inside = lift(spectrum, coefficients);
  const dual = inside.map((value, p) => value + (trainLabels[p]! - inRange[p]!) / temperature);
  const square = coefficients.reduce((sum, d, i) => sum + spectrum.values[i]! * d * d, 0);
  if (![gain, square, ...dual].every(Number.isFinite)) throw labelsTooLarge();
  return { gamma, depth, excess, dual, direction: pullBack(trainInputs, inside, dimension), square, roots: found.length };
}

/** log of γ² Σ Cλy²/(T + Cλ)² at log C, from log(λ/T) and log(γ²y²/T). */
const pull = (places: Float64Array, heights: Float64Array, logGain: number): number => {
  let most = -Infinity;
  const terms = places.map((place, i) => {
    const a = Math.abs(place + logGain);
    // x/(1 + x)² = e^{−|log x|}/(1 + e^{−|log x|})².
    const term = heights[i]! - a - 2 * Math.log1p(Math.exp(-a));
    most = Math.max(most, term);
    return term;
  });
  return most === -Infinity ? most : most + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - most), 0));
};

/** Every root c − 1 of the equation, ascending; at least one. */
function gains(values: Float64Array, labels: Float64Array, gamma: number, temperature: number, depth: number): number[] {
  const places = values.map((value) => Math.log(value / temperature));
  const heights = labels.map((y) => 2 * Math.log(gamma * Math.abs(y)) - Math.log(temperature));
  /** What the equation leaves over at u = log(c − 1): falls through zero, or rises through it, at a root. */
  const over = (u: number): number => pull(places, heights, depth * Math.log1p(Math.exp(u))) - u;
  // No bump is higher than y²/4T, nor than y²/(Cλ).
  const logSum = (terms: Float64Array): number => {
    const most = terms.reduce((a, b) => Math.max(a, b), -Infinity);
    return most === -Infinity ? most : most + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - most), 0));
  };
  const tops = logSum(heights) - Math.log(4);
  if (tops === -Infinity) return [0];
  const highest = Math.min(tops, logSum(heights.map((height, i) => height - places[i]!)) / (depth + 1));
  const far = depth * Math.log1p(Math.exp(highest));
  // Between C = 1 and the largest C none is lower than at the lower of the two ends.
  const bump = (i: number, at: number): number => pull(places.subarray(i, i + 1), heights.subarray(i, i + 1), at);
  const lowest = logSum(heights.map((_, i) => Math.min(bump(i, 0), bump(i, far)))) - spacing;
  const roots: number[] = [];
  let before = lowest;
  let left = over(before);
  while (before < highest + spacing) {
    const at = before + Math.min(1, (spacing * (1 + Math.exp(-before))) / depth);
    const next = over(at);
    if (left > 0 !== next > 0) roots.push(bisect(over, before, at));
    [before, left] = [at, next];
  }
  return roots.map(Math.exp);
}

function bisect(over: (u: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const rising = over(low) > 0;
  for (let i = 0; i < 100; i++) {
    const middle = 0.5 * (low + high);
    if (!(low < middle && middle < high)) break;
    if (over(middle) > 0 === rising) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

function freeEnergy(values: Float64Array, labels: Float64Array, gamma: number, temperature: number, depth: number, excess: number): number {
  const gain = Math.exp(depth * Math.log1p(excess));
  const fit = labels.reduce((sum, y, i) => sum + (y * y) / (temperature + gain * values[i]!), 0);
  return 0.5 * depth * (excess - Math.log1p(excess)) + 0.5 * gamma * gamma * fit;
}

const leastOf = (trials: readonly number[], energy: (trial: number) => number): number => {
  let best = trials[0] ?? NaN;
  for (const trial of trials) if (energy(trial) < energy(best)) best = trial;
  return best;
};
