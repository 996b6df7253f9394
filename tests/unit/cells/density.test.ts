import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { normals as drawn } from '$lib/base/philox';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { curvesView } from '$lib/cells/curves-view';
import { bayes } from '$lib/theory/bayes';
import { groupsOfRuns } from '$lib/theory/common/jackknife';
import { densityErrors, gaussianDensity, kernelDensity, meanAndVariance, silvermanBandwidth } from '$lib/theory/density';
import type { TrainedKernel } from '$lib/theory/theory';
import { quadratureFeatures, quadratureSource } from '../../support/quadrature';
import { bayesParameters, normals } from '../../support/task';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('density', () => {
  test('the estimate from Gaussian samples is the Gaussian widened by the bandwidth, and its integral is 1', () => {
    const normal = normals(5);
    const samples = Float64Array.from({ length: 20000 }, () => 0.3 + 1.5 * normal());
    const bandwidth = silvermanBandwidth(samples);
    expect(bandwidth / (0.9 * 1.5 * 20000 ** -0.2)).toBeCloseTo(1, 1);
    const at = Array.from({ length: 241 }, (_, i) => -12 + 0.1 * i);
    const density = kernelDensity(samples, bandwidth, at);
    expect(0.1 * sum(density)).toBeCloseTo(1, 6);
    const { mean, variance } = meanAndVariance(samples);
    expect([mean, variance]).toEqual([expect.closeTo(0.3, 1), expect.closeTo(2.25, 0)]);
    at.forEach((h, i) => {
      const truth = gaussianDensity(h, 0.3, 2.25 + bandwidth ** 2);
      // Standard error of a density estimate: √(p/(2√π n b)); five of them.
      expect(Math.abs(density[i]! - truth)).toBeLessThan(5 * Math.sqrt(truth / (2 * Math.sqrt(Math.PI) * 20000 * bandwidth)) + 1e-5);
    });
    // Binning against every sample for itself.
    const plain = [0, 1, 2.5].map((h) => samples.reduce((p, x) => p + gaussianDensity(h, x, bandwidth ** 2), 0) / samples.length);
    kernelDensity(samples, bandwidth, [0, 1, 2.5]).forEach((value, i) => expect(value / plain[i]!).toBeCloseTo(1, 3));
  });

  test.each([
    ['independent samples', 1],
    ['the same sample at four times', 4],
  ])('standard errors of the estimate are the scatter of runs of %s, in the middle and in the tail', (_, times) => {
    const each = 1024;
    const at = [0, 1, 2, 2.5];
    const runs = Array.from({ length: 60 }, (_unused, seed) => {
      const once = drawn(each, { seed, stream: 1, step: 0 });
      const samples = Float64Array.from({ length: each * times }, (_sample, i) => once[i % each]!);
      return {
        density: kernelDensity(samples, 0.3, at),
        errors: densityErrors({ samples, group: groupsOfRuns(each) }, 0.3, at),
      };
    });
    at.forEach((h, i) => {
      const right = gaussianDensity(h, 0, 1 + 0.3 ** 2);
      const scatter = Math.sqrt(sum(runs.map(({ density }) => (density[i]! - right) ** 2)) / runs.length);
      const told = Math.sqrt(sum(runs.map(({ errors }) => errors[i]! ** 2)) / runs.length);
      // Sixty runs know their scatter to 9 %, and 13/15 of the squares are the runs' own: the rest is for groups that are few.
      expect(told / scatter).toBeGreaterThan(0.8);
      expect(told / scatter).toBeLessThan(1.4);
      const within = runs.filter(({ density, errors }) => Math.abs(density[i]! - right) < 2 * errors[i]!).length;
      expect(within).toBeGreaterThanOrEqual(52);
    });
  });

  test.each([
    ['each run alone', 64, 1, [0, 63, 64, 127, 4], [0, 15, 0, 15, 1]],
    ['two copies side by side', 32, 2, [0, 31, 32, 63, 64, 34], [0, 15, 0, 15, 0, 1]],
  ] as const)('the group of a sample is that of its particle, at any time, with %s', (_, each, copies, samples, groups) => {
    expect(samples.map(groupsOfRuns(each, copies))).toEqual(groups);
  });

  test('rich neurons in two dimensions: the sampled density is that of quadrature, and not Gaussian', { timeout: 300_000 }, async () => {
    // The first input is (√2, 0), so that h = w·x/√2 is the first weight.
    const inputs = [
      [Math.SQRT2, 0],
      [0.4, 1.1],
      [-0.8, 0.9],
      [0.2, -1.3],
    ] as const;
    const labels = [1.2, 0.3, -0.8, 0.4];
    const grid = { halfWidth: 9, points: 91 };
    const law = quadratureSource({ activation: 'erf', gamma: 2, temperature: 0.1, inputs, labels }, grid);
    const step = 18 / 90;
    const exact = Array.from({ length: 91 }, (_, i) => sum([...law.density.subarray(91 * i, 91 * (i + 1))]) / step);
    const backend = createReferenceBackend();
    const task = {
      dimension: 2,
      trainInputs: Float64Array.from(inputs.flat()),
      trainLabels: Float64Array.from(labels),
      testInputs: new Float64Array(0),
      testLabels: new Float64Array(0),
    };
    const parameters = { ...bayesParameters, gamma: 2, temperature: 0.1, particles: 2048 };
    using kernel = solved((await bayes.source(backend, [{ task, parameters }], run))[0]);
    const found = await kernel.preactivation?.(0, run);
    if (!found || !('samples' in found.law)) throw new Error('expected samples');
    expect(found.prior).toBeCloseTo(1, 12);
    const { samples } = found.law;
    const bandwidth = silvermanBandwidth(samples);
    const at = Array.from({ length: 91 }, (_, i) => -9 + step * i);
    const density = kernelDensity(samples, bandwidth, at);
    // The exact density as the estimate sees it: blurred by the bandwidth.
    const blurred = at.map((h) => step * sum(exact.map((p, i) => p * gaussianDensity(h, at[i]!, bandwidth ** 2))));
    const distance = step * sum(density.map((p, i) => Math.abs(p - blurred[i]!)));
    const { mean, variance } = meanAndVariance(samples);
    const fromGaussian = step * sum(blurred.map((p, i) => Math.abs(p - gaussianDensity(at[i]!, mean, variance))));
    expect(distance).toBeLessThan(0.05);
    // Two standard errors hold most of what the estimate is off by.
    const errors = densityErrors(found.law, bandwidth, at);
    const inside = at.filter((_, i) => blurred[i]! > 1e-3 && Math.abs(density[i]! - blurred[i]!) < 2 * errors[i]! + 1e-4).length;
    expect(inside).toBeGreaterThan(0.8 * at.filter((_, i) => blurred[i]! > 1e-3).length);
    expect(fromGaussian).toBeGreaterThan(0.3);
    const on = await kernel.on?.(task.trainInputs, run);
    if (!on) throw new Error('expected a kernel');
    // Φ on the training inputs is exact, of particles it is to their noise. Both beside Φ by the law on the grid.
    const tables = quadratureFeatures('erf', inputs, grid);
    const exactKernel = tables.flatMap((a) => tables.map((b) => sum([...a.map((value, i) => value * b[i]! * law.density[i]!)])));
    const [own, again] = [await backend.read(kernel.train), await backend.read(on)];
    exactKernel.forEach((value, i) => {
      expect(own[i]).toBeCloseTo(value, 6);
      expect(again[i]).toBeCloseTo(value, 3);
    });
    on[Symbol.dispose]();
  });
});

