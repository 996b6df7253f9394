import { expect, test } from './harness/test';
import type { FaultResult } from '../support/lazy-faults';
import type { Comparison } from '../support/plane-theory';
import type { Disagreement, Repetition } from './suites/theory';

/** Every disagreement above a tolerance, in words; empty when all is well. */
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

test('deep linear networks of bayes agree with the reference’s saddle to 1e-3, in every layer and at every δ', async ({ suite }) => {
  const all = await suite<Disagreement[]>('theory', 'bayesDeepLinear');
  expect(all).toHaveLength(2 * (3 * 7 + 2 + 3 + 4));
  expect(beyond(all, 1e-3)).toEqual([]);
});

test('every theory gives the same for the same seed on a backend of its own, to rounding, and what is sampled another for another', async ({
  suite,
}) => {
  for (const { name, same, other } of await suite<Repetition[]>('theory', 'repeated')) {
    test.info().annotations.push({ type: `${name}: same seed, other seed`, description: `${same} ${other}` });
    expect(same, name).toBeLessThan(1e-6);
    if (['bayes', 'bayes of depth 2', 'flow'].includes(name)) expect(other, name).toBeGreaterThan(1e-3);
    else expect(other, name).toBeLessThan(1e-6);
  }
});

// Statistics of many particles and of many seeds are those of the cpu engine: tests/unit/theory/bayes-particles.test.ts.
test('1024 particles are within 10 % and 4 σ of quadrature: erf, γ = 2', async ({ suite }) => {
  const all = await suite<Comparison[]>('theory', 'bayesParticles', { activation: 'erf', gamma: 2, particles: 1024 });
  expect(all).toHaveLength(4);
  for (const { exact, test: error, stderr, moved } of all) {
    expect(moved).toBe(true);
    test.info().annotations.push({ type: 'exact, particles, standard error', description: `${exact} ${error} ${stderr}` });
    expect(Math.abs(error / exact - 1)).toBeLessThan(0.1);
    expect(Math.abs(error - exact)).toBeLessThan(4 * stderr);
  }
});

test('lazy kernels of difficult inputs are right with a companion in double precision, and right or warned of without', async ({
  suite,
}) => {
  const results = await suite<{ name: string; alone: FaultResult; together: FaultResult }[]>('theory', 'lazyFaultResults');
  test.info().annotations.push({ type: 'errors', description: JSON.stringify(results) });
  for (const { name, alone, together } of results) {
    expect(together.problem, name).toBeUndefined();
    expect(together.warnings, name).toEqual([]);
    expect(together.off, `${name} ${JSON.stringify(together)}`).toBeLessThan(1e-3);
    if (alone.problem === undefined && alone.warnings.length === 0)
      expect(alone.off, `${name} ${JSON.stringify(alone)}`).toBeLessThan(0.05);
  }
});
