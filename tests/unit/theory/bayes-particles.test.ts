import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { classSource, classTarget } from '../../support/plane';
import { compareWithQuadrature, coverage } from '../../support/plane-theory';

// These tasks span two directions: their laws are found by quadrature (`bayes/coupled`), and particles carry them on to test examples.
describe.each([
  ['erf', 0.5, 4096],
  ['erf', 2, 16384],
  ['relu', 0.5, 4096],
  ['relu', 2, 4096],
  ['tanh', 0.5, 4096],
  ['tanh', 2, 16384],
] as const)('laws over two directions against an independent quadrature: %s', (activation, gamma, particles) => {
  it(`γ = ${gamma}, ${particles} particles`, { timeout: 300_000 }, async () => {
    const backend = await createCpuBackend({ threads: 1 });
    const points = await compareWithQuadrature(backend, activation, gamma, particles);
    for (const [index, { exact, test, stderr, warnings }] of points.entries()) {
      expect(Math.abs(test / exact - 1), `point ${index}`).toBeLessThan(0.03);
      expect(Math.abs(test - exact), `point ${index}`).toBeLessThan(4 * stderr);
      expect(warnings).toEqual([]);
    }
    expect(backend.liveBytes).toBe(0);
  });
});

it('the wells of classes learned richly are filled as an independent quadrature fills them', { timeout: 300_000 }, async () => {
  const backend = await createCpuBackend({ threads: 1 });
  const points = await compareWithQuadrature(backend, 'erf', 2, 4096, [classSource, classTarget]);
  for (const [index, { exact, test, stderr }] of points.entries()) {
    expect(Math.abs(test / exact - 1), `point ${index}`).toBeLessThan(0.02);
    expect(Math.abs(test - exact), `point ${index}`).toBeLessThan(4 * stderr);
  }
});

it('the standard error of 128 particles covers the exact value in 90 % of 50 seeds at 2 σ', { timeout: 300_000 }, async () => {
  const backend = await createCpuBackend({ threads: 1 });
  for (const share of await coverage(backend, 'erf', 2, 128, 50)) expect(share).toBeGreaterThanOrEqual(0.9);
  expect(backend.liveBytes).toBe(0);
});
