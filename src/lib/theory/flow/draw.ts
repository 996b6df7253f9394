import type { Backend, Matrix } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import { groups } from '$lib/theory/common/jackknife';
import { Owned } from '$lib/theory/owned';

/** A neuron's state, for all particles of one point. */
export interface Neurons {
  /** w, [1, M, D]. */
  readonly weights: Matrix;
  /** v, [1, M, 1]. */
  readonly readout: Matrix;
}

/**
 * Standard normals [1, M, columns] in pairs of equal or opposite numbers: within each of the groups of the jackknife the second half
 * repeats the first. Rests once they are drawn.
 */
async function pairs(backend: Backend, particles: number, columns: number, stream: number, seed: number, sign: 1 | -1): Promise<Matrix> {
  const each = particles / (2 * groups);
  using normals = backend.normal({ rows: particles / 2, columns }, { seed, stream, step: 0 });
  await backend.yieldToDevice();
  using first = backend.reshape(normals, { batch: groups, rows: each, columns });
  using second = backend.combine([[sign, first]]);
  using out = backend.zeros({ batch: 2 * groups, rows: each, columns });
  for (let g = 0; g < groups; g++) {
    using one = backend.slice(first, g, 1);
    using other = backend.slice(second, g, 1);
    backend.copy(one, out, 2 * g);
    backend.copy(other, out, 2 * g + 1);
  }
  return backend.reshape(out, { rows: particles, columns });
}

/** v ~ N(0, 1) for each particle, in pairs ±v. */
export const drawReadout = (backend: Backend, particles: number, seed: number, stream: number): Promise<Matrix> =>
  pairs(backend, particles, 1, stream, seed, -1);

/**
 * The initial law of stage 1, w ~ N(0, I) and v ~ N(0, 1), in pairs (w, ±v): f is 0 at the start as at infinite width, and with it all
 * that the fluctuation of an untrained network would add.
 */
export async function drawNeurons(backend: Backend, particles: number, dimension: number, seed: number): Promise<Neurons> {
  using made = new Owned();
  const weights = made.keep(await pairs(backend, particles, dimension, streams.sourceStart, seed, 1));
  await backend.yieldToDevice();
  const readout = await drawReadout(backend, particles, seed, streams.sourceNoise);
  made.handOver();
  return { weights, readout };
}

/** Gives them back. */
export const disposeNeurons = ({ weights, readout }: Neurons): void => {
  weights[Symbol.dispose]();
  readout[Symbol.dispose]();
};

/** Other handles on the same numbers. */
export const holdNeurons = (backend: Backend, { weights, readout }: Neurons): Neurons => ({
  weights: backend.slice(weights, 0, 1),
  readout: backend.slice(readout, 0, 1),
});

/** The same numbers, `batch` times; a new matrix. */
export const repeated = (backend: Backend, matrix: Matrix, batch: number): Matrix =>
  backend.combine([[new Array<number>(batch).fill(1), matrix]]);
