import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { compareWithGrid } from '../../../support/few-directions';
import truths from './truth.json';

const backend = await createCpuBackend({ threads: 1 });

// The truth is from truth.py: sums over cubic grids in NumPy. Particles alone were off by 19 % (erf), 12 % (tanh), 7 % (erf), 11 and 7 % (relu) in the
// targets' kernels.
describe.each([0, 1, 2, 4, 5, 8].map((index) => truths[index]!))(
  'three directions, $source → $target, $activation, γ = $gamma, δ = $delta',
  (given) => {
    it('source and target are those of a grid', { timeout: 300_000 }, async () => {
      const found = await compareWithGrid(backend, given, 3, 3);
      for (const { kernel, eigen, alignment, test, sigmas, samples, warnings } of found) {
        expect(warnings).toEqual([]);
        expect(samples).toBeGreaterThan(1000);
        expect(kernel).toBeLessThan(0.03);
        expect(eigen).toBeLessThan(0.03);
        expect(alignment).toBeLessThan(0.03);
        expect(Math.min(test / 0.03, sigmas / 3)).toBeLessThan(1);
      }
    });
  },
);
