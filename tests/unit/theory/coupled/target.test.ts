import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import type { Activation } from '$lib/base/activation';
import { Problem } from '$lib/base/problem';
import { kernelAlignment, labelKernel } from '$lib/theory/alignment';
import { bayes } from '$lib/theory/bayes';
import { symmetricEigen } from '$lib/theory/eigen';
import type { SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';
import { bayesParameters, makeTask, normals } from '../../../support/task';
import truths from './truth.json';

const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
const backend = await createCpuBackend({ threads: 1 });
const good = (kernel: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
  return kernel;
};
const sourceOf = async (task: Task, parameters: Partial<SourceParameters>): Promise<TrainedKernel> =>
  good((await bayes.source(backend, [{ task, parameters: { ...bayesParameters, ...parameters } }], run))[0]);
const targetOf = async (source: TrainedKernel, task: Task, delta: number, parameters: Partial<SourceParameters>): Promise<TrainedKernel> =>
  good((await bayes.target(backend, [{ source, task, delta, parameters: { ...bayesParameters, ...parameters } }], run))[0]);
const distance = (a: Float64Array, b: ArrayLike<number>): number => {
  const norm = a.reduce((sum, _, at) => sum + b[at]! ** 2, 0);
  return Math.sqrt(a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0) / norm);
};

