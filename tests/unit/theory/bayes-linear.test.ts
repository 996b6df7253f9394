import { describe, expect, it } from 'vitest';
import { preactivations, solveLinear } from '$lib/theory/bayes/closed';
import type { Task } from '$lib/theory/theory';
import { predictDense, solveDense } from '../../support/linear-bayes';
import { bayesParameters, makeTask } from '../../support/task';

const rows = (task: Task, inputs: Float64Array): number[][] =>
  Array.from({ length: inputs.length / task.dimension }, (_, p) => [...inputs.slice(p * task.dimension, (p + 1) * task.dimension)]);

const apart = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.sqrt(b.reduce((sum, value, i) => sum + ((a[i] ?? NaN) - value) ** 2, 0) / b.reduce((sum, value) => sum + value ** 2, 0));

const teacher = (x: readonly number[]): number => x.reduce((sum, value, k) => sum + value * Math.cos(k), 0) / Math.sqrt(x.length);
const other = (x: readonly number[]): number =>
  x.reduce((sum, value, k) => sum + value * Math.cos(k + 0.7), 0) / Math.sqrt(x.length) + 0.2 * Math.sin(9 * (x[0] ?? 0));

// More dimensions than rows, and fewer: the two ways through the spectrum.
describe.each([
  [8, 5],
  [4, 9],
])('linear closed form, D = %i, P = %i, against dense self-consistency', (dimension, examples) => {
  const source = makeTask(dimension, examples + 3, 6, 1, teacher);
  const target = makeTask(dimension, examples, 6, 2, other);
  it.each([0.1, 1, 3])('γ = %d', (gamma) => {
    const parameters = { ...bayesParameters, activation: 'linear' as const, gamma, temperature: 0.05 };
    const sourceProblem = { inputs: rows(source, source.trainInputs), labels: [...source.trainLabels], gamma, temperature: 0.05, delta: 0 };
    const exactSource = solveDense(sourceProblem);
    const solved = solveLinear(source, parameters, 0);
    expect(apart(solved.dual, exactSource.dual)).toBeLessThan(1e-9);
    expect(
      apart(preactivations(source.testInputs, solved.slope), predictDense(rows(source, source.testInputs), sourceProblem, exactSource)),
    ).toBeLessThan(1e-9);
    for (const delta of [0, 0.01, 0.1, 1, 10, 100, 1000]) {
      const own = { ...parameters, gamma: 0.7 * gamma, temperature: 0.02 };
      const problem = {
        inputs: rows(target, target.trainInputs),
        labels: [...target.trainLabels],
        gamma: 0.7 * gamma,
        temperature: 0.02,
        delta,
        source: exactSource.covariance,
      };
      const exact = solveDense(problem);
      const got = solveLinear(target, own, delta, solved.law);
      expect(apart(got.dual, exact.dual), `Δ at δ = ${delta}`).toBeLessThan(1e-9);
      expect(
        apart(preactivations(target.testInputs, got.slope), predictDense(rows(target, target.testInputs), problem, exact)),
        `f at δ = ${delta}`,
      ).toBeLessThan(1e-9);
    }
  });
});
