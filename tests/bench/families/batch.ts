import type { Factor } from '$lib/backend/backend';
import { illConditioned } from '../../gpu/harness/ill-conditioned';
import { numbers } from '../../gpu/harness/suite';
import type { Case, Contestant, Family, Outcome } from '../bench';

const together = (batch: number, n: number, systems: Float32Array, right: Float32Array): Contestant => ({
  peer: 'ours',
  prepare: ({ backend, outcome }) => {
    const a = backend.upload({ batch, rows: n, columns: n }, systems);
    const b = backend.upload({ batch, rows: n, columns: 1 }, right);
    return {
      run: () => {
        const factor = backend.cholesky(a);
        return outcome(backend.solve(factor, b), factor);
      },
      dispose: () => {
        a[Symbol.dispose]();
        b[Symbol.dispose]();
      },
    };
  },
});

const inTurn = (batch: number, n: number, systems: Float32Array, right: Float32Array): Contestant => ({
  peer: 'ours',
  label: 'one after another',
  prepare: ({ backend }) => {
    const entries = Array.from({ length: batch }, (_, i) => ({
      a: backend.upload({ rows: n, columns: n }, systems.slice(i * n * n, (i + 1) * n * n)),
      b: backend.upload({ rows: n, columns: 1 }, right.slice(i * n, (i + 1) * n)),
    }));
    return {
      run: (): Outcome => {
        const solutions = entries.map(({ a, b }) => {
          using factor: Factor = backend.cholesky(a);
          return backend.solve(factor, b);
        });
        return {
          values: async () => {
            const all: number[] = [];
            for (const solution of solutions) all.push(...(await backend.read(solution)));
            return all;
          },
          dispose: () => {
            for (const solution of solutions) solution[Symbol.dispose]();
          },
        };
      },
      dispose: () => {
        for (const { a, b } of entries) {
          a[Symbol.dispose]();
          b[Symbol.dispose]();
        }
      },
    };
  },
});

const jaxTogether = (batch: number, n: number, systems: Float32Array<ArrayBuffer>, right: Float32Array<ArrayBuffer>): Contestant => ({
  peer: 'jax-js',
  prepare: ({ jax, upload, outcome }) => {
    const a = upload([batch, n, n], systems);
    const b = upload([batch, n, 1], right);
    const { cholesky, triangularSolve } = jax.lax.linalg;
    return {
      run: () => {
        const lower = cholesky(a.ref);
        const half = triangularSolve(lower.ref, b.ref, { leftSide: true, lower: true });
        return outcome(triangularSolve(lower, half, { leftSide: true, lower: true, transposeA: true }));
      },
      dispose: () => {
        a.dispose();
        b.dispose();
      },
    };
  },
});

/** `together` alone where the others would take too long. */
export const systemsAtOnce = (batch: number, n: number, alone = false): Case => {
  const systems = new Float32Array(batch * n * n);
  for (let i = 0; i < batch; i++) systems.set(illConditioned('erf', n, 1e3, i + 1), i * n * n);
  const right = numbers(batch * n, 4);
  return {
    name: `${batch} systems of ${n}²`,
    operations: batch * (n ** 3 / 3 + 2 * n ** 2),
    tolerance: 1e-2,
    contestants: [
      together(batch, n, systems, right),
      ...(alone ? [] : [inTurn(batch, n, systems, right), jaxTogether(batch, n, systems, right)]),
    ],
  };
};

const name = '64 systems of 128²';
const alone = 'one after another';

/** Many small systems, each factored and solved for one right-hand side. */
export const batch: Family = {
  name: 'batch',
  cases: [() => systemsAtOnce(64, 128)],
  figures: (median, timingOf) => {
    const few = timingOf(name, 'ours')?.dispatches ?? NaN;
    const many = timingOf(name, 'ours', alone)?.dispatches ?? NaN;
    return [
      { name: `${name}, speed over one after another`, value: median(name, 'ours', alone) / median(name, 'ours'), atLeast: 2 },
      { name: `${name}, dispatches over one after another`, value: few / many, atMost: 1 / 20 },
    ];
  },
};
