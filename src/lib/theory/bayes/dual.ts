import { nestedRoots } from '$lib/theory/bayes/nested-roots';

/** Γ(Δ) of the linear network (`theory.md` §2) in the eigenbasis of K. */
interface LinearDual {
  /** Eigenvalues of K, [n], all > 0. */
  readonly values: Float64Array;
  /** Labels in the eigenbasis, [n]. */
  readonly labels: Float64Array;
  /** S = K + strength · z zᵀ: z in the eigenbasis, [n] (the source's weights have covariance I + strength · u uᵀ). */
  readonly spike: Float64Array;
  readonly strength: number;
  readonly gamma: number;
  readonly temperature: number;
  readonly delta: number;
}

/** Γ, the scalars it depends on, and its derivatives by k = ΔᵀKΔ and by (z·Δ)². */
interface Point {
  readonly value: number;
  /** r = 1 − γ² k/(1+δ), must be > 0. */
  readonly r: number;
  readonly overlap: number;
  readonly byK: number;
  readonly bySpike: number;
  readonly byKK: number;
  readonly byKSpike: number;
}

/** −log(1−x)/x without loss for small x. */
const logRatio = (x: number): number => (x < 1e-9 ? 1 + x / 2 : -Math.log1p(-x) / x);

function evaluate(problem: LinearDual, dual: Float64Array): Point {
  const { values, labels, spike, strength, gamma, temperature, delta } = problem;
  const a = 1 + delta;
  const kappa2 = (delta / a) ** 2;
  let k = 0;
  let overlap = 0;
  let linear = 0;
  for (let i = 0; i < values.length; i++) {
    const d = dual[i]!;
    k += values[i]! * d * d;
    overlap += spike[i]! * d;
    linear += d * (labels[i]! - 0.5 * temperature * d);
  }
  const g = (gamma * gamma) / a;
  const r = 1 - g * k;
  const s = k + strength * overlap * overlap;
  return {
    value: linear - (k / (2 * a)) * logRatio(g * k) - (0.5 * kappa2 * s) / r,
    r,
    overlap,
    byK: -(1 / a + kappa2 + (kappa2 * g * s) / r) / (2 * r),
    bySpike: (-0.5 * kappa2 * strength) / r,
    byKK: (-g * (1 / (2 * a) + kappa2 + (kappa2 * g * s) / r)) / (r * r),
    byKSpike: (-0.5 * kappa2 * g * strength) / (r * r),
  };
}

/** (diag + h h ᵀ c11 + (h zᵀ + z hᵀ) c12 + z zᵀ c22)⁻¹ v by Woodbury. */
function solveLowRank(
  diagonal: Float64Array,
  h: Float64Array,
  z: Float64Array,
  c11: number,
  c12: number,
  c22: number,
  v: Float64Array,
): Float64Array {
  let hh = 0;
  let hz = 0;
  let zz = 0;
  let hv = 0;
  let zv = 0;
  for (let i = 0; i < v.length; i++) {
    const w = 1 / diagonal[i]!;
    hh += w * h[i]! * h[i]!;
    hz += w * h[i]! * z[i]!;
    zz += w * z[i]! * z[i]!;
    hv += w * h[i]! * v[i]!;
    zv += w * z[i]! * v[i]!;
  }
  // (I + C UᵀD⁻¹U) q = C UᵀD⁻¹v.
  const m11 = 1 + c11 * hh + c12 * hz;
  const m12 = c11 * hz + c12 * zz;
  const m21 = c12 * hh + c22 * hz;
  const m22 = 1 + c12 * hz + c22 * zz;
  const b1 = c11 * hv + c12 * zv;
  const b2 = c12 * hv + c22 * zv;
  const determinant = m11 * m22 - m12 * m21;
  const q1 = (b1 * m22 - m12 * b2) / determinant;
  const q2 = (m11 * b2 - b1 * m21) / determinant;
  return v.map((vi, i) => (vi - h[i]! * q1 - z[i]! * q2) / diagonal[i]!);
}

/** ∂Γ/∂Δ at a point. */
const gradientAt = (
  { values, labels, spike, temperature }: LinearDual,
  dual: Float64Array,
  { byK, bySpike, overlap }: Point,
): Float64Array => labels.map((y, i) => y - temperature * dual[i]! + 2 * byK * values[i]! * dual[i]! + 2 * bySpike * overlap * spike[i]!);

const largest = (numbers: Float64Array): number => numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** What of the labels the equation for Δ may leave over. */
const leftover = 1e-9;

/**
 * The Δ that maximises the concave Γ, in the eigenbasis, by damped Newton steps of O(n) each: the Hessian is a diagonal and
 * rank two. `r` is 1 − γ²ΔᵀKΔ/(1+δ). A source is delta = 0 (then the spike plays no part).
 */
export function maximiseLinearDual(problem: LinearDual): { readonly dual: Float64Array; readonly r: number } {
  const { values, labels, spike, temperature } = problem;
  let dual: Float64Array = new Float64Array(values.length);
  let point = evaluate(problem, dual);
  // Γ is concave with a logarithmic barrier: a few tens of damped Newton steps do, but where γ|y| is so large that r is next to nothing.
  for (let iteration = 0; iteration < 200; iteration++) {
    const { byK, bySpike, byKK, byKSpike, overlap } = point;
    const h = values.map((lambda, i) => lambda * dual[i]!);
    const gradient = gradientAt(problem, dual, point);
    const diagonal = values.map((lambda) => temperature - 2 * byK * lambda);
    const step = solveLowRank(diagonal, h, spike, -4 * byKK, -4 * byKSpike * overlap, -2 * bySpike, gradient);
    const decrement = step.reduce((sum, s, i) => sum + s * gradient[i]!, 0);
    // Below the rounding of Γ a comparison of values says nothing: there Newton's own quadratic convergence is trusted.
    const settled = decrement <= 1e-9 * (Math.abs(point.value) + Number.MIN_VALUE);
    let scale = 1;
    let next = point;
    let trial = dual;
    for (let halving = 0; halving < 60; halving++, scale /= 2) {
      trial = dual.map((d, i) => d + scale * step[i]!);
      next = evaluate(problem, trial);
      if (next.r > 0 && (settled || next.value >= point.value + 0.1 * scale * decrement)) break;
    }
    const moved = step.reduce((sum, s) => Math.max(sum, Math.abs(scale * s)), 0);
    const size = trial.reduce((sum, d) => Math.max(sum, Math.abs(d)), 0);
    dual = trial;
    point = next;
    if (settled && moved <= 1e-14 * size) break;
    if (settled && decrement <= 1e-28 * Math.abs(point.value)) break;
  }
  const solves = largest(gradientAt(problem, dual, point)) <= leftover * largest(labels);
  if (solves) return { dual, r: point.r };
  return nestedRoots({ ...problem, scale: 1, spikes: [{ vector: spike, strength: problem.strength }] });
}
