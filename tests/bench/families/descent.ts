import type { Matrix } from '$lib/backend/backend';
import { numbers } from '../../gpu/harness/suite';
import type { Contestant } from '../bench';

/** Of the networks of a case, and how far they are trained. */
export interface Sizes {
  readonly width: number;
  readonly examples: number;
  readonly dimension: number;
  readonly steps: number;
}

export const gamma = 0.5;
export const length = 0.02;

/** Start, task and what is taken off the outputs; every contestant the same. tanh, for all peers have it. */
export const operands = (networks: number, { width, examples, dimension }: Sizes) => {
  const weights = numbers(networks * width * dimension, 1).map((value) => 1.7 * value);
  const readout = numbers(networks * width, 2).map((value) => 1.7 * value);
  const inputs = numbers(examples * dimension, 3).map((value) => 1.7 * value);
  const labels = numbers(examples, 4);
  const base = new Float32Array(networks * examples);
  for (let b = 0; b < networks; b++)
    for (let i = 0; i < width; i++)
      for (let mu = 0; mu < examples; mu++) {
        let h = 0;
        for (let k = 0; k < dimension; k++) h += weights[(b * width + i) * dimension + k]! * inputs[mu * dimension + k]!;
        base[b * examples + mu]! += readout[b * width + i]! * Math.tanh(h / Math.sqrt(dimension));
      }
  return { weights, readout, inputs, labels, base };
};

export type Operands = ReturnType<typeof operands>;

export const ours = (networks: number, { width, examples, dimension, steps }: Sizes, given: Operands): Contestant => ({
  peer: 'ours',
  prepare: ({ backend, outcome }) => {
    const shape = (rows: number, columns: number, batch = 1) => ({ batch, rows, columns });
    const start = backend.upload(shape(width, dimension, networks), given.weights);
    const top = backend.upload(shape(width, 1, networks), given.readout);
    const inputs = backend.upload(shape(examples, dimension), given.inputs);
    const labels = backend.upload(shape(examples, 1), given.labels);
    const base = backend.upload(shape(examples, 1, networks), given.base);
    const points = Array.from({ length: networks }, () => ({ gamma, delta: 0, weightDecay: 0, length, count: steps }));
    return {
      run: () => {
        const weights = backend.combine([[1, start]]);
        using readout: Matrix = backend.combine([[1, top]]);
        backend.descend({ activation: 'tanh', inputs, labels, base, points }, { weights, readout }, 0, steps)[Symbol.dispose]();
        return outcome(weights);
      },
      dispose: () => {
        for (const matrix of [start, top, inputs, labels, base]) matrix[Symbol.dispose]();
      },
    };
  },
});
