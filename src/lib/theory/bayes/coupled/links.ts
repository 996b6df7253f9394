import type { Anchors } from '$lib/theory/bayes/coupled/anchors';
import type { Evaluation } from '$lib/theory/bayes/span/newton';

/** Places in the span of a target's training inputs with φ(h_μ) of each, [n, P]. */
export interface Places {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly features: Float64Array;
}

/**
 * Which places an anchor reaches, anchor by anchor: `weight` is that of the quadrature times N(z; m, v), times exp(reference of the place − top of
 * the anchor), so that it neither over- nor underflows; `at` is the number of the place.
 */
export interface Links {
  /** Where the links of each anchor begin, [K + 1]. */
  readonly first: Uint32Array;
  readonly at: Uint32Array;
  readonly weight: Float64Array;
  /** [K]. */
  readonly top: Float64Array;
  /** ½γ²s² of the places when they were linked, [n]. */
  readonly reference: Float64Array;
}

/** A target's law at places, under one Δ. */
export interface CoupledLaw {
  /** s = Δ·φ, [n]. */
  readonly tilt: Float64Array;
  /** Sums to 1, [n]. */
  readonly masses: Float64Array;
  /** Log of ∫ of the tilted over ∫ of the conditional prior, of every anchor, [K]. */
  readonly logNormalisers: Float64Array;
  /** E log Z over the anchors. */
  readonly mean: number;
}

/** Beyond this exponent a double overflows; a Δ that brings it is too large for these links. */
const greatest = 600;

/** s = Δ·φ of places, [n]. */
export function tilts(features: Float64Array, dual: Float64Array): Float64Array {
  const size = dual.length;
  const out = new Float64Array(features.length / size);
  for (let j = 0, at = 0; j < out.length; j++) {
    let s = 0;
    for (let p = 0; p < size; p++, at++) s += dual[p]! * features[at]!;
    out[j] = s;
  }
  return out;
}

/** The problem of one point on fixed places and links. */
export class Coupling {
  constructor(
    readonly anchors: Anchors,
    readonly places: Places,
    readonly links: Links,
    readonly gamma: number,
  ) {}

  /** The law under Δ: P operations a place, four a link. Undefined where Δ is too large for the links. */
  law(dual: Float64Array): CoupledLaw | undefined {
    const { gamma, links, anchors } = this;
    const { first, at, weight, top, reference } = links;
    const tilt = tilts(this.places.features, dual);
    const factor = new Float64Array(tilt.length);
    let strongest = 0;
    for (let j = 0; j < tilt.length; j++) {
      const exponent = 0.5 * (gamma * tilt[j]!) ** 2;
      if (exponent > strongest) strongest = exponent;
      const change = exponent - reference[j]!;
      if (!(change < greatest)) return undefined;
      factor[j] = Math.exp(change);
    }
    // Of a small γ the logarithm of next to 1 would lose what is divided by γ² later.
    const weak = strongest < 0.5;
    const excess = weak ? tilt.map((s) => -Math.expm1(-0.5 * (gamma * s) ** 2)) : undefined;
    const masses = new Float64Array(tilt.length);
    const logNormalisers = new Float64Array(anchors.mass.length);
    let mean = 0;
    for (let k = 0; k < logNormalisers.length; k++) {
      const [from, to] = [first[k]!, first[k + 1]!];
      let sum = 0;
      let over = 0;
      for (let l = from; l < to; l++) sum += weight[l]! * factor[at[l]!]!;
      if (excess) for (let l = from; l < to; l++) over += weight[l]! * factor[at[l]!]! * excess[at[l]!]!;
      if (!(sum > 0)) return undefined;
      // 1 − 1/Z = ⟨1 − e^{−½γ²s²}⟩ under the tilted law.
      const log = excess ? -Math.log1p(-over / sum) : top[k]! + Math.log(sum);
      logNormalisers[k] = log;
      mean += anchors.mass[k]! * log;
      const share = anchors.mass[k]! / sum;
      for (let l = from; l < to; l++) masses[at[l]!]! += share * weight[l]!;
    }
    for (let j = 0; j < masses.length; j++) masses[j]! *= factor[j]!;
    return { tilt, masses, logNormalisers, mean };
  }

  /** Φ on the training inputs, [P, P]: P² operations a place. */
  kernel(dual: Float64Array): Float64Array {
    const size = dual.length;
    const kernel = new Float64Array(size * size);
    const masses = this.law(dual)?.masses;
    if (!masses) return kernel.fill(NaN);
    addOuter(kernel, this.places.features, size, (j) => masses[j]!);
    for (let p = 0; p < size; p++) for (let q = 0; q < p; q++) kernel[q * size + p] = kernel[p * size + q]!;
    return kernel;
  }

