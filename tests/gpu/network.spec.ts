import { expect, test } from './harness/test';
import type { FeaturesFigures, FeaturesGiven, FeaturesSuite, ParticlesGiven, ParticlesSuite } from './suites/network';

const activations = ['linear', 'relu', 'erf', 'tanh', 'quadratic'] as const;

for (const activation of activations) {
  test(`features of ${activation} neurons agree with the reference at sizes that are no multiple of a tile`, async ({ suite }) => {
    const given: FeaturesGiven[] = (
      [
        [1, 1, 1, [1, 1]],
        [8, 8, 8, [1, 1]],
        [37, 31, 65, [1, 1]],
        [64, 12, 64, [3, 1]],
        [9, 150, 2, [1, 3]],
        [130, 257, 33, [2, 2]],
      ] as const
    ).map(([particles, examples, dimension, batches]) => ({ activation, particles, examples, dimension, batches }));
    const results = await suite<FeaturesFigures[]>('network', 'features', { runs: given } satisfies FeaturesSuite);
    results.forEach((result, i) => {
      const what = JSON.stringify(given[i]);
      // A sum of D ≤ 65 terms in f32, errors of √D ε at most a few times the entries' size, and the activation's own few ULP.
      expect(result.values, what).toBeLessThan(2e-6);
      // A step function jumps where h is rounded across 0; elsewhere as the values.
      expect(result.slopes, what).toBeLessThan(2e-6);
      expect(result.shifted, what).toBeLessThan(2e-6);
      expect(result.alone, what).toBe(0);
    });
  });
}

const base = { anchored: true, shared: true, dt: 0.05, steps: 1 } as const;

const sweep = [
  { gamma: 0.1, temperature: 0.1, delta: 0 },
  { gamma: 2, temperature: 0.1, delta: 0.3 },
  { gamma: 1, temperature: 0.2, delta: 1000 },
];

/**
 * Rounding grows along a run: at γ = 2 and T = 0.1 and dt = 0.05, 31 random labels on 101 particles amplify a perturbation of the start in
 * twenty steps by 10² (relu, quadratic), 10⁴ (tanh) or 10⁶ (erf), measured on the reference. Twenty steps are compared where the dynamics
 * is calm: there each step adds its own rounding and no more.
 */
const calm = [
  { gamma: 0.1, temperature: 0.5, delta: 0 },
  { gamma: 1, temperature: 0.5, delta: 0.3 },
  { gamma: 1, temperature: 1, delta: 1000 },
];

const cases = (activation: (typeof activations)[number], steps: number): ParticlesGiven[] => {
  const points = steps > 1 ? calm : sweep;
  const common = { ...base, activation, steps, points };
  return [
    { ...common, particles: 1, examples: 1, dimension: 1 },
    { ...common, particles: 128, examples: 12, dimension: 64 },
    { ...common, particles: 101, examples: 31, dimension: 7, shared: false },
    { ...common, particles: 300, examples: 66, dimension: 33, points: points.slice(1, 2) },
    { ...common, particles: 77, examples: 12, dimension: 5, points: [{ ...points[1]!, delta: 0 }], anchored: false },
  ];
};

interface Errors {
  readonly weights: number;
  readonly dual: number;
  readonly average: number;
  readonly moved: number;
}

for (const activation of activations) {
  for (const steps of [1, 20]) {
    test(`${steps} particle ${steps === 1 ? 'step' : 'steps'}, ${activation}, against the reference`, async ({ suite }) => {
      // The systems of `sweep` have condition numbers near 10³, those of `calm` near 10²; times 2⁻²⁴ and a little.
      const tolerance = steps > 1 ? 1e-5 : 1e-4;
      const given = cases(activation, steps);
      const results = await suite<Errors[]>('network', 'particles', { variant: 'registers', runs: given } satisfies ParticlesSuite);
      results.forEach((result, i) => {
        const what = JSON.stringify({ ...given[i], result });
        expect(result.moved, what).toBeGreaterThan(0.01);
        expect(result.weights, what).toBeLessThan(tolerance);
        expect(result.dual, what).toBeLessThan(tolerance);
        expect(result.average, what).toBeLessThan(tolerance);
      });
    });
  }
}

test("the sheet's own sizes: 150 and 257 examples", async ({ suite }) => {
  const given: ParticlesGiven[] = [150, 257].map((examples) => ({
    ...base,
    activation: 'erf',
    particles: 512,
    examples,
    dimension: 64,
    steps: 3,
    anchored: false,
    points: [{ gamma: 2, temperature: 0.1, delta: 0 }],
  }));
  for (const result of await suite<Errors[]>('network', 'particles', { variant: 'registers', runs: given } satisfies ParticlesSuite)) {
    expect(result.weights).toBeLessThan(1e-4);
    expect(result.dual).toBeLessThan(1e-4);
  }
});

test('products and factorisations in workgroup memory give the same particle steps', async ({ suite }) => {
  const given: ParticlesSuite = { variant: 'shared', runs: [...cases('erf', 20), ...cases('relu', 20)] };
  const results = await suite<Errors[]>('network', 'particles', given);
  expect(results).toHaveLength(given.runs.length);
  for (const result of results) {
    expect(result.moved).toBeGreaterThan(0.01);
    expect(result.weights).toBeLessThan(1e-5);
    expect(result.dual).toBeLessThan(1e-5);
  }
});

test('particle steps are the same twice, in slices, and in a batch or alone', async ({ suite }) => {
  const given: ParticlesGiven = {
    ...base,
    activation: 'erf',
    steps: 6,
    particles: 101,
    examples: 31,
    dimension: 7,
    points: sweep,
    shared: false,
  };
  const result = await suite<{ again: boolean; sliced: boolean; alone: number }>('network', 'repeatable', given);
  expect(result.again).toBe(true);
  expect(result.sliced).toBe(true);
  // Shares of the sum over particles depend on the batch: the order of summation differs, nothing else.
  expect(result.alone).toBeLessThan(1e-5);
});

test('a system that is not positive definite gives not-a-number, for its sweep point alone', async ({ suite }) => {
  for (const examples of [12, 70]) {
    const points = [sweep[1]!, { gamma: 1, temperature: -50, delta: 0.3 }, sweep[2]!];
    const given: ParticlesGiven = { ...base, activation: 'tanh', particles: 64, examples, dimension: 9, points };
    expect(await suite('network', 'failing', given)).toEqual([
      { nan: false, finite: true },
      { nan: true, finite: false },
      { nan: false, finite: true },
    ]);
  }
});

test('a step takes few dispatches, whatever the batch', async ({ suite }) => {
  const given: ParticlesGiven = { ...base, activation: 'erf', particles: 64, examples: 12, dimension: 9, points: sweep };
  // Diffuse, features, two projections, system in two, factor, solve, average, kick.
  expect(await suite('network', 'dispatches', given)).toBe(10);
});
