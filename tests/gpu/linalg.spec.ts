import { expect, test } from './harness/test';
import type { HonestyGiven, RatioGiven, Ratios, RatiosGiven } from './suites/linalg';

/** LAPACK's threshold for its own tests. */
const threshold = 30;

const sizes = [1, 2, 7, 31, 32, 33, 64, 100, 257];

const variants = ['registers', 'shared'] as const;

const systemsOf = (activation: 'erf' | 'relu', condition: number): RatioGiven[] =>
  sizes.flatMap((n) => [1, 3, 64].filter((batch) => batch < 64 || n <= 64).map((batch) => ({ activation, n, batch, condition })));

for (const variant of variants) {
  for (const activation of ['erf', 'relu'] as const) {
    // The variants differ in the factorisation alone: the second is tried at both ends.
    for (const condition of variant === 'registers' ? [1e3, 1e4, 1e5, 1e6] : [1e3, 1e6]) {
      test(`LAPACK's ratios, ${variant}, ${activation} kernel, condition ${condition}`, async ({ suite }) => {
        const systems = systemsOf(activation, condition);
        const given: RatiosGiven = { variant, systems };
        const results = await suite<Ratios[]>('linalg', 'ratios', given);
        expect(results).toHaveLength(systems.length);
        results.forEach((result, i) => {
          const what = JSON.stringify(systems[i]);
          expect(result.failures, what).toEqual(Array(systems[i]?.batch).fill(-1));
          expect(result.above, `above the diagonal, ${what}`).toBe(0);
          expect(result.asymmetry, `asymmetry of the inverse, ${what}`).toBe(0);
          for (const ratio of ['factor', 'one', 'many', 'halves', 'inverse', 'logDeterminant'] as const) {
            expect(result[ratio], `${ratio}, ${what}`).toBeLessThan(threshold);
          }
        });
      });
    }
  }
}

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

test('small systems take as many dispatches in a batch as alone, and few', async ({ suite }) => {
  expect(await suite('linalg', 'dispatches', { n: 64, batch: 64 })).toEqual({ cholesky: 2, solve: 1 });
  expect(await suite('linalg', 'dispatches', { n: 128, batch: 1 })).toEqual(await suite('linalg', 'dispatches', { n: 128, batch: 16 }));
});
