import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import { preactivations } from '$lib/theory/bayes/closed';
import { solveDeepSource, type DeepSource } from '$lib/theory/bayes/deep/linear/source';
import { lazy } from '$lib/theory/lazy';
import type { SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';
import { deepTask } from '../../../support/deep';
import { deepLinear } from '../../../support/deep-linear';
import { bayesParameters, makeTask } from '../../../support/task';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const backend = createReferenceBackend();
const parameters: SourceParameters = { ...bayesParameters, activation: 'linear', depth: 2 };

const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};
const gainOf = ({ excess, depth }: { readonly excess: number; readonly depth: number }): number => (1 + excess) ** depth;
/** f of the solved source on rows of inputs: c^L X u/√D. */
const predicted = (source: DeepSource, inputs: Float64Array): Float64Array =>
  preactivations(inputs, source.direction).map((value) => Math.exp(source.depth * Math.log1p(source.excess)) * value);

/** Whitened inputs: XXᵀ/D = I, with |y|² given. */
const white = (square: number): Task => ({
  dimension: 4,
  trainInputs: Float64Array.of(2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0),
  trainLabels: Float64Array.of(2, -1, 2).map((y) => (y * Math.sqrt(square)) / 3),
  testInputs: Float64Array.of(1, 1, 0, 3),
  testLabels: Float64Array.of(1),
});

describe('a deep linear source in closed form', () => {
  // Published values of a sibling paper: C^{1/4} = 1 + γ²C/(C + T)², T = 0.1.
  it.each([
    [0.5, 1.6554],
    [1, 2.9812],
    [2, 6.5011],
    [4, 15.8666],
  ])('has the published gain of four layers on whitened inputs at γ = %d: %d', (gamma, gain) => {
    const found = gainOf(solveDeepSource(white(1), gamma, 0.1, 4));
    expect(found).toBeCloseTo(gain, 4);
    expect(found ** 0.25).toBeCloseTo(1 + (gamma ** 2 * found) / (found + 0.1) ** 2, 12);
  });

  // A second way, from matrices; and further labels, depths and temperatures.
  it.each([
    [2, 1, 0.05, 1],
    [3, 0.3, 0.2, 2],
    [4, 1.5, 0.05, 0.5],
    [2, 4, 0.01, 1],
  ])('of depth %i at γ = %d, T = %d, labels times %d, agrees with matrices', (depth, gamma, temperature, scale) => {
    const task = { ...deepTask, trainLabels: deepTask.trainLabels.map((y) => scale * y) };
    const exact = deepLinear(task, depth, gamma, temperature);
    expect(exact.left).toBeLessThan(1e-8);
    const found = solveDeepSource(task, gamma, temperature, depth);
    found.dual.forEach((value, p) => expect(value).toBeCloseTo(exact.dual[p] ?? NaN, 8));
    predicted(found, task.testInputs).forEach((value, i) => expect(value).toBeCloseTo(exact.test[i] ?? NaN, 8));
  });

  it.each(['reference', 'cpu'] as const)('has the kernels of every layer, on %s', async (name) => {
    const own = name === 'cpu' ? await createCpuBackend({ threads: 1 }) : createReferenceBackend();
    const exact = deepLinear(deepTask, 3, 1.2, 0.05);
    const kernel = solved((await bayes.source(own, [{ task: deepTask, parameters: { ...parameters, depth: 3, gamma: 1.2 } }], run))[0]);
    for (const layer of [1, 2, 3]) {
      using block = await kernel.on?.(deepTask.trainInputs, run, layer);
      if (!block) throw new Error('no kernel');
      const wanted = exact.kernels[layer - 1]?.flat() ?? [];
      (await own.read(block)).forEach((value, i) => expect(value).toBeCloseTo(wanted[i] ?? NaN, 8));
      const law = await kernel.preactivation?.(1, run, layer);
      expect(law && 'variance' in law.law ? law.law.variance : NaN).toBeCloseTo(wanted[deepTask.trainLabels.length + 1] ?? NaN, 8);
    }
    expect(kernel.health.residual).toBeLessThan(1e-12);
    kernel[Symbol.dispose]();
    expect(own.liveBytes).toBe(0);
  });

  it('at γ = 0 is the Gaussian process', async () => {
    const given = { task: deepTask, parameters: { ...parameters, depth: 4, gamma: 0 } };
    const [mine] = await bayes.source(backend, [given], run);
    const [theirs] = await lazy.source(backend, [given], run);
    const [a, b] = [await solved(mine).errors(run), await solved(theirs).errors(run)];
    expect(a.bias).toBeCloseTo(b.bias, 12);
  });

  it('leaves nothing over at γ = 1e5, with repeated inputs and more examples than dimensions', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const first = makeTask(4, 9, 3, seed, (x) => Math.tanh((x[0] ?? 0) - 2 * (x[1] ?? 0)) + 0.3);
      const task = { ...first, trainInputs: Float64Array.from([...first.trainInputs.slice(0, 32), ...first.trainInputs.slice(28, 32)]) };
      for (const gamma of [1e-6, 1, 1e5]) {
        const found = solveDeepSource(task, gamma, 0.05, 3);
        const f = predicted(found, task.trainInputs);
        const left = task.trainLabels.map((y, p) => y - 0.05 * (found.dual[p] ?? NaN) - (f[p] ?? NaN));
        expect(Math.hypot(...left) / Math.hypot(...task.trainLabels)).toBeLessThan(1e-9);
        expect(found.excess / (gamma ** 2 * gainOf(found) * found.square)).toBeCloseTo(1, 9);
      }
    }
  });

  it('is zero for labels that are all zero', () => {
    const found = solveDeepSource({ ...white(1), trainLabels: new Float64Array(3) }, 1, 0.1, 3);
    expect([found.excess, ...found.dual]).toEqual([0, 0, 0, 0]);
  });
});

