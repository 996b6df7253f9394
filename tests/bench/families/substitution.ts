import { numbers } from '../../gpu/harness/suite';
import { illConditioned } from '../../gpu/harness/ill-conditioned';
import type { Case, Family } from '../bench';

/** The lower factor in double precision, rounded: the same triangle for every contestant. */
const lowerFactor = (a: Float32Array, n: number): Float32Array<ArrayBuffer> => {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j]!;
    }
  }
  return Float32Array.from(l);
};

const lowerSolve = (n: number, m: number): Case => {
  const system = illConditioned('erf', n, 1e3, 1);
  const right = numbers(n * m, 3);
  return {
    name: `triangular solve ${n}², ${m} right-hand sides`,
    operations: n * n * m,
    tolerance: 1e-3,
    contestants: [
      {
        peer: 'ours',
        prepare: ({ backend, outcome }) => {
          const a = backend.upload({ rows: n, columns: n }, system);
          const b = backend.upload({ rows: n, columns: m }, right);
          const factor = backend.cholesky(a);
          return {
            run: () => outcome(backend.solveLower(factor, b)),
            dispose: () => {
              for (const each of [a, b, factor]) each[Symbol.dispose]();
            },
          };
        },
      },
      {
        peer: 'jax-js',
        prepare: ({ jax, upload, outcome }) => {
          const lower = upload([n, n], lowerFactor(system, n));
          const b = upload([n, m], right);
          return {
            run: () => outcome(jax.lax.linalg.triangularSolve(lower.ref, b.ref, { leftSide: true, lower: true })),
            dispose: () => {
              lower.dispose();
              b.dispose();
            },
          };
        },
      },
    ],
  };
};

const many = 'triangular solve 512², 64 right-hand sides';

/** L⁻¹ B. */
export const substitution: Family = {
  name: 'substitution',
  cases: [1, 64].map((m) => () => lowerSolve(512, m)),
  figures: (median) => [{ name: `${many}, speed over jax-js`, value: median(many, 'jax-js') / median(many, 'ours'), atLeast: 5 }],
};
