import { normals, permutation, uniforms } from '$lib/base/philox';
import { streams } from '$lib/base/random';
import type { Backend, Matrix } from '$lib/backend/backend';
import { isOdd, type Landscape } from '$lib/theory/bayes/wells/landscape';
import type { Strata } from '$lib/theory/bayes/wells/solve';

/** Samples of the law in its full dimension, as the particles of a source are kept. */
export interface Samples {
  /** Of equal weight, each [1, M, D]. */
  readonly snapshots: readonly Matrix[];
  /** The particles of the last one without feature learning: the same orthogonal to the training inputs, the prior's within, [1, M, D]. */
  readonly controlVariate: Matrix;
}

/** Samples kept altogether, about: more would add little to what the weighted ones know. */
const wanted = 8192;

const key = (seed: number, step: number) => ({ seed, stream: streams.wells, step: 4096 + step });

/** w = Σ z_j basis_j + the part of n that is orthogonal to the basis, for rows z [M, r] and n [M, D]; in the place of n. */
export function place({ rank, dimension, basis }: Landscape, z: (row: number, j: number) => number, noise: Float64Array): void {
  for (let row = 0; row < noise.length / dimension; row++) {
    const w = noise.subarray(row * dimension, (row + 1) * dimension);
    for (let j = 0; j < rank; j++) {
      const b = basis.subarray(j * dimension, (j + 1) * dimension);
      let along = 0;
      for (let k = 0; k < dimension; k++) along += b[k]! * w[k]!;
      const more = z(row, j) - along;
      for (let k = 0; k < dimension; k++) w[k]! += more * b[k]!;
    }
  }
}

/**
 * Samples of equal weight: systematic resampling, which meets the masses of the strata to one in all, then in random order, so that groups of
 * particles are alike; signs at random where the law is symmetric; Gaussian orthogonal to the training inputs.
 */
export async function samplesOf(
  backend: Backend,
  land: Landscape,
  { points, weights }: Pick<Strata, 'points' | 'weights'>,
  particles: number,
  seed: number,
  yieldToDevice: () => Promise<void>,
): Promise<Samples> {
  const { rank, dimension, activation } = land;
  const count = Math.min(16, Math.max(2, Math.ceil(wanted / particles)));
  const total = count * particles;
  const chosen = new Uint32Array(total);
  const [offset = 0.5] = uniforms(1, key(seed, 0));
  let at = 0;
  let upTo = weights[0] ?? 0;
  for (let i = 0; i < total; i++) {
    while (at < weights.length - 1 && (i + offset) / total > upTo) upTo += weights[++at]!;
    chosen[i] = at;
  }
  const order = permutation(total, key(seed, 1));
  const signs = isOdd(activation) ? uniforms(total, key(seed, 2)).map((u) => (u < 0.5 ? -1 : 1)) : new Float64Array(total).fill(1);
  const snapshots: Matrix[] = [];
  try {
    for (let snapshot = 0; snapshot < count; snapshot++) {
      await yieldToDevice();
      const w = normals(particles * dimension, key(seed, 16 + snapshot));
      place(land, (row, j) => signs[snapshot * particles + row]! * points[chosen[order[snapshot * particles + row]!]! * rank + j]!, w);
      snapshots.push(backend.upload({ rows: particles, columns: dimension }, w));
    }
    const last = normals(particles * dimension, key(seed, 16 + count - 1));
    const own = normals(particles * rank, key(seed, 3));
    place(land, (row, j) => own[row * rank + j]!, last);
    return { snapshots, controlVariate: backend.upload({ rows: particles, columns: dimension }, last) };
  } catch (error) {
    for (const snapshot of snapshots) snapshot[Symbol.dispose]();
    throw error;
  }
}
