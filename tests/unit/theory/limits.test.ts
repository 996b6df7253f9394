import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import { lazy } from '$lib/theory/lazy';
import { proportional } from '$lib/theory/proportional';
import type { SourceParameters, Theory, TrainedKernel } from '$lib/theory/theory';
import { denseErrors, physicalRoots, sourceEquation, sourceRoot } from '../../support/proportional';
import { bayesParameters, makeTask } from '../../support/task';

/** Limits of theory.md that the files of the single theories do not hold. */
const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const backend = await createCpuBackend({ threads: 1 });
const teacher =
  (angle: number) =>
  (x: readonly number[]): number =>
    x.reduce((sum, value, k) => sum + value * Math.cos(k + angle), 0) / 2;
const [first, second] = [makeTask(8, 14, 12, 1, teacher(0)), makeTask(8, 6, 12, 2, teacher(0.6))];

const good = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};
const sourceOf = async (theory: Theory, parameters: SourceParameters): Promise<TrainedKernel> =>
  good((await theory.source(backend, [{ task: first, parameters }], run))[0]);
const targetOf = async (theory: Theory, source: TrainedKernel, delta: number, parameters = source.parameters): Promise<TrainedKernel> =>
  good((await theory.target(backend, [{ source, task: second, parameters, delta }], run))[0]);
const figures = ['train', 'test', 'bias', 'variance'] as const;

describe('T → 0', () => {
  test('linear bayes interpolates, and no longer depends on T', async () => {
    const at = async (temperature: number) => {
      const source = await sourceOf(bayes, { ...bayesParameters, activation: 'linear', gamma: 1 });
      const target = await targetOf(bayes, source, 1, { ...source.parameters, temperature });
      return await target.errors(run);
    };
    const [cold, colder] = [await at(1e-6), await at(1e-9)];
    expect(cold.train).toBeLessThan(1e-10);
    expect(colder.test / cold.test).toBeCloseTo(1, 4);
    expect((await at(0.1)).train).toBeGreaterThan(1e-4);
  });

  test.each(['linear', 'erf'] as const)('a proportional target of %s interpolates and keeps a variance', async (activation) => {
    const parameters: SourceParameters = { ...bayesParameters, activation, temperature: 0.1, width: 60 };
    const source = await sourceOf(proportional, parameters);
    const at = async (temperature: number) => (await targetOf(proportional, source, 1, { ...parameters, temperature })).errors(run);
    const [cold, colder] = [await at(1e-5), await at(1e-6)];
    expect(cold.train).toBeLessThan(1e-4);
    for (const name of ['test', 'bias', 'variance'] as const) expect(colder[name] / cold[name]).toBeCloseTo(1, 3);
    expect(colder.variance).toBeGreaterThan(0.01);
  });
});

test.each(['linear', 'erf'] as const)(
  'δ → ∞ of proportional %s is reached, where its equations written out have it',
  async (activation) => {
    const parameters: SourceParameters = { ...bayesParameters, activation, temperature: 0.1, width: 60 };
    const source = await sourceOf(proportional, parameters);
    const [far, farther] = [
      await (await targetOf(proportional, source, 1e4)).errors(run),
      await (await targetOf(proportional, source, 1e6)).errors(run),
    ];
    for (const name of figures) expect(farther[name] / far[name]).toBeCloseTo(1, 3);
    const order = sourceRoot(sourceEquation(activation, first, 0.1, 60));
    const setting = {
      phi: activation,
      source: first,
      target: second,
      sourceTemperature: 0.1,
      temperature: 0.1,
      width: 60,
      delta: 1e6,
      order,
    };
    const [root] = physicalRoots(setting);
    if (!root) throw new Error('the dense evaluation found no root');
    const wanted = denseErrors(setting, root);
    for (const name of figures) expect(farther[name] / wanted[name]).toBeCloseTo(1, 6);
  },
);

test.each([
  ['bayes', bayes, { ...bayesParameters, particles: 64 }],
  ['proportional', proportional, { ...bayesParameters, temperature: 0.1, width: 60 }],
] as const)('%s gives the same for the same seed on repeated runs', async (_name, theory, parameters) => {
  const once = async () => {
    using source = await sourceOf(theory, parameters);
    using target = await targetOf(theory, source, 1);
    return [await source.errors(run), await target.errors(run)];
  };
  expect(await once()).toEqual(await once());
});

