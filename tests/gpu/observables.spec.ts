import { expect, test } from './harness/test';
import type { Apart, Sampled } from './suites/observables';

test('kernels on other inputs and the variance of pre-activations agree with the reference to 1e-4', async ({ suite }) => {
  const all = await suite<Apart[]>('observables', 'exactKernels');
  expect(all).toHaveLength(3);
  expect(all.filter(({ block, prior, variance }) => !(block <= 1e-4 && prior <= 1e-4 && variance <= 1e-4))).toEqual([]);
});

test('a sampled kernel made anew on its own inputs is itself; its samples of h have its diagonal', async ({ suite }) => {
  const { block, ratio, widened } = await suite<Sampled>('observables', 'sampledKernel');
  expect(block).toBeLessThan(1e-5);
  // The block has its control variate, the plain mean of the samples has not: a few per cent of Monte-Carlo noise lie between.
  expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
  expect(widened).toBeGreaterThan(1.05);
});