/** Rows [n, 2] padded with zeros and rotated to D dimensions, X Xᵀ/D kept. */
const rotated = (rows: readonly number[], dimension: number): Float64Array => {
  if (dimension === 2) return Float64Array.from(rows);
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
const planeTask = (dimension: number, x: number[], y: number[], z: number[], yz: number[]): Task => ({
  dimension,
  trainInputs: rotated(x, dimension),
  trainLabels: Float64Array.from(y),
  testInputs: rotated(z, dimension),
  testLabels: Float64Array.from(yz),
});
const tasksOf = ({ x, y, x2, y2, z2, yz2 }: (typeof truths)[number], dimension: number): readonly [Task, Task] => [
  planeTask(dimension, x, y, z2, yz2),
  planeTask(dimension, x2, y2, z2, yz2),
];

// The truth is from truth.py: sums over square grids in NumPy.
describe.each(truths)('a target of two directions: $source → $target, $activation, γ = $gamma, δ = $delta', (given) => {
  it('is that of fine grids, padded and rotated to 40 dimensions', { timeout: 300_000 }, async () => {
    const { gamma, temperature, delta, truth } = given;
    const parameters = { activation: given.activation as Activation, gamma, temperature };
    const [first, second] = tasksOf(given, 40);
    using source = await sourceOf(first, parameters);
    using kernel = await targetOf(source, second, delta, parameters);
    expect(kernel.warnings).toEqual([]);
    expect(kernel.health.nodes).toBeGreaterThan(0);
    const size = second.trainLabels.length;
    const phi = await backend.read(kernel.train);
    expect(distance(phi, truth.kernel)).toBeLessThan(0.01);
    const { values } = symmetricEigen(phi, size);
    expect(Math.abs(values[size - 1]! / truth.eigen[0]! - 1)).toBeLessThan(0.01);
    expect(Math.abs(values[size - 2]! / truth.eigen[1]! - 1)).toBeLessThan(0.01);
    expect(Math.abs(kernelAlignment(phi, labelKernel(second.trainLabels), size).alignment / truth.alignment - 1)).toBeLessThan(0.01);
    const { test, stderr } = await kernel.errors(run);
    expect(Math.abs(test - truth.test)).toBeLessThan(Math.max(0.03 * truth.test, 3 * (stderr?.test ?? 0)));
    expect(stderr?.test).toBeLessThan(0.03 * truth.test);
  });
});

it('a target of two directions is the same in any dimension', { timeout: 300_000 }, async () => {
  const given = truths.find(({ target }) => target.startsWith('xor'))!;
  const parameters = { activation: given.activation as Activation, gamma: given.gamma, temperature: given.temperature };
  const kernels: Float64Array[] = [];
  for (const dimension of [2, 10, 100]) {
    const [first, second] = tasksOf(given, dimension);
    using source = await sourceOf(first, parameters);
    using kernel = await targetOf(source, second, given.delta, parameters);
    kernels.push(await backend.read(kernel.train));
  }
  for (const kernel of kernels) expect(distance(kernel, kernels[0]!)).toBeLessThan(1e-6);
});

describe('limits of the coupling', () => {
  const label = ([a = 0, b = 0]: readonly number[]): number => Math.sign(a * b + 0.2);
  const first = makeTask(2, 6, 8, 21, ([a = 0]) => Math.sign(a));
  const second = makeTask(2, 6, 8, 22, label);

  it.each(['erf', 'tanh', 'relu'] as const)('δ → 0 is training from scratch: %s', { timeout: 300_000 }, async (activation) => {
    const parameters = { activation, gamma: 1.5, temperature: 0.1 };
    using source = await sourceOf(first, parameters);
    using scratch = await sourceOf(second, parameters);
    const own = await backend.read(scratch.train);
    for (const delta of [0, 1e-6]) {
      using kernel = await targetOf(source, second, delta, parameters);
      expect(distance(await backend.read(kernel.train), own)).toBeLessThan(1e-3);
    }
  });

  it.each(['erf', 'tanh', 'relu'] as const)('δ → ∞ keeps the kernel of the source: %s', { timeout: 300_000 }, async (activation) => {
    const parameters = { activation, gamma: 1.5, temperature: 0.1 };
    using source = await sourceOf(first, parameters);
    // The inputs of the source with other labels.
    const other = { ...first, trainLabels: first.trainLabels.map((y, p) => (p % 2 ? y : -y)) };
    using kernel = await targetOf(source, other, 1e7, parameters);
    expect(kernel.health.nodes).toBeGreaterThan(0);
    expect(distance(await backend.read(kernel.train), await backend.read(source.train))).toBeLessThan(0.01);
  });

  it('γ = 0 of a target is the average over its prior', { timeout: 300_000 }, async () => {
    using source = await sourceOf(first, { gamma: 1.5, temperature: 0.1 });
    using still = await targetOf(source, second, 2, { gamma: 0, temperature: 0.1 });
    using nearly = await targetOf(source, second, 2, { gamma: 1e-6, temperature: 0.1 });
    expect(distance(await backend.read(still.train), await backend.read(nearly.train))).toBeLessThan(1e-9);
  });
});

describe('what a target is coupled to', () => {
  // A source of six directions is known by its particles, a linear one by its Gaussian.
  const wide = makeTask(6, 12, 4, 31, ([a = 0, b = 0, c = 0]) => Math.sign(a + b * c));
  const second = planeTask(6, [0.4, 1.1, -0.7, 0.5, 1.2, -0.3, -0.9, -1.4], [1, -1, -1, 1], [0.3, 0.8], [1]);

  it.each(['erf', 'linear'] as const)('may be a %s source of many directions', { timeout: 300_000 }, async (activation) => {
    using source = await sourceOf(wide, { activation, gamma: 1 });
    using kernel = await targetOf(source, second, 3, { activation: 'erf', gamma: 1 });
    using moving = await targetOf(source, second, 3, { activation: 'erf', gamma: 1, solver: 'particles', particles: 2048 });
    expect(kernel.health.nodes).toBeGreaterThan(0);
    expect(moving.health.nodes).toBeUndefined();
    expect(kernel.warnings).toEqual([]);
    // 512 moving particles.
    expect(distance(await backend.read(moving.train), await backend.read(kernel.train))).toBeLessThan(0.06);
  });
});

it('the virial identity of inputs so large that φ is a sign holds without a force', { timeout: 300_000 }, async () => {
  const inputs = [1e6, 0, 0, 1e6, 1e6, -1e6];
  using source = await sourceOf(planeTask(2, inputs, [1, -1, 1], [1e6, 1e6], [1]), { gamma: 2 });
  for (const delta of [1, 10]) {
    using kernel = await targetOf(source, planeTask(2, inputs, [1, 1, -1], [1e6, 1e6], [1]), delta, { gamma: 2 });
    expect(kernel.warnings).toEqual([]);
    expect(kernel.health.virial).toBeCloseTo(1, 3);
  }
});

it('a target is the same alone and in a sweep of δ', { timeout: 300_000 }, async () => {
  const [first, second] = [makeTask(2, 5, 4, 41, ([a = 0]) => Math.sign(a)), makeTask(2, 5, 4, 42, ([, b = 0]) => Math.sign(b))];
  using source = await sourceOf(first, { gamma: 1 });
  const parameters = { ...bayesParameters, gamma: 1 };
  const points = [0, 0.5, 20].map((delta) => ({ source, task: second, delta, parameters }));
  const sweep = (await bayes.target(backend, points, run)).map(good);
  using alone = await targetOf(source, second, 20, parameters);
  expect((await alone.errors(run)).test).toBe((await sweep[2]!.errors(run)).test);
  for (const kernel of sweep) kernel[Symbol.dispose]();
});
