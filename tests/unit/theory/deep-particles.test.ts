import { expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { compareDeep } from '../../support/deep';

it.each([
  ['linear', 2, 2],
  ['linear', 4, 1],
  ['erf', 2, 3],
  ['relu', 2, 1],
] as const)(
  'deep bayes, %s of depth %d at γ = %d, agrees with an independent evaluation within 0.03',
  { timeout: 300_000 },
  async (activation, depth, gamma) => {
    const backend = await createCpuBackend({ threads: 1 });
    const { left, kernel, exact, test, stderr, virial, warnings } = await compareDeep(backend, activation, depth, gamma, 4096);
    expect(left).toBeLessThan(1e-9);
    expect(kernel).toBeLessThan(0.03);
    expect(Math.abs(test / exact - 1)).toBeLessThan(0.03);
    expect(Math.abs(test - exact)).toBeLessThan(4 * stderr);
    expect(Math.abs(virial - 1)).toBeLessThan(0.05);
    expect(warnings).toEqual([]);
    expect(backend.liveBytes).toBe(0);
  },
);
