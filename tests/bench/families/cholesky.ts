import { illConditioned } from '../../gpu/harness/ill-conditioned';
import type { Case, Family } from '../bench';

/** Of the kernel. */
const condition = 1e3;

/** The factor of one matrix, of a kernel as the theories meet them unless another is given. */
export const factor = (n: number, system = illConditioned('erf', n, condition, 1)): Case => {
  return {
    name: `Cholesky ${n}²`,
    operations: n ** 3 / 3,
    tolerance: 1e-3,
    contestants: [
      {
        peer: 'ours',
        prepare: ({ backend, outcome }) => {
          const a = backend.upload({ rows: n, columns: n }, system);
          return {
            run: () => {
              const made = backend.cholesky(a);
              return outcome(made.lower, made);
            },
            dispose: () => {
              a[Symbol.dispose]();
            },
          };
        },
      },
      {
        peer: 'jax-js',
        prepare: ({ jax, upload, outcome }) => {
          const a = upload([n, n], Float32Array.from(system));
          return {
            run: () => outcome(jax.lax.linalg.cholesky(a.ref)),
            dispose: () => {
              a.dispose();
            },
          };
        },
      },
    ],
  };
};

/** Factors of single matrices. */
export const cholesky: Family = {
  name: 'cholesky',
  cases: [128, 256, 512, 1024].map((n) => () => factor(n)),
  figures: (median) => [
    ...[512, 1024].map((n) => ({
      name: `Cholesky ${n}², speed over jax-js`,
      value: median(`Cholesky ${n}²`, 'jax-js') / median(`Cholesky ${n}²`, 'ours'),
      atLeast: 10,
    })),
    { name: 'Cholesky, time(1024) over time(512)', value: median('Cholesky 1024²', 'ours') / median('Cholesky 512²', 'ours'), atMost: 9 },
  ],
};
