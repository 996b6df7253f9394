import { expect, test } from 'vitest';
import type { Backend } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { numbers } from './naive';

const n = 300;

const worked = async (backend: Backend): Promise<Float64Array[]> => {
  const a = backend.upload({ rows: n, columns: n }, numbers(n * n, 3));
  const product = backend.product(a, a);
  const system = backend.addDiagonal(backend.gram(a), 1);
  const factor = backend.cholesky(system);
  return Promise.all(
    [product, system, factor.lower, backend.solve(factor, a), backend.inverse(factor)].map((matrix) => backend.read(matrix)),
  );
};

test('the results are the same to the last bit with one, two and three threads', async () => {
  const [one, ...others] = await Promise.all(
    [1, 2, 3].map(async (threads) => {
      const backend = await createCpuBackend({ threads });
      expect(backend.adapter).toBe(`double precision, WebAssembly SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'}`);
      const found = await worked(backend);
      backend.dispose();
      return found;
    }),
  );
  for (const other of others) expect(other).toEqual(one);
});
