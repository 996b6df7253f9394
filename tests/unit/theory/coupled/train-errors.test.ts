import { expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { Problem } from '$lib/base/problem';
import { bayes } from '$lib/theory/bayes';
import type { Task, TrainedKernel } from '$lib/theory/theory';
import { quietly } from '../../../support/networks';
import { bayesParameters } from '../../../support/task';

const backend = await createCpuBackend({ threads: 1 });
const good = (kernel: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
  return kernel;
};

const inPlane = (trainInputs: readonly number[], trainLabels: readonly number[]): Task => ({
  dimension: 2,
  trainInputs: Float64Array.from(trainInputs),
  trainLabels: Float64Array.from(trainLabels),
  testInputs: Float64Array.from(trainInputs),
  testLabels: Float64Array.from(trainLabels),
});
// Each example twice, with two labels.
const first = inPlane(
  [-0.36, 0.2, -0.79, 0.13, 0.91, 1.04, -0.59, -0.03, -0.36, 0.2, -0.79, 0.13, 0.91, 1.04, -0.59, -0.03],
  [-1, -1, -0.57, 0.46, -1, -1, 1, 0.71],
);
const second = inPlane(
  [1.19, 0.13, 0.83, 0.12, -0.1, 0.86, 0.75, 0.76, -0.88, 0.42, 1.87, 0.32, -0.71, 1.26, -0.91, 0.52],
  [-1, -1, -1, -1, 1, -1, -1, 1],
);

// Right values: Gauss–Hermite rules about every node of a square grid of the law of the source, in NumPy. Of samples of the same law the first was 22 % off.
it.each([
  ['erf', 1.25, 0.017, 1000, 0.0211722],
  ['erf', 2, 0.02, 500, 0.014372],
] as const)(
  'a strongly coupled target at a small temperature has the train error of its kernel: %s, γ = %d, T = %d, δ = %d',
  async (activation, gamma, temperature, delta, right) => {
    const parameters = { ...bayesParameters, activation, gamma, temperature };
    using source = good((await bayes.source(backend, [{ task: first, parameters }], quietly()))[0]);
    using target = good((await bayes.target(backend, [{ source, task: second, delta, parameters }], quietly()))[0]);
    expect(target.health.nodes).toBeGreaterThan(0);
    const { train, test, stderr } = await target.errors(quietly());
    expect(Math.abs(train / right - 1)).toBeLessThan(0.01);
    expect(stderr?.train).toBeGreaterThan(0);
    // The test examples are those of the training, and samples have them wrong: their standard error says by how much.
    expect(Math.abs(test - right)).toBeLessThan(2 * (stderr?.test ?? 0));
  },
);
