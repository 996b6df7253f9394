import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import { preactivations } from '$lib/theory/bayes/closed';
import type { Covariance } from '$lib/theory/bayes/deep/linear/covariance';
import { DeepLinearKernel } from '$lib/theory/bayes/deep/linear/deep-linear-kernel';
import type { SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';
import { bayesParameters } from '../../../support/task';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const base: SourceParameters = { ...bayesParameters, activation: 'linear' };

interface Truth {
  readonly gamma: readonly [number, number];
  readonly temperature: readonly [number, number];
  readonly source: { readonly inputs: readonly number[][]; readonly labels: readonly number[] };
  readonly target: {
    readonly inputs: readonly number[][];
    readonly labels: readonly number[];
    readonly testInputs: readonly number[][];
    readonly testLabels: readonly number[];
  };
  readonly cases: readonly {
    readonly depth: number;
    readonly delta: number;
    readonly left: number;
    readonly sourceDual: readonly number[];
    readonly dual: readonly number[];
    readonly test: readonly number[];
    readonly kernel: readonly number[][];
    readonly layers: readonly { readonly own: number; readonly twins: number; readonly cross: readonly number[][] }[];
  }[];
}

const truth = JSON.parse(readFileSync('tests/unit/theory/deep-linear/truth.json', 'utf8')) as Truth;
const { source: s, target: t } = truth;
const sourceTask: Task = {
  dimension: s.inputs[0]?.length ?? 0,
  trainInputs: Float64Array.from(s.inputs.flat()),
  trainLabels: Float64Array.from(s.labels),
  testInputs: new Float64Array(),
  testLabels: new Float64Array(),
};
const targetTask: Task = {
  dimension: sourceTask.dimension,
  trainInputs: Float64Array.from(t.inputs.flat()),
  trainLabels: Float64Array.from(t.labels),
  testInputs: Float64Array.from(t.testInputs.flat()),
  testLabels: Float64Array.from(t.testLabels),
};

const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};
const deepOf = (kernel: TrainedKernel): DeepLinearKernel => {
  if (!(kernel instanceof DeepLinearKernel)) throw new Error('not a deep linear kernel');
  return kernel;
};

/** |a − b| / |b|. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const [x, y] = [Array.from(a), Array.from(b)];
  return Math.hypot(...y.map((value, i) => value - (x[i] ?? NaN))) / Math.hypot(...y);
};

/** X C X′ᵀ/D, row-major. */
const kernelOf = ({ scale, directions, strengths }: Covariance, x: Float64Array, z: Float64Array, dimension: number): number[] => {
  const left = directions.map((direction) => preactivations(x, direction));
  const right = directions.map((direction) => preactivations(z, direction));
  return Array.from({ length: x.length / dimension }, (_, i) =>
    Array.from({ length: z.length / dimension }, (_unused, j) => {
      let value = 0;
      for (let k = 0; k < dimension; k++) value += (scale * (x[i * dimension + k] ?? NaN) * (z[j * dimension + k] ?? NaN)) / dimension;
      strengths.forEach((line, a) => {
        line.forEach((strength, b) => (value += strength * (left[a]?.[i] ?? NaN) * (right[b]?.[j] ?? NaN)));
      });
      return value;
    }),
  ).flat();
};

describe.each(['reference', 'cpu'] as const)('deep linear targets on %s against dense matrices in 32 digits', (name) => {
  it.each([2, 3, 4])('L = %i, every δ from 0 to 10⁶: Δ, f, kernels and overlaps to 1e-8', async (depth) => {
    const backend = name === 'cpu' ? await createCpuBackend({ threads: 1 }) : createReferenceBackend();
    const cases = truth.cases.filter((one) => one.depth === depth);
    expect(cases).toHaveLength(5);
    const [gammaS, gammaT] = truth.gamma;
    const [temperatureS, temperatureT] = truth.temperature;
    const from = solved(
      (
        await bayes.source(backend, [{ task: sourceTask, parameters: { ...base, depth, gamma: gammaS, temperature: temperatureS } }], run)
      )[0],
    );
    const targets = await bayes.target(
      backend,
      cases.map(({ delta }) => ({
        source: from,
        delta,
        task: targetTask,
        parameters: { ...base, depth, gamma: gammaT, temperature: temperatureT },
      })),
      run,
    );
    for (const [i, exact] of cases.entries()) {
      const kernel = deepOf(solved(targets[i]));
      const at = `δ = ${exact.delta}`;
      expect(exact.left, at).toBeLessThan(1e-15);
      expect(apart(deepOf(from).solution.dual, exact.sourceDual), at).toBeLessThan(1e-8);
      expect(apart(kernel.solution.dual, exact.dual), at).toBeLessThan(1e-8);
      expect(apart(preactivations(targetTask.testInputs, kernel.solution.slope), exact.test), at).toBeLessThan(1e-8);
      expect(apart(await backend.read(kernel.train), exact.kernel.flat()), at).toBeLessThan(1e-8);
      const { bias, test } = await kernel.errors(run);
      expect(test, at).toBeCloseTo(exact.test.reduce((sum, f, j) => sum + (f - (t.testLabels[j] ?? NaN)) ** 2, 0) / exact.test.length, 9);
      expect(bias).toBe(test);
      expect(kernel.health.residual, at).toBeLessThan(1e-10);
      for (const [l, layer] of exact.layers.entries()) {
        const found = kernel.solution.layers[l];
        if (!found?.cross || !found.twins) throw new Error('no overlaps');
        const cross = kernelOf(found.cross, sourceTask.trainInputs, targetTask.trainInputs, 8);
        expect(Math.hypot(...cross.map((value, j) => value - (layer.cross.flat()[j] ?? NaN))), at).toBeLessThan(1e-8 * layer.own);
        const overlap = kernel.overlaps()?.[l];
        expect(overlap?.targets, at).toBeCloseTo(layer.twins / layer.own, 8);
        using block = await kernel.on(targetTask.trainInputs, run, l + 1);
        const entries = await backend.read(block);
        expect([0, 1, 2, 3].reduce((sum, p) => sum + (entries[5 * p] ?? NaN), 0) / layer.own, at).toBeCloseTo(1, 8);
      }
      kernel[Symbol.dispose]();
    }
    from[Symbol.dispose]();
    expect(backend.liveBytes).toBe(0);
  });
});
