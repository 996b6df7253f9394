import { expect, test } from './harness/test';
import type { Comparison } from './suites/proportional';

for (const temperature of [0.1, 1e-3])
  test(`proportional targets agree with a dense evaluation to 1e-3 at T = ${temperature}`, async ({ suite }) => {
    const all = await suite<Comparison[]>('proportional', 'againstDense', temperature);
    expect(all).toHaveLength(2 * 2 * 4);
    expect(all.filter(({ apart }) => !(apart <= 1e-3))).toEqual([]);
  });
