import { describe, expect, it } from 'vitest';
import type { Matrix } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { Problem } from '$lib/base/problem';
import { symmetricEigen } from '$lib/theory/eigen';
import { flow } from '$lib/theory/flow';
import { FlowKernel } from '$lib/theory/flow/flow-kernel';
import type { Task } from '$lib/theory/theory';
import { flowParameters } from '../../support/exact-flow';
import { errorOf, flowOn, quickFlow, quietRun, solved } from '../../support/kernels';
import { planeSource, planeTarget } from '../../support/plane';
import { tangentKernel } from '../../support/tangent-kernel';
import { bayesParameters, makeTask } from '../../support/task';

const backend = await createCpuBackend({ threads: 1 });
const { source, target } = flowOn(backend);
const run = quietRun;
const quick = quickFlow;

/** k(x)ᵀ K⁻¹(1 − e^{−Kt}) y, the linearised flow from 0, by eigenvectors. */
function linearised(kernel: Float64Array, cross: Float64Array, labels: Float64Array, time: number): Float64Array {
  const n = labels.length;
  const { values, vectors } = symmetricEigen(kernel, n);
  const coefficients = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const value = values[k]!;
    let along = 0;
    for (let i = 0; i < n; i++) along += vectors[i * n + k]! * labels[i]!;
    const share = (along * -Math.expm1(-value * time)) / value;
    for (let i = 0; i < n; i++) coefficients[i]! += vectors[i * n + k]! * share;
  }
  return Float64Array.from({ length: cross.length / n }, (_, x) =>
    labels.reduce((sum, _y, i) => sum + cross[x * n + i]! * coefficients[i]!, 0),
  );
}

/** The part of a kernel on all inputs, training first, between test rows and training columns. */
const crossOf = (block: Float64Array, train: number, test: number): Float64Array =>
  Float64Array.from({ length: test * train }, (_, i) => block[(train + Math.floor(i / train)) * (train + test) + (i % train)]!);
const trainOf = (block: Float64Array, train: number, test: number): Float64Array =>
  Float64Array.from({ length: train * train }, (_, i) => block[Math.floor(i / train) * (train + test) + (i % train)]!);
const allInputs = ({ trainInputs, testInputs }: Task): Float64Array => Float64Array.of(...trainInputs, ...testInputs);

