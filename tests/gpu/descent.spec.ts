import { expect, test } from './harness/test';
import type { DescentGiven, DescentSuite } from './suites/descent';

const activations = ['linear', 'relu', 'erf', 'tanh', 'quadratic'] as const;

const variants = ['workgroup', 'tiles'] as const;

const plain = { gamma: 0.9, delta: 0, weightDecay: 0, length: 0.01, count: 1 };
const mixed = [
  plain,
  { gamma: 1.5, delta: 0.7, weightDecay: 0.2, length: 0.02, count: 3 },
  { gamma: 0.4, delta: 1000, weightDecay: 0, length: 0.05, count: 7 },
  { gamma: 1, delta: Infinity, weightDecay: 0.1, length: 0.02, count: 5 },
];

const cases = (activation: (typeof activations)[number], steps: number): DescentGiven[] =>
  (
    [
      [1, 1, 1, true],
      [8, 8, 8, true],
      [31, 33, 5, false],
      [33, 31, 65, true],
      [130, 20, 9, false],
      [257, 12, 33, true],
      // About one tile of sixty-four examples, and two.
      [40, 60, 30, false],
      [70, 125, 17, true],
    ] as const
  ).map(([width, examples, dimension, shared]) => ({
    activation,
    width,
    examples,
    dimension,
    shared,
    steps,
    anchored: true,
    points: mixed,
  }));

interface Errors {
  readonly weights: number;
  readonly readout: number;
  readonly moved: number;
  readonly movedReadout: number;
  readonly status: number[];
}

for (const variant of variants)
  // Barriers are slow on a software adapter: two activations stand for all where each neuron is computed by itself.
  for (const activation of variant === 'tiles' ? activations : (['erf', 'quadratic'] as const))
    test(`descent of ${activation} networks by ${variant} agrees with the reference`, async ({ suite }) => {
      // One activation has all shapes.
      const shapes = variant === 'workgroup' ? [2, 5] : activation === 'erf' ? [0, 1, 2, 3, 4, 5, 6, 7] : [0, 2, 5];
      const of = (steps: number): DescentGiven[] => cases(activation, steps).filter((_, i) => shapes.includes(i));
      const one = of(1).map((given) => ({ ...given, anchored: false, points: [plain, { ...plain, weightDecay: 0.5 }] }));
      const runs = [...one, ...of(7)];
      const results = await suite<Errors[]>('descent', 'descents', { variant, runs } satisfies DescentSuite);
      expect(results).toHaveLength(runs.length);
      results.forEach((result, i) => {
        const what = JSON.stringify({ ...runs[i], result });
        if (i < one.length) {
          // What one step moves by is the gradient times its rate; its rounding is that of the weights it is added to.
          expect(result.moved, what).toBeLessThan(1e-3);
          expect(result.movedReadout, what).toBeLessThan(1e-3);
          expect(result.weights, what).toBeLessThan(1e-5);
        } else {
          expect(result.weights, what).toBeLessThan(2e-5);
          expect(result.readout, what).toBeLessThan(2e-5);
          expect(result.status, what).toEqual([-1, -1, -1, -1]);
        }
      });
    });

// What a variant is compiled for takes most of the time: all runs of a test are on one device.
for (const variant of variants)
  test(`descents by ${variant} are the same twice, in slices, and in a batch or alone`, async ({ suite }) => {
    const many = Array.from({ length: 5 }, () => mixed).flat();
    const common = { activation: 'erf', anchored: true, steps: 7 } as const;
    const runs: DescentGiven[] = [
      { ...common, width: 24, examples: 20, dimension: 7, points: mixed, shared: false },
      { ...common, width: 200, examples: 90, dimension: 33, points: mixed, shared: true },
      { ...common, width: 70, examples: 40, dimension: 18, points: many, shared: true },
      { ...common, width: 70, examples: 40, dimension: 18, points: many, shared: false },
    ];
    const results = await suite('descent', 'repeatable', { variant, runs } satisfies DescentSuite);
    expect(results).toEqual(runs.map(() => ({ again: true, sliced: true, alone: 0 })));
  });

for (const variant of variants)
  test(`a descent by ${variant} that is lost tells after how many steps, for its network alone`, async ({ suite }) => {
    const points = [plain, { ...plain, length: 500 }, plain].map((point) => ({ ...point, count: 60 }));
    const common = { activation: 'quadratic', width: 9, dimension: 4, points, anchored: false, shared: true, steps: 60 } as const;
    const runs: DescentGiven[] = [12, 150].map((examples) => ({ ...common, examples }));
    const results = await suite<{ ours: number[]; reference: number[] }[]>('descent', 'lost', { variant, runs } satisfies DescentSuite);
    expect(results).toHaveLength(runs.length);
    for (const { ours, reference } of results) {
      expect([ours[0], ours[2]]).toEqual([-1, -1]);
      // Single precision overflows earlier than double, and not before the second step.
      expect(ours[1]).toBeGreaterThan(1);
      expect(ours[1]).toBeLessThanOrEqual(reference[1]!);
    }
  });

test('a step takes four dispatches by tiles, whatever the batch, and none of its own in workgroup memory', async ({ suite }) => {
  const given: DescentGiven = {
    activation: 'erf',
    width: 64,
    examples: 12,
    dimension: 9,
    points: mixed,
    anchored: true,
    shared: true,
    steps: 1,
  };
  expect(await suite('descent', 'dispatches', { variant: 'tiles', runs: [given] })).toBe(4);
  // Small networks take hundreds of steps in one dispatch.
  const small: DescentGiven = { ...given, width: 16 };
  expect(await suite('descent', 'dispatches', { variant: 'workgroup', runs: [small] })).toBe(0);
});
