import { expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { flowCoverage } from '../../support/plane-flow';

it(
  'the standard error of 256 neurons covers the exact value in 90 % of 50 seeds at 2 σ, and is hardly wider than that takes',
  { timeout: 120_000 },
  async () => {
    const backend = createReferenceBackend();
    const seeds = 50;
    for (const { covered, width } of await flowCoverage(backend, 256, seeds, [0.5, 5])) {
      expect(covered / seeds).toBeGreaterThanOrEqual(0.9);
      expect(width).toBeLessThan(1.6);
    }
    expect(backend.liveBytes).toBe(0);
  },
);
