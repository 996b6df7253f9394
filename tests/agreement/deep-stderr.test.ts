import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { preactivations } from '$lib/theory/bayes/closed';
import { solveDeepTarget } from '$lib/theory/bayes/deep/linear/solve';
import { solveDeepSource } from '$lib/theory/bayes/deep/linear/source';
import { meanSquare } from '../support/plane';
import { deepSource, deepTarget, sixByFour, still } from '../support/deep-target';
import { bayesParameters } from '../support/task';

const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
const { source: first, target: second } = sixByFour;

/**
 * Twelve seeds of a deep target whose particles are followed in groups: how often the right test error is within one and two of its own standard
 * errors. Of linear networks the right one is exact; of erf it is the mean over seeds, so that a spread is seen and no bias.
 */
test.each([
  ['linear', 3],
  ['erf', 1],
] as const)('standard errors of deep %s targets at δ = %d hold what they promise over twelve seeds', async (activation, delta) => {
  const backend = await createCpuBackend({ threads: 1 });
  const seen: { readonly test: number; readonly stderr: number; readonly warned: number }[] = [];
  for (const seed of seeds) {
    const parameters = { ...bayesParameters, activation, depth: 2, temperature: 0.1, particles: 1024, seed };
    using source = await deepSource(backend, first, parameters);
    using kernel = await deepTarget(backend, { source, task: second, parameters, delta });
    const { test, stderr } = await kernel.errors(still);
    seen.push({ test, stderr: stderr!.test, warned: kernel.warnings.length });
  }
  backend.dispose();
  const mean = seen.reduce((sum, { test }) => sum + test / seeds.length, 0);
  const exact = solveDeepTarget(solveDeepSource(first, 1, 0.1, 2), second, { ...bayesParameters, depth: 2, temperature: 0.1 }, delta);
  const right = activation === 'linear' ? meanSquare(Array.from(preactivations(second.testInputs, exact.slope)), second.testLabels) : mean;
  const off = seen.map(({ test, stderr }) => Math.abs(test - right) / stderr);
  const within = (many: number): number => off.filter((share) => share < many).length;
  const spread = Math.sqrt(seen.reduce((sum, { test }) => sum + (test - mean) ** 2, 0) / (seeds.length - 1));
  const claimed = Math.sqrt(seen.reduce((sum, { stderr }) => sum + stderr ** 2 / seeds.length, 0));
  const warned = seen.filter(({ warned }) => warned > 0).length;
  console.log({ activation, right, mean, spread, claimed, 'within 1': within(1), 'within 2': within(2), warned, off });
  // Of twelve Gaussian ones, fewer than five are within 1 in two cases of a hundred, and fewer than nine within 2 in one of a thousand.
  expect(within(1)).toBeGreaterThanOrEqual(5);
  expect(within(2)).toBeGreaterThanOrEqual(9);
  expect(spread / claimed).toBeGreaterThan(0.4);
});
