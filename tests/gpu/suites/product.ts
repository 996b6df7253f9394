import { numbers, withBackend } from '../harness/suite';

export interface Speeds {
  readonly adapter: string;
  /** The variant taken for this kind of adapter. */
  readonly chosen: 'registers' | 'shared';
  /** Billions of operations a second. */
  readonly registers: number;
  readonly shared: number;
}

const variants = ['registers', 'shared'] as const;

/** Speeds of n × n products by both variants, measured in turns so that both meet the same load: the best of `turns`. */
export const speeds = async (given: unknown): Promise<Speeds> => {
  const { n, turns } = given as { n: number; turns: number };
  const best = { registers: Infinity, shared: Infinity };
  const about = { adapter: '', software: false };
  for (let turn = 0; turn < turns; turn++) {
    for (const variant of variants) {
      await withBackend(
        async (backend) => {
          Object.assign(about, { adapter: backend.adapter, software: backend.software });
          using a = backend.upload({ rows: n, columns: n }, numbers(n * n, 1));
          using b = backend.upload({ rows: n, columns: n }, numbers(n * n, 2));
          // The first makes the pipeline.
          for (const counts of [false, true, true, true]) {
            await backend.settle();
            const start = performance.now();
            using _c = backend.product(a, b);
            await backend.settle();
            if (counts) best[variant] = Math.min(best[variant], performance.now() - start);
          }
        },
        { product: variant },
      );
    }
  }
  const speed = (milliseconds: number): number => (2 * n ** 3) / milliseconds / 1e6;
  return {
    adapter: about.adapter,
    chosen: about.software ? 'registers' : 'shared',
    registers: speed(best.registers),
    shared: speed(best.shared),
  };
};
