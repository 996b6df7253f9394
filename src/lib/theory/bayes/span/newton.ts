import { dot } from '$lib/theory/common/vectors';

/** What Γ is made of at one Δ: F = γ⁻² E log ∫ π exp(½γ²s²), its gradient ΦΔ, and where asked for its second derivative Φ + γ² E Cov(φs, φs). */
export interface Evaluation {
  readonly free: number;
  /** ΦΔ = ⟨φ s⟩, [P]. */
  readonly output: Float64Array;
  /** [P, P], symmetric. */
  readonly curvature?: Float64Array;
}

/** The problem of one point: Γ(Δ) = y·Δ − (T/2)|Δ|² − F(Δ). */
export interface Concave {
  readonly labels: Float64Array;
  readonly temperature: number;
  /** Ends when |∂Γ/∂Δ| is below this part of |y|. */
  readonly tolerance: number;
  evaluate(dual: Float64Array, curved: boolean): Evaluation;
  /** Awaited between evaluations. */
  breathe(): Promise<void>;
  /** Whether the work of a point has no room for another step. */
  exhausted(): boolean;
}

export interface Maximum {
  readonly dual: Float64Array;
  /** |y − TΔ − ΦΔ|/|y|. */
  readonly residual: number;
  readonly iterations: number;
}

/** (A + ridge)⁻¹ b by Cholesky for a symmetric positive A [n, n], which is read only. A pivot lost to rounding counts as one of it. */
function solvePositive(a: Float64Array, ridge: number, b: Float64Array): Float64Array {
  const n = b.length;
  const l = Float64Array.from(a);
  for (let j = 0; j < n; j++) {
    const whole = a[j * n + j]! + ridge;
    let pivot = whole;
    for (let k = 0; k < j; k++) pivot -= l[j * n + k]! ** 2;
    const root = Math.sqrt(Math.max(pivot, whole * Number.EPSILON));
    l[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = sum / root;
    }
  }
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i * n + k]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= l[k * n + i]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  return x;
}

/** Of the labels, what a Δ that is done may leave over. */
export const solved = 1e-9;

/** Halvings of the stretch from 0 to Δ. */
const halvings = 14;

/**
 * The Δ of the greatest Γ between 0 and a Δ with Γ(Δ) < Γ(0) = 0. A Δ found with nodes that missed a well may have Γ = −10⁵ where they do not: from
 * there Newton steps are led from one well to the next, and hundreds of them do not arrive. Along the way Γ is concave, so that its slope tells the side.
 */
async function shortened(problem: Concave, dual: Float64Array): Promise<Float64Array> {
  const { labels, temperature } = problem;
  const along = (share: number): Float64Array => dual.map((value) => share * value);
  let [below, above] = [0, 1];
  for (let halving = 0; halving < halvings; halving++) {
    await problem.breathe();
    const share = (below + above) / 2;
    const there = along(share);
    const { output } = problem.evaluate(there, false);
    const slope = dual.reduce((sum, value, p) => sum + value * (labels[p]! - temperature * there[p]! - output[p]!), 0);
    if (slope > 0) below = share;
    else above = share;
  }
  return along(below);
}

/**
 * The Δ that maximises the concave Γ, by damped Newton steps with a line search. Ends when |∂Γ/∂Δ| is small enough, or where rounding
 * allows no further step: the residual tells.
 */
export async function maximise(problem: Concave, start: Float64Array): Promise<Maximum> {
  const { labels, temperature, tolerance } = problem;
  const size = Math.sqrt(dot(labels, labels));
  const valueOf = (at: Float64Array, { free }: Evaluation): number => dot(labels, at) - 0.5 * temperature * dot(at, at) - free;
  let dual = start;
  let here = problem.evaluate(dual, true);
  // Γ(0) = 0, and so it is at a Δ that is 0, but for rounding.
  if (!(valueOf(dual, here) >= -1e-9 * (1 + Math.abs(dot(labels, dual))))) {
    dual = await shortened(problem, start);
    here = problem.evaluate(dual, true);
  }
  let residual = Infinity;
  let iterations = 0;
  for (; iterations < 200; iterations++) {
    await problem.breathe();
    const { output, curvature } = here;
    const gradient = labels.map((y, p) => y - temperature * dual[p]! - output[p]!);
    residual = size === 0 ? Math.sqrt(dot(gradient, gradient)) : Math.sqrt(dot(gradient, gradient)) / size;
    if (residual < tolerance || !curvature || problem.exhausted()) break;
    const step = solvePositive(curvature, temperature, gradient);
    const decrement = dot(step, gradient);
    const before = valueOf(dual, here);
    // Below the rounding of Γ its values say nothing: there the gradient must fall.
    const flat = decrement < 1e-11 * (Math.abs(before) + 1);
    let next: Evaluation | undefined;
    let trial = dual;
    for (let scale = 1; scale > 1e-9; scale /= scale > 0.1 ? 2 : 4) {
      trial = dual.map((d, p) => d + scale * step[p]!);
      const there = problem.evaluate(trial, false);
      const left = labels.map((y, p) => y - temperature * trial[p]! - there.output[p]!);
      const better = flat
        ? dot(left, left) < dot(gradient, gradient)
        : Number.isFinite(there.free) && valueOf(trial, there) >= before + 0.1 * scale * decrement;
      if (better) {
        next = there;
        break;
      }
      await problem.breathe();
    }
    if (!next) break;
    dual = trial;
    here = problem.evaluate(dual, true);
  }
  return { dual, residual, iterations };
}
