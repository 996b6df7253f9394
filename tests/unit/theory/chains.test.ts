import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import { flow } from '$lib/theory/flow';
import { lazy } from '$lib/theory/lazy';
import type { SourceParameters, Task, Theory, TrainedKernel } from '$lib/theory/theory';
import { apart as apartEnds, flowStages, networkChain, theoryChain } from '../../support/flow-chain';
import { solveDense, predictDense } from '../../support/linear-bayes';
import { bayesParameters, makeTask } from '../../support/task';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'coarse' };
const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};
const rows = (task: Task, inputs: Float64Array): number[][] =>
  Array.from({ length: inputs.length / task.dimension }, (_, p) => [...inputs.slice(p * task.dimension, (p + 1) * task.dimension)]);
const apart = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.hypot(...b.map((value, i) => value - (a[i] ?? NaN))) / Math.hypot(...b);

const task = (seed: number, turn: number, dimension = 6, train = 5): Task =>
  makeTask(dimension, train, 7, seed, (x) => x.reduce((sum, value, k) => sum + value * Math.cos(k + turn), 0) / Math.sqrt(x.length));

/** Stages one after another: the first alone, each other coupled to the one before. */
async function chain(
  theory: Theory,
  tasks: readonly Task[],
  parameters: (stage: number) => SourceParameters,
  deltas: readonly number[],
): Promise<TrainedKernel[]> {
  const backend = createReferenceBackend();
  const stages: TrainedKernel[] = [];
  for (const [k, own] of tasks.entries()) {
    const before = stages.at(-1);
    const [made] = before
      ? await theory.target(backend, [{ source: before, task: own, parameters: parameters(k), delta: deltas[k - 1] ?? NaN }], run)
      : await theory.source(backend, [{ task: own, parameters: parameters(k) }], run);
    stages.push(solved(made));
  }
  return stages;
}

describe('chains of linear two-layer networks', () => {
  // Further chains of the same kind: rich and lazy, weak and strong couplings, more examples than dimensions.
  it.each([
    [[1, 1, 1], [1, 1], 6, 5],
    [[2, 0.3, 3], [0.1, 30], 6, 5],
    [[0.5, 2, 1, 2], [5, 0.5, 1000], 4, 7],
    [[1, 1, 1], [0, 3], 6, 5],
  ] as const)(
    'γ = %j, δ = %j, D = %i, P = %i: every stage agrees with dense matrices to 1e-9',
    async (gammas, deltas, dimension, train) => {
      const tasks = gammas.map((_, k) => task(k + 1, 0.6 * k, dimension, train));
      const stages = await chain(bayes, tasks, (k) => ({ ...bayesParameters, activation: 'linear', gamma: gammas[k] ?? NaN }), deltas);
      let covariance: number[][] | undefined;
      for (const [k, own] of tasks.entries()) {
        const problem = {
          inputs: rows(own, own.trainInputs),
          labels: [...own.trainLabels],
          gamma: gammas[k] ?? NaN,
          temperature: bayesParameters.temperature,
          delta: k === 0 ? 0 : (deltas[k - 1] ?? NaN),
          ...(covariance && { source: covariance }),
        };
        const exact = solveDense(problem);
        const found = await stages[k]?.predict?.(own.testInputs, run);
        expect(apart(found ?? [], predictDense(rows(own, own.testInputs), problem, exact)), `stage ${k + 1}`).toBeLessThan(1e-9);
        covariance = exact.covariance;
      }
    },
  );
});

describe('lazy chains', () => {
  it('the prior variance of each stage is 1/(1+δ) + κ² that of the one before', async () => {
    const tasks = [1, 2, 3].map((k) => task(k, k));
    const stages = await chain(lazy, tasks, () => ({ ...bayesParameters, activation: 'linear' }), [1, 3]);
    const variance = 1 / 4 + (9 / 16) * (1 / 2 + 1 / 4);
    const law = await stages[2]?.preactivation?.(0, run);
    const x = tasks[2]?.trainInputs.subarray(0, 6) ?? new Float64Array();
    expect(law?.prior).toBeCloseTo((variance * x.reduce((sum, value) => sum + value * value, 0)) / 6, 12);
  });
});

