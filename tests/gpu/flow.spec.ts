import { activations } from '../../src/lib/base/activation';
import { exactFlow } from '../support/exact-flow';
import type { FlowComparison } from '../support/plane-flow';
import { expect, test } from './harness/test';
import type { CutFigures, FlowFigures, FlowGiven, FlowSuite } from './suites/flow';

const points = [
  { gamma: 0.5, decay: 0, delta: 0.3 },
  { gamma: 2, decay: 0.1, delta: 1e6 },
  { gamma: 1, decay: 0.02, delta: Infinity },
];
// Points take steps of their own, one of them none, an Euler step among them.
const steps = [
  [
    { dt: 0.02, stages: 3 },
    { dt: 0.05, stages: 5 },
  ],
  [],
  [
    { dt: 0.01, stages: 1 },
    { dt: 0.03, stages: 4 },
    { dt: 0.02, stages: 3 },
  ],
];

const cases = (activation: (typeof activations)[number]): FlowGiven[] => {
  const common = { activation, anchored: true, shared: true, points, steps };
  return [
    { ...common, particles: 1, examples: 1, dimension: 1 },
    { ...common, particles: 257, examples: 12, dimension: 33 },
    { ...common, particles: 100, examples: 31, dimension: 7, shared: false },
    { ...common, particles: 33, examples: 66, dimension: 9, points: points.slice(1, 2), steps: steps.slice(2) },
    { ...common, particles: 64, examples: 257, dimension: 5, points: points.slice(2), steps: steps.slice(2) },
    {
      ...common,
      particles: 77,
      examples: 12,
      dimension: 5,
      points: [{ gamma: 1, decay: 0, delta: 0 }],
      steps: steps.slice(0, 1),
      anchored: false,
    },
  ];
};

for (const activation of activations)
  test(`gradient flow of ${activation} neurons agrees with the reference`, async ({ suite }) => {
    const given = cases(activation);
    const results = await suite<FlowFigures[]>('flow', 'flow', { runs: given } satisfies FlowSuite);
    results.forEach(({ weights, readout, path, alone, sliced }, i) => {
      const what = `${JSON.stringify(given[i])} ${JSON.stringify(results[i])}`;
      expect(weights, what).toBeLessThan(1e-5);
      expect(readout, what).toBeLessThan(1e-5);
      // Squares of small differences of f32 numbers.
      expect(path, what).toBeLessThan(1e-3);
      expect(alone, what).toBe(0);
      expect(sliced, what).toBe(0);
    });
  });

test(`gradient flow cut into small dispatches, and stopped in the middle of evaluations, comes to the same numbers`, async ({ suite }) => {
  // A software adapter takes its time over barriers: the largest stands for all.
  const flows = cases('erf').slice(1, 2);
  const results = await suite<CutFigures[]>('flow', 'cut', { flows, workLimit: 20_000 });
  expect(results).toHaveLength(flows.length);
  results.forEach(({ apart, stops, more }, i) => {
    const what = `${JSON.stringify(flows[i])} ${JSON.stringify(results[i])}`;
    expect(apart, what).toBe(0);
    // Tiles of sixty-four particles.
    expect(stops, what).toBeGreaterThanOrEqual(5);
    if (i === 0) expect(more, what).toBeGreaterThan(5);
  });
});

test('a sweep of 24 points of gradient flow takes as many dispatches as one point', async ({ suite }) => {
  const one: FlowGiven = {
    activation: 'erf',
    particles: 64,
    examples: 12,
    dimension: 12,
    points: points.slice(0, 1),
    steps: steps.slice(0, 1),
    anchored: true,
    shared: true,
  };
  const many = {
    ...one,
    points: Array.from({ length: 24 }, (_, i) => ({ gamma: 1, decay: 0, delta: i })),
    steps: Array.from({ length: 24 }, () => steps[0]!),
  };
  const [single, sweep] = await suite<FlowFigures[]>('flow', 'flow', { runs: [one, many] } satisfies FlowSuite);
  // Five for each of eight evaluations, and what takes the state in and out.
  expect(single?.dispatches).toBeLessThan(5 * 8 + 8);
  expect(sweep?.dispatches).toBe(single?.dispatches);
});

// Statistics of many particles are those of the cpu engine: tests/unit/theory/flow-particles.test.ts.
test('flow of 1024 particles with weight decay is within 15 % and 4 σ of quadrature, source and target', async ({ suite }) => {
  const exact = exactFlow(0.02, [0.5]);
  const sampled = await suite<FlowComparison[]>('flow', 'plane', { weightDecay: 0.02, particles: 1024, deltas: [0.5] });
  expect(sampled).toHaveLength(exact.length);
  sampled.forEach(({ test: error, stderr, balance }, i) => {
    expect(Math.abs(error / exact[i]! - 1), `${error} ± ${stderr} against ${exact[i]}`).toBeLessThan(0.15);
    expect(Math.abs(error - exact[i]!)).toBeLessThan(4 * stderr + 0.01 * exact[i]!);
    expect(Math.abs(balance - 1)).toBeLessThan(0.02);
  });
});

test('a sweep of flow costs a fraction of its points one by one, and twice the particles no more dispatches than twice', async ({
  suite,
}) => {
  const { first, single, sweep, twice } = await suite<Record<'first' | 'single' | 'sweep' | 'twice', number>>('flow', 'cost');
  test.info().annotations.push({ type: 'cost', description: JSON.stringify({ first, single, sweep, twice }) });
  expect(sweep).toBeLessThan(8 * single);
  expect(twice).toBeLessThan(1.2 * first);
});

test('a sweep of flow stops when it is told to and leaves nothing behind', async ({ suite }) => {
  const { aborted, after } = await suite<{ aborted: boolean; after: number }>('flow', 'cancelled');
  test.info().annotations.push({ type: 'milliseconds to stop', description: String(after) });
  expect(aborted).toBe(true);
});
