import { expect, test } from './harness/test';
import type { HonestyGiven, RatioGiven, Ratios, RatiosGiven } from './suites/linalg';

/** LAPACK's threshold for its own tests. */
const threshold = 30;

const variants = ['registers', 'shared'] as const;
const activations = ['erf', 'relu'] as const;
const conditions = [1e3, 1e4, 1e5, 1e6, 1e7];

/**
 * Every size at every condition, alone and in threes, the two kernels in turn; in a batch of 64 at the middle condition; 512 and 1000 at the ends.
 * On a software adapter each of these takes its time: the full product of sizes, batches, conditions and kernels says no more.
 */
const systemsOf = (condition: number): RatioGiven[] => {
  const turn = conditions.indexOf(condition);
  const of = (sizes: readonly number[], batches: readonly number[]): RatioGiven[] =>
    sizes.flatMap((n, i) => batches.map((batch, j) => ({ activation: activations[(turn + i + j) % 2]!, n, batch, condition })));
  return [
    ...of([1, 2, 7, 31, 32, 33, 64, 100, 257], condition === 1e5 ? [1, 3, 64] : [1, 3]),
    ...(condition === 1e3 ? of([512], [1]) : []),
    ...(condition === 1e7 ? of([1000], [1]) : []),
  ];
};

const ratios = ['factor', 'one', 'many', 'halves', 'inverse', 'logDeterminant'] as const;

for (const variant of variants)
  for (const condition of conditions)
    test(`LAPACK's ratios, ${variant}, condition ${condition}`, async ({ suite }) => {
      const systems = systemsOf(condition);
      const given: RatiosGiven = { variant, systems };
      const results = await suite<Ratios[]>('linalg', 'ratios', given);
      expect(results).toHaveLength(systems.length);
      for (const ratio of ratios)
        test.info().annotations.push({ type: ratio, description: Math.max(...results.map((result) => result[ratio])).toPrecision(3) });
      results.forEach((result, i) => {
        const what = JSON.stringify(systems[i]);
        expect(result.failures, what).toEqual(Array(systems[i]?.batch).fill(-1));
        expect(result.above, `above the diagonal, ${what}`).toBe(0);
        expect(result.asymmetry, `asymmetry of the inverse, ${what}`).toBe(0);
        for (const ratio of ratios) expect(result[ratio], `${ratio}, ${what}`).toBeLessThan(threshold);
      });
    });

test('factors and right-hand sides are broadcast', async ({ suite }) => {
  // Condition 100 in f32: 100 · 2⁻²⁴ · a few.
  for (const error of await suite<number[]>('linalg', 'broadcast')) expect(error).toBeLessThan(3e-5);
});

for (const variant of variants) {
  for (const [n, bad] of [
    [1, 0],
    [7, 3],
    [33, 32],
    [100, 0],
    [100, 71],
    [257, 256],
  ] as const) {
    test(`a bad pivot ${bad} of ${n} is reported, and the device still works, ${variant}`, async ({ suite }) => {
      const given: HonestyGiven = { n, bad, variant };
      const result = await suite<{ failures: number[]; lasts: boolean[]; empty: string; after: number[] }>('linalg', 'honesty', given);
      expect(result.failures).toEqual([-1, bad, 0, bad, bad]);
      // Never silently a number: what stands after a bad pivot is not-a-number.
      expect(result.lasts).toEqual([true, false, false, false, false]);
      expect(result.empty).toContain('Problem: cholesky: the matrix must have at least one row');
      expect(result.after).toEqual([-1]);
    });
  }
}

test('a batch takes as many dispatches as one, or hardly more', async ({ suite }) => {
  const counts = async (n: number, batch: number) =>
    suite<{ together: number[]; apart: number[] }>('linalg', 'dispatches', { n, batch, variant: 'registers' });
  expect((await counts(64, 64)).together.slice(0, 2)).toEqual([2, 1]);
  const { together, apart } = await counts(128, 64);
  ['cholesky', 'solve', 'inverse', 'log determinant'].forEach((what, i) => {
    test.info().annotations.push({ type: what, description: `${together[i]} dispatches for 64, ${apart[i]} one by one` });
    expect(together[i]! * 20, what).toBeLessThanOrEqual(apart[i]!);
  });
});