describe('limits', () => {
  it(
    'linear, inputs of covariance 1, fully trained: features X(I + (χ/D)ββᵀ)Xᵀ with χ = √(1 + γ²D) − 1',
    { timeout: 300_000 },
    async () => {
      // ± the axes: their covariance is 1 exactly, as of infinitely many Gaussian inputs, and the flow of linear networks sees nothing else.
      const dimension = 6;
      const beta = [1, -0.5, 1.5, 0.7, -1.1, 0.9];
      const length = Math.sqrt(beta.reduce((sum, b) => sum + b * b, 0) / dimension);
      const rows = Array.from({ length: 2 * dimension }, (_, i) =>
        Array.from({ length: dimension }, (_unused, d) => (d === i >> 1 ? (i % 2 ? -1 : 1) * Math.sqrt(dimension) : 0)),
      );
      const labels = rows.map((row) => row.reduce((sum, x, d) => sum + (x * beta[d]!) / length, 0) / Math.sqrt(dimension));
      const task = {
        dimension,
        trainInputs: Float64Array.from(rows.flat()),
        trainLabels: Float64Array.from(labels),
        testInputs: Float64Array.from(rows.flat()),
        testLabels: Float64Array.from(labels),
      };
      const points = [1, 3].map((gamma) => ({
        task,
        parameters: { ...bayesParameters, activation: 'linear' as const, gamma, time: 5, particles: 16384 },
      }));
      for (const result of await flow.source(backend, points, run)) {
        using kernel = solved(result);
        // β itself as an example: 1 + χ.
        const rows = Float64Array.from(beta, (b) => b / length);
        using along = await kernel.on!(rows, run);
        const [value = NaN] = await backend.read(along);
        const chi = Math.sqrt(1 + kernel.parameters.gamma ** 2 * dimension) - 1;
        expect(Math.abs((value - 1) / chi - 1), `χ ${value - 1} against ${chi}`).toBeLessThan(0.03);
        // Across it the features are as they were.
        using across = await kernel.on!(Float64Array.of(beta[1]!, -beta[0]!, 0, 0, 0, 0), run);
        const [unmoved = NaN] = await backend.read(across);
        expect((unmoved * dimension) / (beta[0]! ** 2 + beta[1]! ** 2)).toBeCloseTo(1, 1);
        expect((await kernel.errors(run)).test).toBeLessThan(1e-4);
      }
    },
  );

  it('γ → 0: the linearised flow of the tangent kernel', { timeout: 300_000 }, async () => {
    using kernel = await source({ ...flowParameters, gamma: 0.01, particles: 16384 });
    const inputs = allInputs(planeSource);
    const [train, test] = [planeSource.trainLabels.length, planeSource.testLabels.length];
    using x = backend.upload({ rows: train + test, columns: 2 }, inputs);
    using gram = backend.gram(x);
    using variances = backend.diagonal(gram);
    const { kernel: nngp, derivative } = backend.nngp('erf', gram, variances, variances);
    using tangent = backend.hadamard(gram, derivative);
    using both = backend.combine([
      [1, nngp],
      [1, tangent],
    ]);
    const block = await backend.read(both);
    for (const matrix of [nngp, derivative] as Matrix[]) matrix[Symbol.dispose]();
    const prediction = linearised(
      trainOf(block, train, test),
      crossOf(block, train, test),
      planeSource.trainLabels,
      kernel.parameters.time,
    );
    const exact = errorOf(prediction, planeSource.testLabels);
    const { test: error, stderr } = await kernel.errors(run);
    expect(Math.abs(error - exact), `${error} ± ${stderr!.test} against ${exact}`).toBeLessThan(3 * stderr!.test);
    // The same of the tangent kernel of these very particles, which have hardly moved: no noise is between them.
    if (!(kernel instanceof FlowKernel)) throw new Error('not of flow');
    const point = { task: planeSource, parameters: kernel.parameters, delta: 0, readout: 'fresh', centred: true } as const;
    using sampled = await tangentKernel(backend, point, kernel.neurons, x, x, run);
    const own = await backend.read(sampled);
    const same = linearised(trainOf(own, train, test), crossOf(own, train, test), planeSource.trainLabels, kernel.parameters.time);
    expect((kernel.fields['best_test'] ?? NaN) / errorOf(same, planeSource.testLabels)).toBeCloseTo(1, 2);
  });

  it('δ → ∞: the readout alone on the kernel of the source', async () => {
    using from = await source(quick);
    using strong = await target(from, { delta: 1e9 });
    using frozen = await target(from, { trained: 'readout' });
    const [a, b] = [await strong.errors(run), await frozen.errors(run)];
    // They differ in the stages of their steps.
    expect(Math.abs(a.test / b.test - 1)).toBeLessThan(5e-3);
    expect(Math.abs(a.train / b.train - 1)).toBeLessThan(5e-3);
    using block = await from.on!(allInputs(planeTarget), run);
    const read = await backend.read(block);
    const [train, test] = [planeTarget.trainLabels.length, planeTarget.testLabels.length];
    const exact = linearised(trainOf(read, train, test), crossOf(read, train, test), planeTarget.trainLabels, quick.time);
    const moments = await frozen.history!(run);
    expect(moments.at(-1)!.test! / errorOf(exact, planeTarget.testLabels)).toBeCloseTo(1, 2);
  });

  it(
    'γ = 0 in the target: the linearised flow on the source’s own tangent kernel, at any δ, as a small γ comes to',
    { timeout: 300_000 },
    async () => {
      using from = await source({ ...quick, gamma: 2 });
      if (!(from instanceof FlowKernel)) throw new Error('not of flow');
      for (const delta of [0, 0.5, 1e9])
        for (const readout of ['fresh', 'kept'] as const) {
          using end = await target(from, { delta, readout, parameters: { ...from.parameters, gamma: 0 } });
          using near = await target(from, { delta, readout, parameters: { ...from.parameters, gamma: 0.003 } });
          const [a, b] = [await end.errors(run), await near.errors(run)];
          // A fresh readout is drawn for the one and of variance 1 for the other; the jackknife of one is exact, of the other linear.
          if (readout === 'kept')
            expect((await end.history!(run)).at(-1)!.test! / (await near.history!(run)).at(-1)!.test!, `δ = ${delta}`).toBeCloseTo(1, 2);
          else expect(Math.abs(a.test - b.test), `δ = ${delta}`).toBeLessThan(3 * Math.hypot(a.stderr!.test, b.stderr!.test));
        }
      // The closed form at δ = 0.
      using end = await target(from, { delta: 0, readout: 'kept', parameters: { ...from.parameters, gamma: 0 } });
      using x = backend.upload({ rows: 45, columns: 2 }, allInputs(planeTarget));
      const point = { task: planeTarget, parameters: from.parameters, delta: 0, readout: 'kept', centred: true } as const;
      using tangent = await tangentKernel(backend, point, from.neurons, x, x, run);
      const block = await backend.read(tangent);
      const exact = linearised(trainOf(block, 5, 40), crossOf(block, 5, 40), planeTarget.trainLabels, quick.time);
      expect((await end.history!(run)).at(-1)!.test! / errorOf(exact, planeTarget.testLabels)).toBeCloseTo(1, 3);
      const decayed = await flow.target(
        backend,
        [{ source: from, delta: 0, task: planeTarget, parameters: { ...from.parameters, gamma: 0, weightDecay: 0.1 } }],
        run,
      );
      expect(decayed[0]).toBeInstanceOf(Problem);
    },
  );

  it('δ = 0 differs from a strong coupling, and the features of a strong coupling are the source’s', async () => {
    using from = await source({ ...quick, gamma: 3 });
    using free = await target(from, { delta: 0 });
    using tied = await target(from, { delta: 1e6 });
    using own = await from.on!(planeTarget.trainInputs, run);
    const [a, b, c] = await Promise.all([own, tied.train, free.train].map((matrix) => backend.read(matrix)));
    const apart = (p: Float64Array, q: Float64Array): number => Math.sqrt(p.reduce((sum, value, i) => sum + (value - q[i]!) ** 2, 0));
    expect(apart(a!, b!)).toBeLessThan(1e-4);
    expect(apart(a!, c!)).toBeGreaterThan(0.05);
  });
});

