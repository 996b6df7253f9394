import type { DeepComparison } from '../support/deep';
import { expect, test } from './harness/test';

// Statistics of many particles are those of the cpu engine: tests/unit/theory/deep-particles.test.ts.
test('deep bayes, erf of depth 2 with 512 particles, is within 10 % and 4 σ of quadrature', async ({ suite }) => {
  const given = { activation: 'erf', depth: 2, gamma: 2, particles: 512 };
  const found = await suite<DeepComparison>('deep', 'againstExact', given);
  test.info().annotations.push({ type: 'exact, particles, standard error', description: `${found.exact} ${found.test} ${found.stderr}` });
  expect(found.left).toBeLessThan(1e-9);
  expect(found.kernel).toBeLessThan(0.1);
  expect(Math.abs(found.test / found.exact - 1)).toBeLessThan(0.1);
  expect(Math.abs(found.test - found.exact)).toBeLessThan(4 * found.stderr);
  expect(Math.abs(found.virial - 1)).toBeLessThan(0.05);
});
