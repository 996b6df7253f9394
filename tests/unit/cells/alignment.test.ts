import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { kernelOn } from '$lib/cells/kernel-examples';
import { kernelAlignment, labelKernel } from '$lib/theory/alignment';
import { bayes } from '$lib/theory/bayes';
import { lazy } from '$lib/theory/lazy';
import type { TrainedKernel } from '$lib/theory/theory';
import { evaluate } from '../../support/evaluate';
import { bayesParameters, makeTask, normals } from '../../support/task';
import { linearTask } from '../../support/tasks';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};
const numbers = (value: unknown): number[] => value as number[];
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('alignment', () => {
  test('with labels it is yᵀΦy/(|y|²‖Φ‖), centred that of HΦH and Hy, written out', () => {
    const normal = normals(3);
    const n = 5;
    const root = Array.from({ length: n }, () => Array.from({ length: 3 }, () => normal() + 0.5));
    const phi = root.map((u) => root.map((v) => sum(u.map((x, k) => x * v[k]!))));
    const y = Array.from({ length: n }, () => normal() + 1);
    const naive = (matrix: number[][], labels: number[]): number =>
      sum(labels.map((a, i) => sum(labels.map((b, j) => a * b * matrix[i]![j]!)))) /
      (sum(labels.map((a) => a * a)) * Math.sqrt(sum(matrix.flat().map((x) => x * x))));
    const H = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_unused, j) => (i === j ? 1 : 0) - 1 / n));
    const times = (a: number[][], b: number[][]): number[][] => a.map((row) => b[0]!.map((_, j) => sum(row.map((x, k) => x * b[k]![j]!))));
    const found = kernelAlignment(Float64Array.from(phi.flat()), labelKernel(Float64Array.from(y)), n);
    expect(found.alignment).toBeCloseTo(naive(phi, y), 12);
    expect(found.centred).toBeCloseTo(
      naive(
        times(times(H, phi), H),
        H.map((row) => sum(row.map((x, j) => x * y[j]!))),
      ),
      12,
    );
    const same = kernelAlignment(
      Float64Array.from(phi.flat()),
      Float64Array.from(phi.flat(), (x) => 3 * x),
      n,
    );
    expect([same.alignment, same.centred]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
  });

  test('labels that are all the same have no centred alignment', () => {
    const kernel = Float64Array.of(2, 1, 0, 1, 3, 1, 0, 1, 2);
    expect(kernelAlignment(kernel, labelKernel(Float64Array.of(0.1, 0.1, 0.1)), 3).centred).toBe(0);
  });
});

describe('kernels on other inputs', () => {
  const task = makeTask(4, 6, 0, 1, (x) => x[0]! - x[1]!);
  const other = makeTask(4, 5, 0, 2, (x) => x[2]!);
  const union = { ...task, trainInputs: Float64Array.of(...task.trainInputs, ...other.trainInputs) };

  test.each(['nngp', 'ntk'] as const)('lazy %s of depth 2: the block is that of the kernel of the union', async (kind) => {
    const backend = createReferenceBackend();
    const parameters = { ...bayesParameters, kernel: kind, depth: 2 };
    using kernel = solved((await lazy.source(backend, [{ task, parameters }], run))[0]);
    const all = { ...union, trainLabels: Float64Array.of(...task.trainLabels, ...other.trainLabels) };
    using whole = solved((await lazy.source(backend, [{ task: all, parameters }], run))[0]);
    using block = (await kernel.on?.(other.trainInputs, run)) ?? backend.zeros({ rows: 5, columns: 5 });
    const [found, expected] = [await backend.read(block), await backend.read(whole.train)];
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[(6 + Math.floor(i / 5)) * 11 + 6 + (i % 5)]!, 12));
    // h of the second layer has the first layer's kernel as its variance.
    using first = solved((await lazy.source(backend, [{ task, parameters: { ...parameters, kernel: 'nngp', depth: 1 } }], run))[0]);
    const law = await kernel.preactivation?.(3, run);
    expect(law?.prior).toBeCloseTo((await backend.read(first.train))[3 * 7]!, 12);
  });

  test('a theory that knows its kernel on its own examples only says so', async () => {
    const backend = createReferenceBackend();
    using kernel = solved((await lazy.source(backend, [{ task, parameters: bayesParameters }], run))[0]);
    const bare = { theory: 'bare', role: kernel.role, task, parameters: kernel.parameters, health: {}, warnings: [], bytes: 0 };
    const known: TrainedKernel = { ...bare, train: kernel.train, errors: (r) => kernel.errors(r), [Symbol.dispose]: () => undefined };
    const copy = { ...task, trainInputs: Float64Array.from(task.trainInputs) };
    expect(await kernelOn({ kernel: known, examples: copy, path: 'data' }, backend, run)).toEqual(await backend.read(kernel.train));
    await expect(kernelOn({ kernel: known, examples: other, path: 'data' }, backend, run)).rejects.toThrow(
      /^data: must have the kernel's own training inputs/,
    );
  });

  test('linear bayes target: h has variance Φ(x, x), Φ on its own inputs is its training block', async () => {
    const backend = createReferenceBackend();
    const parameters = { ...bayesParameters, activation: 'linear' as const, gamma: 1.5 };
    using source = solved((await bayes.source(backend, [{ task, parameters }], run))[0]);
    using target = solved((await bayes.target(backend, [{ source, delta: 2, task: other, parameters }], run))[0]);
    const phi = await backend.read(target.train);
    using block = (await target.on?.(other.trainInputs, run)) ?? backend.zeros({ rows: 5, columns: 5 });
    (await backend.read(block)).forEach((value, i) => expect(value).toBeCloseTo(phi[i]!, 10));
    const law = await target.preactivation?.(2, run);
    // ρ = 1/(1+δ) + (δ/(1+δ))².
    const size = sum([...other.trainInputs.subarray(8, 12)].map((x) => x * x)) / 4;
    expect(law?.prior).toBeCloseTo((1 / 3 + 4 / 9) * size, 10);
    expect(law && 'variance' in law.law ? law.law.variance : NaN).toBeCloseTo(phi[2 * 6]!, 10);
    expect(phi[2 * 6]!).toBeGreaterThan((law?.prior ?? NaN) * 1.01);
  });
});