test.each(['linear', 'erf'] as const)('the renormalised kernel of proportional %s is known on any inputs', async (activation) => {
  const parameters: SourceParameters = { ...bayesParameters, activation, temperature: 0.1, width: 60 };
  const source = await sourceOf(proportional, parameters);
  const target = await targetOf(proportional, source, 2);
  for (const kernel of [source, target]) {
    const { trainInputs, testInputs, trainLabels } = kernel.task;
    const [own, union] = [await kernel.on?.(trainInputs, run), await kernel.on?.(Float64Array.of(...trainInputs, ...testInputs), run)];
    const [train, same, wide] = await Promise.all(
      [kernel.train, own ?? kernel.train, union ?? kernel.train].map((matrix) => backend.read(matrix)),
    );
    const [n, m] = [trainLabels.length, union?.rows ?? 0];
    expect(m).toBe(n + 12);
    train?.forEach((value, i) => {
      expect(same?.[i]).toBeCloseTo(value, 12);
      expect(wide?.[Math.floor(i / n) * m + (i % n)]).toBeCloseTo(value, 12);
    });
  }
});

describe('γ = 0 of bayes is the lazy limit', () => {
  const deltas = [0, 1, 30] as const;

  test.each([
    ['linear', 'auto'],
    ['linear', 'particles'],
    ['erf', 'auto'],
    ['relu', 'auto'],
  ] as const)('of source and target, %s by %s', { timeout: 300_000 }, async (activation, solver) => {
    const parameters: SourceParameters = { ...bayesParameters, activation, solver, gamma: 0, particles: 256 };
    const [untaught, plain] = [await sourceOf(bayes, parameters), await sourceOf(lazy, parameters)];
    const pairs = [[untaught, plain]];
    for (const delta of deltas) pairs.push([await targetOf(bayes, untaught, delta), await targetOf(lazy, plain, delta)]);
    for (const [ours, theirs] of pairs) {
      if (!ours || !theirs) throw new Error('a kernel was lost');
      expect(ours.warnings).toEqual([]);
      const [a, b] = [await backend.read(ours.train), await backend.read(theirs.train)];
      a.forEach((value, i) => {
        expect(value).toBeCloseTo(b[i]!, 9);
      });
      const { bias, stderr } = await ours.errors(run);
      expect(bias).toBeCloseTo((await theirs.errors(run)).bias, 9);
      expect(stderr?.bias ?? 0).toBeLessThan(1e-9);
    }
  });

  test('of a target alone: from scratch the lazy kernel, tied to a rich source what a small γ comes to', { timeout: 300_000 }, async () => {
    for (const activation of ['linear', 'erf'] as const) {
      const rich: SourceParameters = { ...bayesParameters, activation, gamma: 2, particles: 256 };
      const source = await sourceOf(bayes, rich);
      const free = await targetOf(bayes, source, 0, { ...rich, gamma: 0 });
      const plain = await targetOf(lazy, await sourceOf(lazy, rich), 0);
      expect((await free.errors(run)).bias).toBeCloseTo((await plain.errors(run)).bias, 9);
      const [none, little] = [
        await targetOf(bayes, source, 5, { ...rich, gamma: 0 }),
        await targetOf(bayes, source, 5, { ...rich, gamma: 1e-3 }),
      ];
      const bias = (await none.errors(run)).bias;
      expect((await little.errors(run)).bias / bias).toBeCloseTo(1, 5);
      // The source’s features, which are not the lazy ones.
      expect(Math.abs(bias / (await (await targetOf(lazy, await sourceOf(lazy, rich), 5)).errors(run)).bias - 1)).toBeGreaterThan(0.01);
    }
  });

  test('but of deep networks it is refused', async () => {
    const [deep] = await bayes.source(backend, [{ task: first, parameters: { ...bayesParameters, depth: 2, gamma: 0 } }], run);
    expect(deep instanceof Problem && deep.message).toBe('gamma: must be a number > 0, got 0');
  });
});
