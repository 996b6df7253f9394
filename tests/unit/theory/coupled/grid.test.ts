import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import pairs from '../../../agreement/grid.json';
import { compareWithGrid } from '../../../support/few-directions';

const backend = await createCpuBackend({ threads: 1 });

// The cheapest pairs of `npm run agreement -- grid`; their right values are from tests/agreement/grid.py.
describe.each([5, 8, 9, 11, 12, 13, 14].map((index) => pairs[index]!))(
  '$source → $target, $activation, γ = $gamma, T = $temperature, δ = $delta, in ten dimensions',
  (given) => {
    it('source and target agree with square grids', async () => {
      for (const { kernel, eigen, alignment, test, sigmas, warnings } of await compareWithGrid(backend, given, 2, 10)) {
        expect(warnings).toEqual([]);
        expect(kernel).toBeLessThan(0.01);
        expect(eigen).toBeLessThan(0.01);
        expect(alignment).toBeLessThan(0.01);
        expect(Math.min(test / 0.03, sigmas / 3)).toBeLessThan(1);
      }
    });
  },
);
