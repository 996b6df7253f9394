import { combined, meanOuter, symmetric, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import type { Walkers } from '$lib/theory/bayes/deep/target/walkers';

/** Of relu, the deviation of the smoothed δ(h), as a share of that of h. */
const blur = 0.1;

/** ⟨φ″ ∘ t⟩ of each example over all walkers, [n]. Of relu the other examples speak: where h is 0, its own φ is too. */
function meanBends({ bend, n, count, h, values, slopes, tensions }: Walkers, conjugate: Small): Float64Array {
  const out = new Float64Array(n);
  if (bend.activation === 'linear') return out;
  const isRelu = bend.activation === 'relu';
  const deviations = new Float64Array(n).fill(1);
  if (isRelu)
    for (let i = 0; i < n; i++) {
      let square = 0;
      for (let k = 0; k < count; k++) square += h[k * n + i]! ** 2;
      deviations[i] = blur * Math.sqrt(square / count);
    }
  for (let i = 0; i < n; i++) {
    let sum = 0;
    const own = isRelu ? conjugate[i * n + i]! : 0;
    for (let k = 0; k < count; k++) {
      const at = k * n + i;
      sum += bend.second(h[at]!, values[at]!, slopes[at]!, deviations[i]!) * (tensions[at]! - own * values[at]!);
    }
    out[i] = sum / count;
  }
  return out;
}

/** ⟨∂∂g⟩ = A ∘ ⟨φ′φ′ᵀ⟩ + diag⟨φ″ ∘ t⟩ after `pull`, [n, n]. */
function curvature(walkers: Walkers, conjugate: Small): Small {
  const { n, slopes, count } = walkers;
  const out = meanOuter(slopes, slopes, n, n, count).map((value, i) => value * conjugate[i]!);
  meanBends(walkers, conjugate).forEach((value, i) => (out[i * n + i]! += value));
  return out;
}

/** ⟨∂g ∂gᵀ + ∂∂g⟩ of a source's layer: its A of the layer below. */
export const sourceStein = (walkers: Walkers, conjugate: Small): Small =>
  combined([1, meanOuter(walkers.pulls, walkers.pulls, walkers.n, walkers.n, walkers.count)], [1, curvature(walkers, conjugate)]);

/** ½(x₁ + x₂) and x₁ − x₂ of two replicas, each [M, n]. */
export function halves(x: Float64Array): { readonly mean: Float64Array; readonly apart: Float64Array } {
  const length = x.length / 2;
  const mean = new Float64Array(length);
  const apart = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    mean[i] = 0.5 * (x[i]! + x[length + i]!);
    apart[i] = x[i]! - x[length + i]!;
  }
  return { mean, apart };
}

/** The source's neurons of one layer that a target's are tied to: φ_s, φ_s′ and ∂_s g_s, each [M, P_s], and whitened z_s. */
export interface HeldLayer {
  readonly z: Float64Array;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  readonly pulls: Float64Array;
}

/** What a layer says of the conjugates of the layer below it, before the tie: A_d/ρ = mean + bend, A_o/κ² = mean − spread, A_c/κ = cross. */
export interface Conveyed {
  /** E⟨∂g ∂gᵀ⟩, and its part within one disorder sample, [n, n]. */
  readonly mean: Small;
  readonly spread: Small;
  /** E⟨∂∂g⟩, [n, n]. */
  readonly bend: Small;
  /** [P_s, n]. */
  readonly cross: Small;
}

/**
 * The gradient (Stein) form of a target layer's conjugates, after `pull`, from two thermal replicas: `deep-transfer.md`.
 * `e` is A_d − A_o and `c` A_c of this layer, none in the last. Cost M(8n² + 3P_s n) operations.
 */
export function targetStein(walkers: Walkers, held: HeldLayer, e: Small, c: Small | undefined): Conveyed {
  const { n, samples, count, pulls, values, slopes } = walkers;
  const held_n = held.values.length / samples;
  const force = halves(pulls);
  const terms: [number, Small][] = [[1, meanOuter(held.pulls, force.mean, held_n, n, samples)]];
  if (c) {
    // E D_s A_c Cov_th(φ, ∂g), the covariance being ½(φ₁ − φ₂)(∂g₁ − ∂g₂)ᵀ.
    const along = times(halves(values).apart, transposed(c, n), n);
    for (let i = 0; i < along.length; i++) along[i]! *= 0.5 * held.slopes[i]!;
    terms.push([1, meanOuter(along, force.apart, held_n, n, samples)]);
    terms.push([1, meanOuter(held.slopes, halves(slopes).mean, held_n, n, samples).map((value, i) => value * c[i]!)]);
  }
  return {
    mean: symmetric(meanOuter(pulls, pulls, n, n, count), n),
    spread: combined([0.5, meanOuter(force.apart, force.apart, n, n, samples)]),
    bend: curvature(walkers, e),
    cross: combined(...terms),
  };
}
