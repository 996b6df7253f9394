import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import type { Activation } from '$lib/base/activation';
import { Problem } from '$lib/base/problem';
import { kernelAlignment, labelKernel } from '$lib/theory/alignment';
import { bayes } from '$lib/theory/bayes';
import { symmetricEigen } from '$lib/theory/eigen';
import type { SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';
import { bayesParameters, normals } from '../../../support/task';
import truths from './truth.json';

const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
const backend = await createCpuBackend({ threads: 1 });
const sourceOf = async (task: Task, parameters: Partial<SourceParameters>): Promise<TrainedKernel> => {
  const [kernel] = await bayes.source(backend, [{ task, parameters: { ...bayesParameters, ...parameters } }], run);
  if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
  return kernel;
};

/** Rows [n, 2] padded with zeros and rotated to D dimensions, X Xᵀ/D kept. */
const rotated = (rows: readonly number[], dimension: number): Float64Array => {
  const normal = normals(dimension);
  const axes: Float64Array[] = [];
  for (let j = 0; j < 2; j++) {
    const axis = Float64Array.from({ length: dimension }, normal);
    const along = axes.map((other) => other.reduce((sum, value, d) => sum + value * axis[d]!, 0));
    axes.forEach((other, o) => other.forEach((value, d) => (axis[d]! -= along[o]! * value)));
    const length = Math.hypot(...axis);
    axes.push(axis.map((value) => value / length));
  }
  const scale = Math.sqrt(dimension / 2);
  return Float64Array.from(
    { length: (rows.length / 2) * dimension },
    (_, at) => scale * axes.reduce((sum, axis, j) => sum + rows[2 * Math.floor(at / dimension) + j]! * axis[at % dimension]!, 0),
  );
};

const taskOf = ({ x, y, z, yz }: (typeof truths)[number], dimension: number): Task => ({
  dimension,
  trainInputs: dimension === 2 ? Float64Array.from(x) : rotated(x, dimension),
  trainLabels: Float64Array.from(y),
  testInputs: dimension === 2 ? Float64Array.from(z) : rotated(z, dimension),
  testLabels: Float64Array.from(yz),
});

// The truth is from truth.py: a square grid in NumPy.
describe.each(truths)(
  'a source of two directions is that of a fine grid: $kind, P = $P, $activation, γ = $gamma, T = $temperature',
  (truth) => {
    it('padded and rotated to 40 dimensions', { timeout: 300_000 }, async () => {
      const { gamma, temperature, source } = truth;
      const task = taskOf(truth, 40);
      using kernel = await sourceOf(task, { activation: truth.activation as Activation, gamma, temperature });
      expect(kernel.warnings).toEqual([]);
      const size = truth.P;
      const phi = await backend.read(kernel.train);
      const distance = phi.reduce((sum, value, at) => sum + (value - source.kernel[at]!) ** 2, 0);
      const norm = source.kernel.reduce((sum, value) => sum + value * value, 0);
      expect(Math.sqrt(distance / norm)).toBeLessThan(1e-3);
      const { values } = symmetricEigen(phi, size);
      expect(values[size - 1]! / source.eigen[0]!).toBeCloseTo(1, 3);
      expect(values[size - 2]! / source.eigen[1]!).toBeCloseTo(1, 3);
      expect(kernelAlignment(phi, labelKernel(task.trainLabels), size).alignment / source.alignment).toBeCloseTo(1, 3);
      const { test, stderr } = await kernel.errors(run);
      expect(Math.abs(test - source.test)).toBeLessThan(Math.max(0.03 * source.test, 3 * (stderr?.test ?? 0)));
      expect(stderr?.test).toBeLessThan(0.03 * source.test);
    });
  },
);

it('a source of two directions is the same in any dimension', { timeout: 300_000 }, async () => {
  const truth = truths.find(({ kind }) => kind === 'he2') ?? truths[0]!;
  const tests: number[] = [];
  for (const dimension of [2, 10, 100]) {
    const { activation, gamma, temperature } = truth;
    using kernel = await sourceOf(taskOf(truth, dimension), { activation: activation as Activation, gamma, temperature });
    tests.push((await kernel.errors(run)).test);
  }
  for (const test of tests) expect(test / tests[0]!).toBeCloseTo(1, 6);
});

describe('inputs so large that φ is a sign', () => {
  const saturated = (x: readonly number[], y: readonly number[], trained: number): Task => ({
    dimension: 2,
    trainInputs: Float64Array.from(x.slice(0, 2 * trained)),
    trainLabels: Float64Array.from(y.slice(0, trained)),
    testInputs: Float64Array.from(x.slice(2 * trained)),
    testLabels: Float64Array.from(y.slice(trained)),
  });

  it.each([
    [2, 0.000717],
    [1, 0.001144],
  ])('γ = %d has its effect on the law of sign patterns', { timeout: 300_000 }, async (gamma, right) => {
    const task = saturated([1e6, 0, 0, 1e6, 1e6, -1e6], [1, -1, 1], 2);
    using kernel = await sourceOf(task, { activation: 'erf', gamma });
    const { test, stderr } = await kernel.errors(run);
    expect(Math.abs(test - right)).toBeLessThan(Math.max(0.03 * right, 3 * (stderr?.test ?? 0)));
  });
});
