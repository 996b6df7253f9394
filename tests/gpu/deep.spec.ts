import type { DeepComparison } from '../support/deep';
import { expect, test } from './harness/test';

for (const [activation, depth, gamma] of [
  ['linear', 2, 2],
  ['linear', 4, 1],
  ['erf', 2, 3],
  ['relu', 2, 1],
] as const)
  test(`deep bayes, ${activation} of depth ${depth} at γ = ${gamma}, is within 3 % of an independent evaluation`, async ({ suite }) => {
    const found = await suite<DeepComparison>('deep', 'againstExact', { activation, depth, gamma, particles: 4096 });
    test.info().annotations.push({ type: 'exact, particles, standard error', description: `${found.exact} ${found.test} ${found.stderr}` });
    expect(found.left).toBeLessThan(1e-9);
    expect(found.kernel).toBeLessThan(0.03);
    expect(Math.abs(found.test / found.exact - 1)).toBeLessThan(0.03);
    expect(Math.abs(found.test - found.exact)).toBeLessThan(4 * found.stderr);
    expect(Math.abs(found.virial - 1)).toBeLessThan(0.05);
    expect(found.warnings).toEqual([]);
  });
