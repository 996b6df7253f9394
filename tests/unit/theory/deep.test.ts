import { describe, expect, it } from 'vitest';
import type { Matrix } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { isAbort, Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import { lazy } from '$lib/theory/lazy';
import type { SourceParameters, Task, Theory, TrainedKernel } from '$lib/theory/theory';
import { compareDeep, deepTask, planeOfTwo } from '../../support/deep';
import { bayesParameters } from '../../support/task';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const quick: Run = { ...run, quality: 'coarse' };
const backend = await createCpuBackend({ threads: 1 });

const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};
const source = async (parameters: SourceParameters, task: Task = deepTask, theory: Theory = bayes, how = run): Promise<TrainedKernel> =>
  solved((await theory.source(backend, [{ task, parameters }], how))[0]);

describe('deep networks against evaluations of their own', () => {
  it.each([
    ['linear', 3, 1, 'cpu'],
    ['erf', 2, 2, 'cpu'],
    ['relu', 2, 1, 'reference'],
  ] as const)('%s of depth %i at γ = %d on %s', { timeout: 300_000 }, async (activation, depth, gamma, engine) => {
    const own = engine === 'cpu' ? await createCpuBackend({ threads: 1 }) : createReferenceBackend();
    const { left, kernel, exact, test, stderr, virial } = await compareDeep(own, activation, depth, gamma, 1024);
    expect(left).toBeLessThan(1e-9);
    expect(kernel).toBeLessThan(0.04);
    expect(Math.abs(test / exact - 1)).toBeLessThan(0.03);
    expect(Math.abs(test - exact)).toBeLessThan(4 * stderr);
    expect(Math.abs(virial - 1)).toBeLessThan(0.05);
    expect(own.liveBytes).toBe(0);
  });
});

const lazyLayer = async (kernel: TrainedKernel, layer: number): Promise<Matrix> => {
  const block = await kernel.on?.(deepTask.trainInputs, run, layer);
  if (!block) throw new Error('no kernel');
  return block;
};

describe('limits', () => {
  it.each([
    ['erf', 2],
    ['relu', 3],
    ['tanh', 2],
    ['linear', 4],
  ] as const)('γ → 0 of %s with %i hidden layers is the NNGP, to rounding', { timeout: 300_000 }, async (activation, depth) => {
    const parameters = { ...bayesParameters, activation, depth, gamma: 1e-4, particles: 128 };
    const [deep, wanted] = [await source(parameters, deepTask, bayes, quick), await source(parameters, deepTask, lazy)];
    const [a, b] = [await backend.read(deep.train), await backend.read(wanted.train)];
    a.forEach((value, i) => expect(value).toBeCloseTo(b[i] ?? NaN, 6));
    const [found, exact] = [await deep.errors(run), await wanted.errors(run)];
    expect(found.bias / exact.bias).toBeCloseTo(1, 5);
    // The layer below the last is the NNGP of one layer less, and h there has its variance.
    const below = await source({ ...parameters, depth: depth - 1 }, deepTask, lazy);
    const [c, d] = [await deep.on?.(deepTask.trainInputs, run, depth - 1), await lazyLayer(wanted, depth - 1)];
    const [e, f, g] = [await backend.read(c ?? deep.train), await backend.read(d), await backend.read(below.train)];
    g.forEach((value, i) => {
      expect(e[i]).toBeCloseTo(value, 5);
      expect(f[i]).toBeCloseTo(value, 12);
    });
    expect((await deep.preactivation?.(1, run, 1))?.prior).toBeCloseTo((await wanted.preactivation?.(1, run, 1))?.prior ?? NaN, 12);
  });
});

describe('a deep kernel', () => {
  const parameters: SourceParameters = { ...bayesParameters, depth: 2, gamma: 1, particles: 256 };

  it('is the same for the same seed, and another for another', async () => {
    const [one, again, other] = [
      await source(parameters, planeOfTwo, bayes, quick),
      await source(parameters, planeOfTwo, bayes, quick),
      await source({ ...parameters, seed: 2 }, planeOfTwo, bayes, quick),
    ];
    expect(await backend.read(again.train)).toEqual(await backend.read(one.train));
    expect(await again.errors(run)).toEqual(await one.errors(run));
    expect(await backend.read(other.train)).not.toEqual(await backend.read(one.train));
  });

  it('does not depend on who shares its batch', async () => {
    const gammas = [0.5, 1, 2];
    const together = await bayes.source(
      backend,
      gammas.map((gamma) => ({ task: planeOfTwo, parameters: { ...parameters, gamma } })),
      quick,
    );
    for (const [i, gamma] of gammas.entries()) {
      const alone = await source({ ...parameters, gamma }, planeOfTwo, bayes, quick);
      const [a, b] = [await backend.read(alone.train), await backend.read(solved(together[i]).train)];
      a.forEach((value, at) => expect(value).toBeCloseTo(b[at] ?? NaN, 12));
    }
  });

  it('is known on other inputs, and its pre-activations are', async () => {
    const kernel = await source(parameters, planeOfTwo, bayes, quick);
    const block = await backend.read((await kernel.on?.(planeOfTwo.trainInputs, run)) ?? kernel.train);
    const own = await backend.read(kernel.train);
    // The same examples a second time: alike up to the jitter, which lets them have a little of their own.
    own.forEach((value, i) => expect(block[i]).toBeCloseTo(value, 5));
    const law = await kernel.preactivation?.(0, run);
    expect(law && 'samples' in law.law ? law.law.samples.length : 0).toBe(2 * 128);
    const lazyKernel = await source({ ...parameters, depth: 1 }, planeOfTwo, lazy);
    expect(law?.prior).toBeCloseTo((await backend.read(lazyKernel.train))[0] ?? NaN, 10);
  });

  it('tells when the step is too long', async () => {
    const results = await bayes.source(backend, [{ task: deepTask, parameters: { ...parameters, gamma: 3, stretch: 40 } }], quick);
    const [result] = results;
    if (result instanceof Problem) expect(result.message).toMatch(/ran away/);
    else expect(result?.warnings.join()).toMatch(/virial identity off by/);
  });

  it('stops when it is told to and leaves nothing behind', async () => {
    const own = createReferenceBackend();
    const controller = new AbortController();
    const stopping: Run = {
      signal: controller.signal,
      quality: 'coarse',
      progress: (fraction) => {
        if (fraction > 0.9) controller.abort();
      },
    };
    const outcome = await bayes.source(own, [{ task: deepTask, parameters }], stopping).catch((error: unknown) => error);
    expect(isAbort(outcome)).toBe(true);
    expect(own.liveBytes).toBe(0);
  });
});

describe('what cannot be', () => {
  it.each([
    [{ depth: 5 }, 'depth: must be a whole number from 1 to 4, got 5'],
    [{ activation: 'quadratic' }, 'activation: the posterior of a deep quadratic network is not normalisable; choose another or depth: 1'],
  ] as const)('%j', async (change, message) => {
    const [result] = await bayes.source(backend, [{ task: planeOfTwo, parameters: { ...bayesParameters, depth: 2, ...change } }], quick);
    expect(result instanceof Problem && result.message).toBe(message);
  });

  it('a target of inputs of another dimension', async () => {
    const from = await source({ ...bayesParameters, depth: 2, particles: 64 }, planeOfTwo, bayes, quick);
    const [result] = await bayes.target(backend, [{ source: from, task: deepTask, parameters: from.parameters, delta: 1 }], quick);
    expect(result instanceof Problem && result.message).toBe('target: must have 3 inputs like its source, got 8');
  });
});
