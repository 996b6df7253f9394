import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { erf } from '$lib/base/special';
import { bayes } from '$lib/theory/bayes';
import { SampleKernel } from '$lib/theory/bayes/sample-kernel';
import type { Task } from '$lib/theory/theory';
import { gridChain, type GridStage } from '../../support/grid-chain';
import { bayesParameters, makeTask } from '../../support/task';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const backend = await createCpuBackend({ threads: 1 });

const plane = (rows: readonly (readonly [number, number])[], labels: readonly number[]): Task => ({
  dimension: 2,
  trainInputs: Float64Array.from(rows.flat()),
  trainLabels: Float64Array.from(labels),
  testInputs: Float64Array.from([1, 0]),
  testLabels: Float64Array.from([1]),
});

const wide = [
  plane(
    [
      [1, 0.4],
      [-0.3, 1.1],
      [0.8, -0.9],
    ],
    [1, -0.6, 0.5],
  ),
  plane(
    [
      [0.2, 1.3],
      [1.2, 0.1],
      [-0.7, 0.6],
    ],
    [0.7, 0.8, -1],
  ),
  plane(
    [
      [1.1, 1.0],
      [0.4, -1.2],
      [-1.5, 0.3],
    ],
    [-0.4, 1, 0.9],
  ),
];
// Of rank 1, in directions of their own: the span of one does not hold that of the one before.
const lines = [
  plane(
    [
      [1, 0.4],
      [-2, -0.8],
    ],
    [1, -0.6],
  ),
  plane(
    [
      [0.2, 1.3],
      [0.1, 0.65],
    ],
    [0.7, 0.8],
  ),
  plane(
    [
      [1.1, -1.0],
      [-1.65, 1.5],
    ],
    [-0.4, 1],
  ),
];

async function chain(stages: readonly GridStage[], particles: number, solver: 'auto' | 'particles'): Promise<SampleKernel[]> {
  const made: SampleKernel[] = [];
  for (const { task, gamma, temperature, delta } of stages) {
    const parameters = { ...bayesParameters, activation: 'erf' as const, gamma, temperature, particles, solver };
    const source = made.at(-1);
    const [kernel] = source
      ? await bayes.target(backend, [{ source, task, parameters, delta }], run)
      : await bayes.source(backend, [{ task, parameters }], run);
    if (!(kernel instanceof SampleKernel)) throw kernel instanceof Problem ? kernel : new Error('no kernel of samples');
    made.push(kernel);
  }
  return made;
}

const apart = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.hypot(...b.map((value, i) => value - (a[i] ?? NaN))) / Math.hypot(...b);

const stagesOf = (tasks: readonly Task[], gammas: readonly number[], deltas: readonly number[]): GridStage[] =>
  tasks.map((task, k) => ({ task, gamma: gammas[k] ?? NaN, temperature: 0.1, delta: deltas[k] ?? NaN }));

describe('chains of three erf tasks in the plane, against laws on a grid', () => {
  it.each([
    ['of full rank: nodes are handed on', wide, [1, 1, 1], [0, 1, 1], 'auto', 512, 0.01, 0.02],
    ['rich, with unlike couplings', wide, [2.5, 1, 2], [0, 3, 0.4], 'auto', 512, 0.01, 0.02],
    ['in lines of their own: particles are handed on', lines, [2, 1.5, 2], [0, 2, 1], 'auto', 2048, 0.01, 0.01],
    ['by particles that move', wide, [1, 1, 1], [0, 1, 1], 'particles', 2048, 0.04, 0.04],
  ] as const)('%s', { timeout: 120_000 }, async (_title, tasks, gammas, deltas, solver, particles, ofKernel, ofSamples) => {
    const stages = stagesOf(tasks, gammas, deltas);
    const truth = gridChain(stages, erf, 64);
    for (const [k, kernel] of (await chain(stages, particles, solver)).entries()) {
      const wanted = truth[k] ?? [];
      expect(kernel.warnings).toEqual([]);
      expect(apart(await backend.read(kernel.train), wanted), `kernel of stage ${k + 1}`).toBeLessThan(ofKernel);
      using drawn = await kernel.on(kernel.task.trainInputs, run);
      expect(apart(await backend.read(drawn), wanted), `samples of stage ${k + 1}`).toBeLessThan(ofSamples);
    }
  });

  it('stages of which the first is rich differ from the same without it, by more than the bounds above', () => {
    const [rich, lazy] = [2.5, 0.1].map((gamma) => gridChain(stagesOf(wide, [gamma, 1, 1], [0, 3, 3]), erf, 48)[2] ?? []);
    expect(apart(rich ?? [], lazy ?? [])).toBeGreaterThan(0.1);
  });
});

describe('the noise of a stage', () => {
  // With the noise of the stage before again these are too large by a third and more.
  it.each(['auto', 'particles'] as const)('is not that of the stage before: variances of weights without features, %s', async (solver) => {
    const tasks = [1, 2, 3].map((seed) => makeTask(6, 2, 1, seed, ([a = 0, b = 0]) => Math.sign(a + b)));
    const made = await chain(stagesOf(tasks, [1, 1, 1], [0, 1, 1]), 1024, solver);
    let variance = 1;
    for (const [k, kernel] of made.entries()) {
      if (k > 0) variance = 1 / 2 + variance / 4;
      expect(kernel.law.variance).toBeCloseTo(variance, 12);
      for (const sample of kernel.law.controlVariates) {
        const numbers = await backend.read(sample);
        const ratio = numbers.reduce((sum, value) => sum + value * value, 0) / numbers.length / variance;
        expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
      }
    }
  });
});
