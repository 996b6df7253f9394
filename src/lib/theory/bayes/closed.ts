import { maximiseLinearDual } from '$lib/theory/bayes/dual';
import { gramSpectrum, lift, project } from '$lib/theory/bayes/spectrum';
import { dot } from '$lib/theory/common/vectors';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** The Gaussian law of a linear source's weights: covariance I + strength · u uᵀ, u [D]. */
export interface GaussianLaw {
  readonly direction: Float64Array;
  readonly strength: number;
}

/** A solved linear network. */
export interface LinearSolution {
  /** Δ, [P]. */
  readonly dual: Float64Array;
  /** The weights' covariance is scale · I + Σ strength · d dᵀ, d [D]; scale is what it is without feature learning. */
  readonly scale: number;
  readonly spikes: readonly { readonly direction: Float64Array; readonly strength: number }[];
  /** C XᵀΔ/√D, [D]: f(x) = x·slope/√D. */
  readonly slope: Float64Array;
  /** For a source (delta = 0): the law of its weights, C_s = I + γ²uuᵀ/(1−γ²|u|²), u = XᵀΔ/√D. */
  readonly law: GaussianLaw;
}

/** X v/√D, [P]: what a weight vector v [D] makes of every row. */
export function preactivations(inputs: Float64Array, v: Float64Array): Float64Array {
  const dimension = v.length;
  const out = new Float64Array(inputs.length / dimension);
  for (let p = 0; p < out.length; p++) {
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += inputs[p * dimension + k]! * v[k]!;
    out[p] = sum / Math.sqrt(dimension);
  }
  return out;
}

/** Xᵀ a/√D, [D]. */
export function pullBack(inputs: Float64Array, a: Float64Array, dimension: number): Float64Array {
  const out = new Float64Array(dimension);
  for (let p = 0; p < a.length; p++) for (let k = 0; k < dimension; k++) out[k]! += inputs[p * dimension + k]! * a[p]!;
  return out.map((value) => value / Math.sqrt(dimension));
}

/**
 * Mean-field posterior of the two-layer linear network, target coupled with strength `delta` to a source of the given
 * law; a source itself is delta = 0 without a law. `theory.md` §2, closed form; everything in double precision on the
 * task's own numbers, and no difference of large numbers for any δ. Cost: the spectrum of K once, then O(P min(P, D)).
 */
export function solveLinear(task: Task, parameters: SourceParameters, delta: number, source?: GaussianLaw): LinearSolution {
  const { dimension, trainInputs, trainLabels } = task;
  const { gamma, temperature } = parameters;
  const spectrum = gramSpectrum(task);
  const direction = source?.direction ?? new Float64Array(dimension);
  const strength = source?.strength ?? 0;
  const z = preactivations(trainInputs, direction);
  const labels = project(spectrum, trainLabels);
  const { dual: coefficients, r } = maximiseLinearDual({
    values: spectrum.values,
    labels,
    spike: project(spectrum, z),
    strength,
    gamma,
    temperature,
    delta,
  });
  // Outside the range of K the network can do nothing: there Δ = y/T.
  const inRange = lift(spectrum, labels);
  const dual = lift(spectrum, coefficients).map((value, p) => value + (trainLabels[p]! - inRange[p]!) / temperature);
  const u = pullBack(trainInputs, lift(spectrum, coefficients), dimension);

  // C_t = M + δM C_s δM with M = (I + ρ u uᵀ)/(1+δ), ρ = γ²/((1+δ) r), δM = κ(I + ρ u uᵀ).
  const a = 1 + delta;
  const kappa2 = (delta / a) ** 2;
  const rho = (gamma * gamma) / (a * r);
  const square = dot(u, u);
  const along = dot(u, direction);
  const own = rho / a + kappa2 * rho * (2 + rho * square);
  const scale = 1 / a + kappa2;
  const tiltedDirection = direction.map((value, k) => value + rho * along * u[k]!);
  const inherited = kappa2 * strength;
  const overlap = inherited * dot(tiltedDirection, u);
  return {
    dual,
    scale,
    spikes: [
      { direction: u, strength: own },
      { direction: tiltedDirection, strength: inherited },
    ],
    slope: u.map((value, k) => (scale + own * square) * value + overlap * tiltedDirection[k]!),
    law: { direction: u, strength: rho },
  };
}
