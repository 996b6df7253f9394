import { expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { flowJackknife } from '../../support/flow-jackknife';
import { sampledFlow } from '../../support/plane-flow';

const seeds = [1, 2, 3, 4];
const particles = 256;

it.each([0.5, 5])(
  'the standard error is that of runs without each group of neurons, and no smaller than with the source run anew, too: δ = %d',
  { timeout: 300_000 },
  async (delta) => {
    const backend = await createCpuBackend({ threads: 1 });
    let [target, both] = [0, 0];
    for (const seed of seeds) {
      const [first, second] = await sampledFlow(backend, 0, particles, seed, [delta]);
      const exact = await flowJackknife(particles, seed, delta);
      const [source, reported] = [first?.stderr ?? NaN, second?.stderr ?? NaN];
      // Over 300 seeds from 0.87 to 1.4 times that of the source, from 0.8 to 1.1 that of the target.
      expect(source / exact.source, `source, seed ${seed}`).toBeGreaterThan(0.9);
      expect(source / exact.source, `source, seed ${seed}`).toBeLessThan(1.25);
      expect(Math.abs(reported / exact.target - 1), `target, seed ${seed}`).toBeLessThan(0.15);
      target += (reported / exact.target) ** 2 / seeds.length;
      both += (reported / exact.both) ** 2 / seeds.length;
    }
    expect(Math.abs(Math.sqrt(target) - 1)).toBeLessThan(0.1);
    expect(Math.sqrt(both)).toBeGreaterThan(1);
  },
);