describe('the view of a field over its own axis', () => {
  const row = (a: number, b: number) => ({ type: 'errors', mark: 'line', summary: { fields: { a, b } } });
  const h = { name: 'h', values: [-1, 1] };

  test('at one point all the numbers, in a sweep the first of them at each point', () => {
    const one = curvesView({ axes: [h], points: [row(1, 2), row(3, 4)] }, ['a', 'b'], 'linear', 'log');
    expect(one).toMatchObject({ type: 'plot', xName: 'h', xScale: 'linear', yScale: 'log' });
    expect(one.type === 'plot' && one.series.map(({ name, x, y }) => [name, x, y])).toEqual([
      ['a', [-1, 1], [1, 3]],
      ['b', [-1, 1], [2, 4]],
    ]);
    const axes = [{ name: 'gamma', values: [1, 2] }, h];
    // What rounding has left takes up no axis.
    const rounded = curvesView({ axes: [h], points: [row(1, 2), row(1e-7, 1e-17)] }, ['a', 'b'], 'linear', 'log');
    expect(rounded).toMatchObject({ series: [{ y: [1, 1e-7] }, { y: [2, undefined] }] });
    const swept = curvesView({ axes, points: [row(1, 2), row(3, 4), row(5, 6), row(7, 8)] }, ['a', 'b'], 'log', 'log');
    expect(swept.type === 'plot' && swept.series.map(({ name, y }) => [name, y])).toEqual([
      ['a, gamma = 1', [1, 3]],
      ['a, gamma = 2', [5, 7]],
    ]);
  });
});
