import { illConditioned } from '../../gpu/harness/ill-conditioned';
import type { Case, Family } from '../bench';

const inverseOf = (n: number): Case => {
  const system = illConditioned('erf', n, 1e3, 1);
  return {
    name: `inverse ${n}²`,
    operations: n ** 3,
    tolerance: 1e-2,
    contestants: [
      {
        peer: 'ours',
        prepare: ({ backend, outcome }) => {
          const a = backend.upload({ rows: n, columns: n }, system);
          return {
            run: () => {
              const factor = backend.cholesky(a);
              return outcome(backend.inverse(factor), factor);
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
            run: () => outcome(jax.numpy.linalg.inv(a.ref)),
            dispose: () => {
              a.dispose();
            },
          };
        },
      },
    ],
  };
};

/** A⁻¹ from A, the factorisation included. */
export const inverse: Family = {
  name: 'inverse',
  cases: [() => inverseOf(512)],
  figures: (median) => [
    { name: 'inverse 512² over Cholesky 512²', value: median('inverse 512²', 'ours') / median('Cholesky 512²', 'ours'), atMost: 4 },
  ],
};