describe('readouts', () => {
  it('a kept one starts from what it has learned, a fresh one from nothing; both end well', async () => {
    using from = await source({ ...quick, time: 30 });
    const again = { task: planeSource, delta: 0 };
    using kept = await target(from, { ...again, readout: 'kept', centred: false });
    using centred = await target(from, { ...again, readout: 'kept' });
    using fresh = await target(from, again);
    const starts = await Promise.all([kept, centred, fresh].map(async (kernel) => (await kernel.history!(run))[0]!));
    const labels = planeSource.trainLabels.reduce((sum, y) => sum + y * y, 0) / planeSource.trainLabels.length;
    expect(starts[0]!.train).toBeLessThan(0.02 * labels);
    // Uncentred on the same task nothing is forgotten and nothing new: source and test error are one.
    expect(starts[0]!.source).toBeCloseTo(starts[0]!.test!, 10);
    expect(starts[1]!.train).toBeCloseTo(labels, 10);
    expect(starts[2]!.train).toBeCloseTo(labels, 10);
    for (const kernel of [kept, centred, fresh]) expect((await kernel.errors(run)).train).toBeLessThan(0.02 * labels);
  });
});

describe('over time', () => {
  it('the loss goes down, what is best is remembered, and the last moment is the result', async () => {
    using from = await source({ ...quick, gamma: 2 });
    using kernel = await target(from);
    const moments = await kernel.history!(run);
    for (const [i, { train, alignment }] of moments.entries()) {
      if (i > 0) expect(train).toBeLessThan(moments[i - 1]!.train + 1e-9);
      expect(alignment).toBeGreaterThan(0);
      expect(alignment).toBeLessThan(1);
    }
    const best = moments.reduce((a, b) => (b.test! < a.test! ? b : a));
    expect(kernel.fields).toEqual({ best_time: best.time, best_test: best.test });
    expect(moments.at(-1)!.time).toBe(kernel.parameters.time);
    // A source readout on its own features errs as the source did.
    expect(moments[0]!.source).toBeCloseTo((await from.history!(run)).at(-1)!.test!, 10);
    expect((await from.history!(run))[0]).not.toHaveProperty('source');
  });

  it('more dimensions than examples: moving within the span of the inputs changes nothing', async () => {
    const label = ([a = 0, b = 0]: readonly number[]): number => Math.tanh(a + b);
    const wide = makeTask(12, 5, 9, 1, label);
    // Examples said twice, which span no more, have too many rows to be reduced.
    const twice: Task = {
      ...wide,
      trainInputs: Float64Array.of(...wide.trainInputs, ...wide.trainInputs),
      trainLabels: Float64Array.of(...wide.trainLabels, ...wide.trainLabels),
    };
    const parameters = { ...quick, weightDecay: 0.05, gamma: 2 };
    // Twice the examples are twice the speed, but for decay.
    using a = await source({ ...parameters, time: 4 }, wide);
    using b = await source({ ...parameters, time: 2, weightDecay: 0.1 }, twice);
    const [one, two] = [await a.errors(run), await b.errors(run)];
    expect(one.test / two.test).toBeCloseTo(1, 2);
  });
});
