import { expect, test } from './harness/test';
import type { Disagreement } from './suites/theory';

/** Every disagreement above a tolerance, in words; an empty list is what is hoped for. */
const beyond = (all: readonly Disagreement[], tolerance: number): string[] =>
  all
    .filter(({ block, errors }) => !(block <= tolerance && errors <= tolerance))
    .map(({ name, block, errors, which }) => `${name}: block ${block.toExponential(1)}, ${which} error ${errors.toExponential(1)}`);

test('lazy kernels and their errors agree with the reference to 1e-4', async ({ suite }) => {
  const all = await suite<Disagreement[]>('theory', 'lazyKernels');
  expect(all).toHaveLength(5 * 2 * 2 * 3);
  expect(beyond(all, 1e-4)).toEqual([]);
});

test('the linear network of bayes agrees with the reference’s closed form to 1e-3, from lazy to rich and from free to frozen', async ({
  suite,
}) => {
  const all = await suite<Disagreement[]>('theory', 'bayesLinear');
  expect(all).toHaveLength(3 * 7);
  expect(beyond(all, 1e-3)).toEqual([]);
});