  /** What Γ is made of at Δ; the second derivative costs P operations a link and P² a place. */
  evaluate(dual: Float64Array, curved: boolean): Evaluation {
    const size = dual.length;
    const { features } = this.places;
    const law = this.law(dual);
    if (!law) return { free: Infinity, output: new Float64Array(size).fill(NaN) };
    const output = new Float64Array(size);
    for (let j = 0, at = 0; j < law.masses.length; j++, at += size) {
      const weight = law.masses[j]! * law.tilt[j]!;
      if (weight !== 0) for (let p = 0; p < size; p++) output[p]! += weight * features[at + p]!;
    }
    const { gamma } = this;
    const free = gamma === 0 ? 0.5 * output.reduce((sum, value, p) => sum + value * dual[p]!, 0) : law.mean / gamma ** 2;
    return curved ? { free, output, curvature: this.#curvature(law, size) } : { free, output };
  }

  /** Φ + γ² (⟨φφᵀs²⟩ − E ⟨φs⟩⟨φs⟩ᵀ), ⟨·⟩ under the law of one anchor where E is over anchors, [P, P]. */
  #curvature(law: CoupledLaw, size: number): Float64Array {
    const { gamma, places, anchors } = this;
    const { tilt, masses } = law;
    const square = gamma * gamma;
    const out = new Float64Array(size * size);
    addOuter(out, places.features, size, (j) => masses[j]! * (1 + square * tilt[j]! ** 2));
    if (gamma > 0) addOuter(out, this.#forces(law, size), size, (k) => -square * anchors.mass[k]!);
    for (let p = 0; p < size; p++) for (let q = 0; q < p; q++) out[q * size + p] = out[p * size + q]!;
    return out;
  }

  /** ⟨φs⟩ of every anchor, [K, P]. */
  #forces({ tilt }: CoupledLaw, size: number): Float64Array {
    const { features } = this.places;
    const { first, at, weight, reference } = this.links;
    const { gamma } = this;
    const forces = new Float64Array(this.anchors.mass.length * size);
    const factor = tilt.map((s, j) => Math.exp(0.5 * (gamma * s) ** 2 - reference[j]!));
    for (let k = 0, to = 0; k < this.anchors.mass.length; k++, to += size) {
      let sum = 0;
      for (let l = first[k]!; l < first[k + 1]!; l++) {
        const j = at[l]!;
        const mass = weight[l]! * factor[j]!;
        sum += mass;
        const part = mass * tilt[j]!;
        for (let p = 0, from = j * size; p < size; p++) forces[to + p]! += part * features[from + p]!;
      }
      for (let p = 0; p < size; p++) forces[to + p]! /= sum;
    }
    return forces;
  }

  /** Of each anchor the place where the share `shares` of its mass lies before it, in the order of its links, [K]. */
  draw(dual: Float64Array, shares: Float64Array): Uint32Array {
    const { first, at, weight, reference } = this.links;
    const factor = tilts(this.places.features, dual).map((s, j) => Math.exp(0.5 * (this.gamma * s) ** 2 - reference[j]!));
    return Uint32Array.from(shares, (share, k) => {
      let sum = 0;
      for (let l = first[k]!; l < first[k + 1]!; l++) sum += weight[l]! * factor[at[l]!]!;
      let left = share * sum;
      let l = first[k]!;
      for (; l < first[k + 1]! - 1; l++) if ((left -= weight[l]! * factor[at[l]!]!) < 0) break;
      return at[l]!;
    });
  }

  /**
   * ⟨(w − m)·∇U⟩/r = (⟨|w − m|²⟩/v − γ²⟨s g·(w − m)⟩)/r, g the gradient of s at the places, [n] each, 1 for the right law.
   */
  virial(dual: Float64Array, variance: number, rank: number, gx: Float64Array, gy: Float64Array): number {
    const law = this.law(dual);
    if (!law) return NaN;
    const { first, at, weight, reference } = this.links;
    const { x, y } = this.places;
    const { gamma, anchors } = this;
    let whole = 0;
    for (let k = 0; k < anchors.mass.length; k++) {
      let [sum, own] = [0, 0];
      for (let l = first[k]!; l < first[k + 1]!; l++) {
        const j = at[l]!;
        const s = law.tilt[j]!;
        const mass = weight[l]! * Math.exp(0.5 * (gamma * s) ** 2 - reference[j]!);
        const [dx, dy] = [x[j]! - anchors.x[k]!, y[j]! - anchors.y[k]!];
        sum += mass;
        own += mass * ((dx * dx + dy * dy) / variance - gamma * gamma * s * (gx[j]! * dx + gy[j]! * dy));
      }
      whole += (anchors.mass[k]! * own) / sum;
    }
    return whole / rank;
  }
}

/** Adds Σ c_i v_i v_iᵀ of rows v [n, P] to the lower triangle of `out`. */
export function addOuter(out: Float64Array, rows: Float64Array, size: number, coefficient: (row: number) => number): void {
  for (let i = 0, at = 0; at < rows.length; i++, at += size) {
    const c = coefficient(i);
    if (c === 0) continue;
    for (let p = 0; p < size; p++) {
      const a = c * rows[at + p]!;
      for (let q = 0, to = p * size; q <= p; q++) out[to + q]! += a * rows[at + q]!;
    }
  }
}
