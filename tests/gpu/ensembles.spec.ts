import { expect, test } from './harness/test';

const activations = ['linear', 'relu', 'erf', 'tanh', 'quadratic'] as const;

test('one step of networks of depth 1 to 3 moves every layer as the reference does', async ({ suite }) => {
  const results = await suite<{ depth: number; activation: string; error: number }[]>('ensembles', 'layers', {
    depths: [1, 2, 3],
    activations,
  });
  expect(results).toHaveLength(15);
  for (const { depth, activation, error } of results) expect(error, `${activation}, depth ${depth}`).toBeLessThan(1e-3);
});

for (const [method, tolerance] of [
  // Fifty short steps in single precision.
  ['gradient', 1e-4],
  ['readout', 0.05],
  // The same noise, but trajectories accepted on one machine may not be on the other: then only the law is the same.
  ['langevin', 0.5],
] as const)
  test(`an ensemble by ${method}: as on the reference, and stopped at every slice the same to the last bit`, async ({ suite }) => {
    const { error, same, pauses } = await suite<{ error: number; same: boolean; pauses: number }>('ensembles', 'ensembles', method);
    expect(same).toBe(true);
    expect(pauses).toBeGreaterThan(2);
    expect(error).toBeLessThan(tolerance);
  });

test('a stop is heard before many networks have looked at their test set', async ({ suite }) => {
  // Their weights are drawn and their outputs on the training set computed: not those on the test set, half as many again, too.
  expect(await suite<number>('ensembles', 'firstWait')).toBeLessThan(2);
});

test('a stop is heard within each evaluation of the posterior of many networks', async ({ suite }) => {
  const { most, looks, progress } = await suite<{ most: number; looks: number; progress: number }>('ensembles', 'langevinLooks');
  expect(looks).toBe(15);
  expect(progress).toBe(0);
  expect(most).toBeLessThan(0.6);
});