describe('observables in a sheet', () => {
  const sheet = `
    source = linear_task(dim: 3, train: 8, test: 5, seed: 1)
    target = linear_task(like: source, alignment: 0.5, train: 6, test: 5)
    gamma = each(0.02, 3)
    pre = source_kernel(source, activation: "linear", gamma: gamma, temperature: 0.1)
    flat = source_kernel(source, theory: "lazy", activation: "linear", temperature: 0.1)
    post = target_kernel(coupling(pre, delta: 1), target)
    modes = spectrum(pre)
    figure = plot(modes.eigenvalue, x: mode, y_scale: "linear")
    fit = alignment(pre)
    same = alignment(pre, source)
    transfer = alignment(pre, target)
    cka = alignment(pre, post)
    self = alignment(flat, flat)
    neurons = density(pre, at: 2, reach: 6, count: 121)
    shape = plot(neurons.density, neurons.lazy, x: h)
    curve = learning_curve(flat, source, sizes: range(1, 8, count: 4))
    few = learning_curve(flat, source, sizes: 2)
    beyond = learning_curve(flat, target, sizes: 20)
    best = min(spectrum(flat).eigenvalue)
  `;

  test('every kind computes, over its own axis and those swept', async () => {
    const of = await evaluate(sheet);
    for (const key of ['figure', 'shape']) expect(of(key).problem).toBeUndefined();
    expect(of('modes').axes.map(({ name, values }) => [name, values.length])).toEqual([
      ['gamma', 2],
      ['mode', 8],
    ]);
    const eigenvalues = numbers(of('modes').fields['eigenvalue']);
    const power = numbers(of('modes').fields['power']);
    const labels = linearTask({ dim: 3, train: 8, test: 5, noise: 0, scale: 1, seed: 1 }).trainLabels;
    const mean = sum([...labels].map((y) => y * y)) / 8;
    for (const from of [0, 8]) {
      const values = eigenvalues.slice(from, from + 8);
      expect(values).toEqual([...values].sort((a, b) => b - a));
      expect(values.slice(3)).toEqual([0, 0, 0, 0, 0]);
      expect(values[2]).toBeGreaterThan(0);
      expect(sum(power.slice(from, from + 8))).toBeCloseTo(mean, 10);
    }
    // Feature learning lifts the mode of the task.
    expect(eigenvalues[8]! / eigenvalues[0]!).toBeGreaterThan(1.5);
    const [weak, strong] = numbers(of('fit').fields['alignment']);
    expect(strong).toBeGreaterThan(weak! + 0.05);
    expect(of('same').fields).toEqual(of('fit').fields);
    expect(of('transfer').axes.map(({ name }) => name)).toEqual(['gamma']);
    expect(numbers(of('cka').fields['alignment']).every((value) => value > 0 && value < 1)).toBe(true);
    expect(of('self').fields['alignment']).toBeCloseTo(1, 12);
    expect(of('best').fields['value']).toBe(0);
  });

  test('densities are over h, and widen with richness; curves fall with the number of examples', async () => {
    const of = await evaluate(sheet);
    expect(of('neurons').axes.map(({ name, values }) => [name, values.length])).toEqual([
      ['gamma', 2],
      ['h', 121],
    ]);
    const density = numbers(of('neurons').fields['density']);
    const lazyDensity = numbers(of('neurons').fields['lazy']);
    expect(0.1 * sum(density.slice(0, 121))).toBeCloseTo(1, 2);
    // The law of a linear network is Gaussian, and known.
    expect(of('neurons').fields['density.stderr']).toBeUndefined();
    expect(density).toEqual(of('neurons').fields['gaussian']);
    const lazyPeak = lazyDensity[60]!;
    expect(density[60]! / lazyPeak).toBeCloseTo(1, 2);
    expect(density[121 + 60]).toBeLessThan(0.95 * lazyPeak);
    const curve = numbers(of('curve').fields['test']);
    expect(curve).toEqual([...curve].sort((a, b) => b - a));
    expect(of('few').warnings).toEqual([]);
    expect(of('beyond').warnings).toEqual([
      'the modes of 6 examples represent the whole distribution; the error at more than 1 of them looks too small',
    ]);
  });

  test.each([
    ['density(pre, at: 9)', /^at: must be a whole number from 1 to 8, got 9/],
    ['alignment(pre, linear_task(dim: 4))', /^data: must have inputs of dimension 3 as the kernel's, got 4/],
    ['spectrum(source)', /^kernel: must be a source kernel or a target kernel, got a dataset/],
    ['learning_curve(pre, source)', /^sizes: is required/],
    ['learning_curve(flat, sizes: 3, temperature: 0)', /^sizes: at 3 examples, as many as the kernel has modes/],
    ['alignment(pre, linear_task(dim: 3, scale: 0))', /^data: all its labels are 0/],
  ])('%s says %s', async (formula, message) => {
    const base = 'source = linear_task(dim: 3, train: 8, test: 0)\npre = source_kernel(source, activation: "linear")';
    const of = await evaluate(`${base}\nflat = source_kernel(source, theory: "lazy", activation: "linear")\nx = ${formula}`);
    expect(of('x').problem?.message).toMatch(message);
  });
});
