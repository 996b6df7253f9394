import { expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { exactFlow } from '../../support/exact-flow';
import { flowCoverage, sampledFlow } from '../../support/plane-flow';

it(
  'the standard error of 256 neurons covers the exact value in 90 % of 50 seeds at 2 σ, and is hardly wider than that takes',
  { timeout: 300_000 },
  async () => {
    const backend = await createCpuBackend({ threads: 1 });
    const seeds = 50;
    for (const { covered, width } of await flowCoverage(backend, 256, seeds, [0.5, 5])) {
      expect(covered / seeds).toBeGreaterThanOrEqual(0.9);
      expect(width).toBeLessThan(1.6);
    }
    expect(backend.liveBytes).toBe(0);
  },
);

it.each([0, 0.02])(
  'flow of 16384 particles agrees with quadrature within 0.04, source and δ ∈ {0, 0.5, 5}, weight decay %d',
  { timeout: 300_000 },
  async (weightDecay) => {
    const backend = await createCpuBackend({ threads: 1 });
    const exact = exactFlow(weightDecay);
    const sampled = await sampledFlow(backend, weightDecay, 16384);
    expect(sampled).toHaveLength(exact.length);
    for (const [i, { test, stderr, balance, warnings }] of sampled.entries()) {
      expect(Math.abs(test / exact[i]! - 1), `${test} ± ${stderr} against ${exact[i]}`).toBeLessThan(0.04);
      // The quadrature itself is right to about a hundredth.
      expect(Math.abs(test - exact[i]!)).toBeLessThan(4 * stderr + 0.01 * exact[i]!);
      expect(Math.abs(balance - 1)).toBeLessThan(0.02);
      // A run of time 4 with decay 0.02 is far from rest and says so; nothing else is to be said.
      expect(warnings).toEqual(
        weightDecay === 0 ? [] : [expect.stringMatching(/^weight decay has not brought the run to rest in time 4: /)],
      );
    }
    expect(backend.liveBytes).toBe(0);
  },
);
