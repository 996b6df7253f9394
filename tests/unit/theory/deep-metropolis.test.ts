import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { Problem } from '$lib/base/problem';
import { bayes } from '$lib/theory/bayes';
import { measured } from '$lib/theory/bayes/deep/measured';
import { metropolisLaw } from '$lib/theory/bayes/deep/metropolis';
import { deepKernels } from '$lib/theory/bayes/deep/solve';
import type { SourceParameters } from '$lib/theory/theory';
import { planeOfTwo } from '../../support/deep';
import { deepPlane } from '../../support/deep-quadrature';
import { quietly } from '../../support/networks';
import { meanSquare } from '../../support/plane';
import { bayesParameters, makeTask } from '../../support/task';

const backend = await createCpuBackend({ threads: 1 });
const rule = (x: readonly number[]): number => x.reduce((sum, value, i) => sum + value * Math.cos(i), 0) / 2;
const distance = (a: Float64Array, b: Float64Array): number => Math.hypot(...a.map((value, i) => value - b[i]!)) / Math.hypot(...b);

describe('deep sources by Metropolis steps', () => {
  // D > P and D < P: weights of the first layer have directions of their own, or fewer than there are examples.
  it.each([
    [3, 1, 0.1, 8],
    [4, 2, 0.1, 4],
  ])(
    'of linear networks have the exact kernel: depth %i, γ = %d, T = %d, D = %i',
    { timeout: 60_000 },
    async (depth, gamma, temperature, dimension) => {
      const task = makeTask(dimension, 6, 4, 104, rule);
      const parameters: SourceParameters = { ...bayesParameters, activation: 'linear', depth, gamma, temperature, particles: 4096 };
      const [exact] = await bayes.source(backend, [{ task, parameters }], quietly());
      if (!exact || exact instanceof Problem) throw exact ?? new Error('no kernel');
      const found = await metropolisLaw(backend, { task, parameters }, 4096, [0, 1e-12, 1e-12, 1e-12], 0, quietly());
      const dual = backend.upload({ rows: 6, columns: 1 }, found.dual);
      const kernel = await measured(backend, { task, parameters }, { ...found, dual, particles: 4096 }, backend);
      if (kernel instanceof Problem) throw kernel;
      expect(distance(await backend.read(kernel.train), await backend.read(exact.train))).toBeLessThan(0.03);
      expect(kernel.warnings).toEqual([]);
      const [{ test }, sampled] = [await exact.errors(quietly()), await kernel.errors(quietly())];
      expect(Math.abs(sampled.test - test)).toBeLessThan(4 * (sampled.stderr?.test ?? 0));
      for (const one of [exact, kernel]) one[Symbol.dispose]();
      expect(backend.liveBytes).toBe(0);
    },
  );

  // Sources whose noisy dynamics run away: only Metropolis steps know the two forms of the conjugates.
  it.each([
    [4, 4, 0.01, 6, 8],
    [3, 4, 0.01, 12, 16],
  ])(
    'take over from noisy dynamics, and come to the exact law: linear, depth %i, γ = %d, T = %d, P = %i, D = %i',
    { timeout: 60_000 },
    async (depth, gamma, temperature, examples, dimension) => {
      const task = makeTask(dimension, examples, 4, 104, rule);
      const own = { ...bayesParameters, activation: 'linear', depth, gamma, temperature } as const;
      const [exact] = await bayes.source(backend, [{ task, parameters: own }], quietly());
      if (!exact || exact instanceof Problem) throw exact ?? new Error('no kernel');
      const [kernel] = await deepKernels(backend, [{ task, parameters: { ...own, solver: 'particles', particles: 1024 } }], quietly());
      if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
      expect(kernel.health.conjugates).toBeDefined();
      expect(kernel.warnings).toEqual([]);
      expect(distance(await backend.read(kernel.train), await backend.read(exact.train))).toBeLessThan(0.05);
      const [{ test }, sampled] = [await exact.errors(quietly()), await kernel.errors(quietly())];
      expect(Math.abs(sampled.test / test - 1)).toBeLessThan(0.05);
      expect(Math.abs(sampled.test - test)).toBeLessThan(4 * (sampled.stderr?.test ?? 0));
      for (const one of [exact, kernel]) one[Symbol.dispose]();
      expect(backend.liveBytes).toBe(0);
    },
  );

  it.each([
    ['erf', 4, 0.02],
    ['tanh', 2, 0.05],
    ['relu', 2, 0.05],
  ] as const)('are what quadrature says: %s, two layers, γ = %d, T = %d', { timeout: 60_000 }, async (activation, gamma, temperature) => {
    const particles = 2048;
    const parameters: SourceParameters = { ...bayesParameters, activation, depth: 2, gamma, temperature, particles };
    const exact = deepPlane(activation, planeOfTwo, gamma, temperature);
    expect(exact.left).toBeLessThan(1e-9);
    const found = await metropolisLaw(backend, { task: planeOfTwo, parameters }, particles, [0, 1e-12], 0, quietly());
    const dual = backend.upload({ rows: 2, columns: 1 }, found.dual);
    const kernel = await measured(backend, { task: planeOfTwo, parameters }, { ...found, dual, particles }, backend);
    if (kernel instanceof Problem) throw kernel;
    const [a, b, c] = exact.second;
    expect(distance(await backend.read(kernel.train), Float64Array.of(a, b, b, c))).toBeLessThan(0.03);
    const { test, stderr } = await kernel.errors(quietly());
    expect(Math.abs(test - meanSquare(exact.test, planeOfTwo.testLabels))).toBeLessThan(4 * (stderr?.test ?? 0));
    expect(kernel.warnings).toEqual([]);
    kernel[Symbol.dispose]();
  });

  it('serve where the noisy dynamics run away: erf, depth 4, γ = 1, T = 0.02', { timeout: 60_000 }, async () => {
    const task = makeTask(8, 12, 40, 104, rule);
    const solved = async (seed: number) => {
      const parameters: SourceParameters = { ...bayesParameters, depth: 4, gamma: 1, temperature: 0.02, seed };
      const [kernel] = await deepKernels(backend, [{ task, parameters }], quietly());
      if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
      expect(kernel.health.conjugates).toBeDefined();
      expect(kernel.warnings).toEqual([]);
      const result = { matrix: await backend.read(kernel.train), ...(await kernel.errors(quietly())) };
      kernel[Symbol.dispose]();
      return result;
    };
    const [one, other] = [await solved(1), await solved(2)];
    expect(distance(one.matrix, other.matrix)).toBeLessThan(0.08);
    expect(Math.abs(one.test - other.test)).toBeLessThan(4 * Math.hypot(one.stderr?.test ?? 0, other.stderr?.test ?? 0));
    expect(backend.liveBytes).toBe(0);
  });

  it('tell of leapfrogs that are too long: erf, depth 3, γ = 2, T = 0.1', { timeout: 60_000 }, async () => {
    const task = makeTask(8, 12, 4, 104, rule);
    const parameters: SourceParameters = { ...bayesParameters, depth: 3, gamma: 2, temperature: 0.1 };
    const found = await metropolisLaw(backend, { task, parameters }, 512, [0, 1e-12, 1e-12], 0, quietly());
    const dual = backend.upload({ rows: 12, columns: 1 }, found.dual);
    const kernel = await measured(backend, { task, parameters }, { ...found, dual, particles: 512 }, backend);
    if (kernel instanceof Problem) throw kernel;
    expect(kernel.warnings).toContainEqual(expect.stringContaining('virial'));
    expect(kernel.warnings).toContainEqual(expect.stringContaining('two forms of the conjugate kernels'));
    kernel[Symbol.dispose]();
  });
});
