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
  /** ½γ²s² of the places when they were linked, [n]; undefined where each place belongs to one anchor alone, which then looks for its own. */
  readonly reference: Float64Array | undefined;
}

/** A target's law at places, under one Δ. */
export interface CoupledLaw {
  /** s = Δ·φ, [n]. */
  readonly tilt: Float64Array;
  /** Sums to 1, [n]. */
  readonly masses: Float64Array;
  /** E log Z over the anchors. */
  readonly mean: number;
  /** What the weights of the links have to be multiplied by at each place, [n], and their sum then, of every anchor, [K]. */
  readonly factor: Float64Array;
  readonly sums: Float64Array;
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
  #last: { readonly dual: Float64Array; readonly law: CoupledLaw | undefined } | undefined;

  constructor(
    readonly anchors: Anchors,
    readonly places: Places,
    readonly links: Links,
    readonly gamma: number,
  ) {}

  /** The law under Δ: P operations a place, four a link. Undefined where Δ is too large for the links. */
  law(dual: Float64Array): CoupledLaw | undefined {
    if (this.#last?.dual !== dual) this.#last = { dual, law: this.#lawAt(dual) };
    return this.#last.law;
  }

  #lawAt(dual: Float64Array): CoupledLaw | undefined {
    const { gamma, links, anchors } = this;
    const { first, at, weight } = links;
    const tilt = tilts(this.places.features, dual);
    const factor = new Float64Array(tilt.length);
    let strongest = 0;
    for (let j = 0; j < tilt.length; j++) {
      const exponent = 0.5 * (gamma * tilt[j]!) ** 2;
      if (!(exponent < Infinity)) return undefined;
      if (exponent > strongest) strongest = exponent;
      factor[j] = exponent;
    }
    const top = this.#scale(factor);
    if (!top) return undefined;
    // Of a small γ the logarithm of next to 1 would lose what is divided by γ² later.
    const weak = strongest < 0.5;
    const excess = weak ? tilt.map((s) => -Math.expm1(-0.5 * (gamma * s) ** 2)) : undefined;
    const masses = new Float64Array(tilt.length);
    const sums = new Float64Array(anchors.mass.length);
    let mean = 0;
    for (let k = 0; k < sums.length; k++) {
      const [from, to] = [first[k]!, first[k + 1]!];
      let sum = 0;
      let over = 0;
      for (let l = from; l < to; l++) sum += weight[l]! * factor[at[l]!]!;
      if (excess) for (let l = from; l < to; l++) over += weight[l]! * factor[at[l]!]! * excess[at[l]!]!;
      if (!(sum > 0)) return undefined;
      // 1 − 1/Z = ⟨1 − e^{−½γ²s²}⟩ under the tilted law.
      const log = excess ? -Math.log1p(-over / sum) : top[k]! + Math.log(sum);
      sums[k] = sum;
      mean += anchors.mass[k]! * log;
      const share = anchors.mass[k]! / sum;
      for (let l = from; l < to; l++) masses[at[l]!]! += share * weight[l]!;
    }
    for (let j = 0; j < masses.length; j++) masses[j]! *= factor[j]!;
    return { tilt, masses, mean, factor, sums };
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

  /** Puts exp(½γ²s² − reference) in the place of ½γ²s², and returns the logs that belong to it; undefined where that overflows. */
  #scale(exponents: Float64Array): Float64Array | undefined {
    const { first, at, top, reference } = this.links;
    if (reference) {
      for (let j = 0; j < exponents.length; j++) {
        const change = exponents[j]! - reference[j]!;
        if (!(change < greatest)) return undefined;
        exponents[j] = Math.exp(change);
      }
      return top;
    }
    return top.map((log, k) => {
      let most = 0;
      for (let l = first[k]!; l < first[k + 1]!; l++) most = Math.max(most, exponents[at[l]!]!);
      for (let l = first[k]!; l < first[k + 1]!; l++) exponents[at[l]!] = Math.exp(exponents[at[l]!]! - most);
      return log + most;
    });
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
  #forces({ tilt, factor, sums }: CoupledLaw, size: number): Float64Array {
    const { features } = this.places;
    const { first, at, weight } = this.links;
    const forces = new Float64Array(sums.length * size);
    for (let k = 0, to = 0; k < sums.length; k++, to += size) {
      const share = 1 / sums[k]!;
      for (let l = first[k]!; l < first[k + 1]!; l++) {
        const j = at[l]!;
        const part = share * weight[l]! * factor[j]! * tilt[j]!;
        for (let p = 0, from = j * size; p < size; p++) forces[to + p]! += part * features[from + p]!;
      }
    }
    return forces;
  }

  /** The masses of the links of each anchor added up, from its first one on, [links]. */
  cumulative(dual: Float64Array): Float64Array {
    const { first, at, weight } = this.links;
    const out = new Float64Array(at.length);
    const law = this.law(dual);
    if (!law) return out;
    for (let k = 0; k < law.sums.length; k++) {
      let sum = 0;
      for (let l = first[k]!; l < first[k + 1]!; l++) out[l] = sum += (weight[l]! * law.factor[at[l]!]!) / law.sums[k]!;
    }
    return out;
  }

  /**
   * ⟨w·∇U⟩/r = (⟨w·(w − m)⟩/v − γ²⟨s g·w⟩)/r, g the gradient of s at the places, [n] each, 1 for the right law. About the origin, where steps of φ
   * do no work.
   */
  virial(dual: Float64Array, variance: number, rank: number, gx: Float64Array, gy: Float64Array): number {
    const law = this.law(dual);
    if (!law) return NaN;
    const { first, at, weight } = this.links;
    const { x, y } = this.places;
    const { gamma, anchors } = this;
    const square = gamma * gamma;
    let whole = 0;
    for (let k = 0; k < anchors.mass.length; k++) {
      let own = 0;
      for (let l = first[k]!; l < first[k + 1]!; l++) {
        const j = at[l]!;
        const [dx, dy] = [x[j]! - anchors.x[k]!, y[j]! - anchors.y[k]!];
        const pull = (x[j]! * dx + y[j]! * dy) / variance - square * law.tilt[j]! * (gx[j]! * x[j]! + gy[j]! * y[j]!);
        own += weight[l]! * law.factor[j]! * pull;
      }
      whole += (anchors.mass[k]! * own) / law.sums[k]!;
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
