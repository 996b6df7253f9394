import type { Matrix } from '$lib/backend/backend';
import { numbers } from '../../gpu/harness/suite';
import type { Case, Family } from '../bench';

/** Gradient flow of infinite width by particles, in Euler steps, looked at on test points now and then: `jax_peer.py` does the same. */
const [particles, dimension, examples, tests, steps, records] = [10_000, 100, 200, 1000, 500, 25];
const [gamma, dt] = [1, 0.01];

const normals = (count: number, seed: number): Float32Array => {
  const [a, b] = [numbers(count, seed), numbers(count, seed + 1)];
  return a.map((x, i) => Math.sqrt(-2 * Math.log(Math.abs(x) + 1e-7)) * Math.cos(Math.PI * b[i]!));
};

const stepping: Case = {
  name: `flow of ${particles} neurons, ${steps} steps`,
  operations: steps * (4 * dimension + 4) * particles * examples + records * (2 * dimension + 2) * particles * tests,
  tolerance: 0,
  contestants: [
    {
      peer: 'ours',
      prepare: ({ backend, outcome }) => {
        const initial = backend.upload({ rows: particles, columns: dimension }, normals(particles * dimension, 1));
        const top = backend.upload({ rows: particles, columns: 1 }, normals(particles, 3));
        const inputs = backend.upload({ rows: examples, columns: dimension }, normals(examples * dimension, 5));
        const labels = backend.upload({ rows: examples, columns: 1 }, normals(examples, 7).map(Math.sign));
        const looked = backend.upload({ rows: tests, columns: dimension }, normals(tests * dimension, 9));
        const problem = { activation: 'erf', inputs, labels, points: [{ gamma, decay: 0, delta: 0 }] } as const;
        const stretch = [Array.from({ length: steps / records }, () => ({ dt, stages: 1 }))];
        return {
          run: async () => {
            using weights = backend.combine([[1, initial]]);
            using readout = backend.combine([[1, top]]);
            let outputs: Matrix | undefined;
            for (let record = 0; record < records; record++) {
              using run = backend.flow(problem, { weights, readout }, stretch);
              await run.advance(run.evaluations);
              using values = backend.features('erf', weights, looked).values;
              outputs?.[Symbol.dispose]();
              outputs = backend.product(values, readout, { transposeA: true, alpha: 1 / (gamma * particles) });
            }
            if (!outputs) throw new Error('no record');
            return outcome(outputs);
          },
          dispose: () => {
            for (const matrix of [initial, top, inputs, labels, looked]) matrix[Symbol.dispose]();
          },
        };
      },
    },
  ],
};

export const flow: Family = { name: 'flow', hardware: true, cases: [() => stepping] };