describe('chains of particles', () => {
  it('at γ → 0 is the lazy chain, to rounding, by the control variate', { timeout: 120_000 }, async () => {
    const tasks = [1, 2, 3].map((k) => task(k, k, 4, 4));
    const parameters: SourceParameters = { ...bayesParameters, activation: 'erf', gamma: 1e-4, particles: 128, solver: 'particles' };
    const fine: Run = { ...run, quality: 'fine' };
    const backend = createReferenceBackend();
    const make = async (theory: Theory): Promise<TrainedKernel> => {
      const first = solved((await theory.source(backend, [{ task: tasks[0] as Task, parameters }], fine))[0]);
      const second = solved((await theory.target(backend, [{ source: first, task: tasks[1] as Task, parameters, delta: 2 }], fine))[0]);
      return solved((await theory.target(backend, [{ source: second, task: tasks[2] as Task, parameters, delta: 1 }], fine))[0]);
    };
    const [sampled, exact] = [await make(bayes), await make(lazy)];
    const [a, b] = [await backend.read(sampled.train), await backend.read(exact.train)];
    a.forEach((value, i) => expect(value).toBeCloseTo(b[i] ?? NaN, 5));
  });
});

describe('chains of gradient flow', () => {
  it('a third stage of no time is the second, its readout kept', { timeout: 120_000 }, async () => {
    const tasks = [task(1, 0), task(2, 0.5), task(2, 0.5)];
    const backend = createReferenceBackend();
    const parameters: SourceParameters = { ...bayesParameters, activation: 'erf', time: 2, particles: 128 };
    const source = solved((await flow.source(backend, [{ task: tasks[0] as Task, parameters }], run))[0]);
    const shared = { readout: 'kept', centred: false } as const;
    const second = solved((await flow.target(backend, [{ ...shared, source, task: tasks[1] as Task, parameters, delta: 1 }], run))[0]);
    const third = solved(
      (
        await flow.target(
          backend,
          [{ ...shared, source: second, task: tasks[2] as Task, parameters: { ...parameters, time: 1e-9 }, delta: 1 }],
          run,
        )
      )[0],
    );
    const [f, g] = [await second.predict?.(task(9, 0).testInputs, run), await third.predict?.(task(9, 0).testInputs, run)];
    expect(apart(g ?? [], [...(f ?? [])])).toBeLessThan(1e-6);
    const { test } = await second.errors(run);
    const own = await second.predict?.((tasks[1] as Task).testInputs, run);
    expect(test).toBeGreaterThan(0);
    expect(own?.length).toBe(7);
  });

  it('agrees in three stages with a network of 2000 neurons', { timeout: 120_000 }, async () => {
    const theory = await theoryChain(createReferenceBackend(), flowStages, 2048, { ...run, quality: 'fine' });
    const network = networkChain(flowStages, 2000, 1, 0.1);
    for (const [k, { task: own }] of flowStages.entries()) {
      const { kernel, test, train } = apartEnds(stage(theory, k), stage(network, k), own);
      expect(kernel, `kernel of stage ${k + 1}`).toBeLessThan(0.04);
      expect(test, `test error of stage ${k + 1}`).toBeLessThan(0.08);
      expect(train, `training error of stage ${k + 1}`).toBeLessThan(0.01);
    }
    // The stage in the middle matters for the last.
    const shorter = networkChain([stage(flowStages, 0), stage(flowStages, 2)], 2000, 1, 0.1);
    expect(apartEnds(stage(shorter, 1), stage(network, 2), stage(flowStages, 2).task).kernel).toBeGreaterThan(0.05);
  });
});

function stage<T>(all: readonly T[], k: number): T {
  const one = all[k];
  if (one === undefined) throw new Error('a stage was lost');
  return one;
}
