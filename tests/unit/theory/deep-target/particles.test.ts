import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { DeepKernel } from '$lib/theory/bayes/deep/deep-kernel';
import { solveDeepSource } from '$lib/theory/bayes/deep/linear/source';
import { solveDeepTarget } from '$lib/theory/bayes/deep/linear/solve';
import { diagonalOf } from '$lib/theory/bayes/deep/linear/covariance';
import { preactivations } from '$lib/theory/bayes/closed';
import { bayes } from '$lib/theory/bayes';
import { trace } from '$lib/theory/bayes/deep/target/small';
import { Problem } from '$lib/base/problem';
import { deepSource, deepTarget, distance, sixByFour, still } from '../../../support/deep-target';
import { bayesParameters } from '../../../support/task';

// Numbers of the reference do not depend on the machine.
const backend = createReferenceBackend();

const { source: first, target: second } = sixByFour;
const parameters = { ...bayesParameters, depth: 2, temperature: 0.1, particles: 512 };
const sources = new Map<string, Promise<DeepKernel>>();
const sourceOf = (activation: 'linear' | 'erf'): Promise<DeepKernel> => {
  const known = sources.get(activation) ?? deepSource(backend, first, { ...parameters, activation });
  sources.set(activation, known);
  return known;
};
const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

describe('deep targets by particles, of linear neurons, against the exact saddle', () => {
  it.each([0, 2, 1e6])('δ = %d: predictor, kernels and overlaps of both layers', async (delta) => {
    const own = { ...parameters, activation: 'linear' as const };
    using kernel = await deepTarget(backend, { source: await sourceOf('linear'), task: second, parameters: own, delta });
    const exact = solveDeepTarget(solveDeepSource(first, 1, 0.1, 2), second, own, delta);
    expect(distance(await kernel.predict(second.testInputs, still), preactivations(second.testInputs, exact.slope))).toBeLessThan(0.03);
    exact.layers.forEach(({ own: law, twins }, l) => {
      const all = sum(diagonalOf(law, second.trainInputs, 8));
      expect(trace(kernel.law.kernels[l + 1]!.d, 4) / all).toBeCloseTo(1, 1.3);
      expect(kernel.overlaps()[l]!.targets).toBeCloseTo(sum(diagonalOf(twins!, second.trainInputs, 8)) / all, 1.5);
    });
    // Of a linear network the feature is h.
    const { law, prior } = await kernel.preactivation(1, still, 1);
    const samples = 'samples' in law ? law.samples : new Float64Array();
    const [, square = NaN] = diagonalOf(exact.layers[0]!.own, second.trainInputs, 8);
    expect(sum(samples.map((h) => h * h)) / samples.length / square).toBeCloseTo(1, 1);
    // Without features a weight has the variance ρ of what ties and noise make of it.
    const rho = (delta / (1 + delta)) ** 2 + 1 / (1 + delta);
    const lengths = second.trainInputs.slice(8, 16).map((x) => x * x);
    expect(prior).toBeCloseTo((rho * sum(lengths)) / 8, 10);
    expect((await kernel.preactivation(1, still, 2)).prior).toBeCloseTo((rho * rho * sum(lengths)) / 8, 10);
    expect(kernel.warnings).toEqual([]);
    expect(Math.abs(kernel.health.virial! - 1)).toBeLessThan(0.02);
  });
});

describe('limits of deep erf targets', () => {
  it('δ = 0 is a deep source of the target task alone', async () => {
    const own = { ...parameters, activation: 'erf' as const };
    using kernel = await deepTarget(backend, { source: await sourceOf('erf'), task: second, parameters: own, delta: 0 });
    using alone = await deepSource(backend, second, { ...own, particles: 1024 });
    expect(distance(await backend.read(kernel.train), await backend.read(alone.train))).toBeLessThan(0.03);
    const [a, b] = [await kernel.errors(still), await alone.errors(still)];
    expect(Math.abs(a.test - b.test)).toBeLessThan(3 * Math.hypot(a.stderr!.test, b.stderr!.test) + 0.01 * b.test);
  });

  it('δ = 10⁹ is regression with the frozen kernel of the source, and both networks have the same features', async () => {
    const own = { ...parameters, activation: 'erf' as const };
    const source = await sourceOf('erf');
    using kernel = await deepTarget(backend, { source, task: second, parameters: own, delta: 1e9 });
    // Of 512 particles the kernel of the source is itself 2 % off.
    using large = await deepSource(backend, first, { ...own, particles: 2048, seed: 11 });
    using frozen = await large.on(second.trainInputs, still);
    expect(distance(await backend.read(kernel.train), await backend.read(frozen))).toBeLessThan(0.03);
    for (const overlap of kernel.overlaps()) {
      expect(overlap.targets).toBeCloseTo(1, 6);
      expect(overlap.source).toBeCloseTo(1, 1.5);
    }
  });

  it('one hidden layer is what quadrature says of it', async () => {
    const pick = (task: typeof first): typeof first => ({
      ...task,
      dimension: 2,
      trainInputs: task.trainInputs.slice(0, 2 * task.trainLabels.length),
      testInputs: task.testInputs.slice(0, 2 * task.testLabels.length),
    });
    const [one, two] = [pick(first), pick(second)];
    const own = { ...parameters, activation: 'erf' as const, depth: 1 };
    using source = await deepSource(backend, one, own);
    using kernel = await deepTarget(backend, { source, task: two, parameters: own, delta: 1.5 });
    const [exactSource] = await bayes.source(backend, [{ task: one, parameters: own }], still);
    if (!exactSource || exactSource instanceof Problem) throw exactSource ?? new Error('no source');
    const [exact] = await bayes.target(backend, [{ source: exactSource, task: two, parameters: own, delta: 1.5 }], still);
    if (!exact || exact instanceof Problem) throw exact ?? new Error('no target');
    expect(exact.health.nodes).toBeGreaterThan(0);
    expect(distance(await backend.read(kernel.train), await backend.read(exact.train))).toBeLessThan(0.03);
    const [a, b] = [await kernel.errors(still), await exact.errors(still)];
    expect(Math.abs(a.test - b.test)).toBeLessThan(3 * a.stderr!.test + 0.03 * b.test);
    exact[Symbol.dispose]();
    exactSource[Symbol.dispose]();
  });
});

describe('what a deep target is asked for', () => {
  it('training examples among others have their own kernel, in every layer', async () => {
    const own = { ...parameters, activation: 'erf' as const };
    using kernel = await deepTarget(backend, { source: await sourceOf('erf'), task: second, parameters: own, delta: 2 });
    for (const layer of [1, 2]) {
      using on = await kernel.on(second.trainInputs, still, layer);
      expect(distance(await backend.read(on), kernel.law.kernels[layer]!.d)).toBeLessThan(1e-6);
    }
  });
});