describe('several solutions', () => {
  /** F(c) of whitened inputs, up to what does not depend on c. */
  const energy = (c: number, gamma: number, temperature: number, depth: number, square: number): number =>
    (depth / 2) * (c - 1 - Math.log(c)) + ((gamma ** 2 / 2) * square) / (c ** depth + temperature);

  it.each([
    [3, 100, 300, 1],
    [3, 60, 300, 1],
    [2, 480, 1000, 1],
    [4, 30, 500, 25],
  ])('L = %i, γ = %d, T = %d: the least of F(c) on a fine grid is taken', (depth, gamma, temperature, square) => {
    const found = solveDeepSource(white(square), gamma, temperature, depth);
    let [best, least] = [1, Infinity];
    for (let i = 0; i <= 400_000; i++) {
      const c = Math.exp((i / 400_000) * 8);
      const value = energy(c, gamma, temperature, depth, square);
      if (value < least) [best, least] = [c, value];
    }
    expect((1 + found.excess) / best).toBeCloseTo(1, 4);
  });

  it('are three at T = 300, and the kernel says so', async () => {
    const task = white(1);
    const gamma = [60, 70, 80, 90, 100, 110].find((one) => solveDeepSource(task, one, 300, 3).roots === 3);
    if (gamma === undefined) throw new Error('no three solutions');
    const [result] = await bayes.source(backend, [{ task, parameters: { ...parameters, depth: 3, gamma, temperature: 300 } }], run);
    expect(solved(result).warnings.join()).toMatch(/^3 solutions of the equations, .* the one of least free energy$/);
    const [single] = await bayes.source(backend, [{ task, parameters: { ...parameters, depth: 3 } }], run);
    expect(solved(single).warnings).toEqual([]);
  });
});

it('the target of a deep linear source of particles is of particles too', async () => {
  const coarse = { ...run, quality: 'coarse' } as const;
  const own = { ...parameters, depth: 2, solver: 'particles' as const, particles: 64 };
  using source = solved((await bayes.source(backend, [{ task: deepTask, parameters: own }], coarse))[0]);
  const [result] = await bayes.target(backend, [{ source, task: deepTask, parameters: source.parameters, delta: 1 }], coarse);
  using target = solved(result);
  expect(target.health.particles).toBe(64);
  expect(target.overlaps?.()).toHaveLength(2);
});
