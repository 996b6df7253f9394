import type { Bend } from '$lib/theory/bayes/deep/target/bend';
import type { Small } from '$lib/theory/bayes/deep/target/small';

/** What acts on the neurons of a layer: h = m + R z under N(0, I) exp(½ φᵀAφ + b·φ). */
export interface Field {
  /** R, lower, and A, symmetric, [n, n]. */
  readonly factor: Small;
  readonly conjugate: Small;
  /** m and b of each disorder sample, [M, n]; none of a source, no b in the last layer. */
  readonly means?: Float64Array | undefined;
  readonly tilts?: Float64Array | undefined;
}

/**
 * Neurons of one layer where they are known to be, in whitened coordinates: `copies` thermal replicas of M disorder samples, replica after replica.
 * Arrays are [copies M, n]. Those that move are `Neurons`.
 */
export class Walkers {
  readonly z: Float64Array;
  readonly h: Float64Array;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  /** ∂g = φ′ ∘ (Aφ + b), as `pull` left it. */
  readonly pulls: Float64Array;

  constructor(
    readonly bend: Bend,
    readonly samples: number,
    readonly copies: number,
    readonly n: number,
  ) {
    const length = samples * copies * n;
    const blank = (): Float64Array => new Float64Array(length);
    [this.z, this.h, this.values, this.slopes, this.pulls] = [blank(), blank(), blank(), blank(), blank()];
  }

  get count(): number {
    return this.samples * this.copies;
  }

  /** h, φ and φ′ where the walkers are. */
  place({ factor, means }: Field): void {
    const { n, z, h, samples } = this;
    for (let k = 0; k < this.count; k++) {
      const at = k * n;
      const from = (k % samples) * n;
      for (let i = 0; i < n; i++) {
        let sum = means ? means[from + i]! : 0;
        for (let j = 0; j <= i; j++) sum += factor[i * n + j]! * z[at + j]!;
        h[at + i] = sum;
      }
    }
    this.bend.fill(h, this.values, this.slopes, 0, h.length);
  }

  /** ∂g of every walker in a field. */
  pull({ conjugate, tilts }: Pick<Field, 'conjugate' | 'tilts'>): void {
    const { n, values, slopes, pulls, samples } = this;
    for (let k = 0; k < this.count; k++) {
      const at = k * n;
      const from = (k % samples) * n;
      for (let i = 0; i < n; i++) {
        let sum = tilts ? tilts[from + i]! : 0;
        const row = i * n;
        for (let j = 0; j < n; j++) sum += conjugate[row + j]! * values[at + j]!;
        pulls[at + i] = slopes[at + i]! * sum;
      }
    }
  }
}
