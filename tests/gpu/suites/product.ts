import { numbers, withBackend } from '../harness/suite';

interface Speed {
  readonly adapter: string;
  readonly gigaflops: number;
}

/** Billions of operations a second for an n × n product by one variant: the best of `turns`. */
export const speed = (given: unknown): Promise<Speed> => {
  const { n, turns, variant } = given as { n: number; turns: number; variant: 'registers' | 'shared' };
  return withBackend(
    async (backend) => {
      using a = backend.upload({ rows: n, columns: n }, numbers(n * n, 1));
      using b = backend.upload({ rows: n, columns: n }, numbers(n * n, 2));
      let best = Infinity;
      for (let turn = 0; turn <= turns; turn++) {
        await backend.settle();
        const start = performance.now();
        using _c = backend.product(a, b, { transposeB: turn % 2 === 1 });
        await backend.settle();
        // The first turn makes the pipeline.
        if (turn > 0) best = Math.min(best, performance.now() - start);
      }
      return { adapter: backend.adapter, gigaflops: (2 * n ** 3) / best / 1e6 };
    },
    { product: variant },
  );
};
