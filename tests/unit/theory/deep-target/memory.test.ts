import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { bendOf, type Bend } from '$lib/theory/bayes/deep/target/bend';
import { largestMemory, Memory, memoryOf } from '$lib/theory/bayes/deep/target/memory';
import { deepSource, deepTarget, sixByFour, still } from '../../../support/deep-target';
import { bayesParameters, uniforms } from '../../../support/task';

/** 2000 neurons in two copies, and φ where they are. */
class Walkers {
  readonly count = 4000;
  readonly n = 2;
  readonly z = new Float64Array(8000);
  readonly values = new Float64Array(8000);
  readonly #slopes = new Float64Array(8000);

  constructor(readonly bend: Bend) {}

  place(): void {
    this.bend.fill(this.z, this.values, this.#slopes, 0, this.z.length);
  }
}

describe('what neurons remember', () => {
  const uniform = uniforms(1);
  const draw = (walkers: Walkers): void => {
    walkers.z.forEach((_, i) => (walkers.z[i] = 4 * uniform() - 2));
    walkers.place();
  };
  const turnHalf = (walkers: Walkers): void => {
    for (let k = 0; k < walkers.count; k += 2) for (let i = 0; i < 2; i++) walkers.z[2 * k + i]! *= -1;
    walkers.place();
  };

  it.each(['erf', 'tanh', 'relu'] as const)('%s: all of it at first, nothing once every layer is drawn anew', (activation) => {
    const layers = [0, 1].map(() => new Walkers(bendOf(activation)));
    layers.forEach(draw);
    const memory = new Memory(layers);
    expect(memory.forgotten).toBe(false);
    expect(Math.min(...memory.correlations)).toBeCloseTo(1, 10);
    draw(layers[0]!);
    expect(memory.forgotten).toBe(false);
    draw(layers[1]!);
    expect(memory.forgotten).toBe(true);
    expect(Math.max(...memory.correlations)).toBeLessThan(0.05);
  });

  it.each(['erf', 'tanh'] as const)('%s neurons that only turned over have forgotten φ, but not φ²', (activation) => {
    const layers = [new Walkers(bendOf(activation))];
    layers.forEach(draw);
    const memory = new Memory(layers);
    layers.forEach(turnHalf);
    const [feature = NaN, square = NaN] = memory.correlations;
    expect(Math.abs(feature)).toBeLessThan(0.05);
    expect(square).toBeCloseTo(1, 10);
  });

  it('z counts where φ goes with the source and has changed with it', () => {
    const layers = [new Walkers(bendOf('erf'))];
    layers.forEach(draw);
    const memory = new Memory(layers);
    layers[0]!.values.forEach((_, i, values) => (values[i] = uniform()));
    expect(memory.forgotten).toBe(false);
  });

  it('of several draws is the largest of the means', () => {
    expect(largestMemory([[0.1, -0.2], [0.3, 0.6]])).toBeCloseTo(0.2, 12); // prettier-ignore
    expect(largestMemory([])).toBe(0);
  });

  it('of one group among eight that has not settled is seen, and noise of all is not', () => {
    const quiet = [[0.05, 0.02], [-0.04, 0.01]]; // prettier-ignore
    const groups = Array.from({ length: 8 }, () => quiet);
    expect(memoryOf(groups)).toBeLessThan(0.05);
    const sick = [[0.8, 0.7], [0.9, 0.6]]; // prettier-ignore
    expect(largestMemory([...groups.slice(1), sick].flat())).toBeLessThan(0.15);
    expect(memoryOf([...groups.slice(1), sick])).toBeGreaterThan(0.4);
  });
});

it.each([
  ['erf', 1],
  ['tanh', 3],
  ['relu', 0.5],
] as const)('a deep %s target at δ = %d that never settles after a draw is seen', async (activation, delta) => {
  const backend = createReferenceBackend();
  const own = { ...bayesParameters, activation, depth: 2, temperature: 0.1, particles: 128 };
  const coarse = { ...still, quality: 'coarse' } as const;
  using source = await deepSource(backend, sixByFour.source, own, coarse);
  const point = { source, task: sixByFour.target, parameters: own, delta };
  using kernel = await deepTarget(backend, { ...point, faults: { settling: 0 } }, coarse);
  expect(kernel.health.memory).toBeGreaterThan(0.5);
  expect(kernel.warnings.join('; ')).toMatch(/they have not settled/);
  using sound = await deepTarget(backend, point, coarse);
  expect(sound.health.memory).toBeLessThan(0.15);
  expect(sound.warnings.join('; ')).not.toMatch(/keep .* of where they were/);
});
