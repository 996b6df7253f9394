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

describe('linear closed form where the richness, or the labels, are huge', () => {
  const source = makeTask(8, 8, 6, 1, teacher);
  const target = makeTask(8, 5, 6, 2, other);
  const scaled = (task: Task, by: number): Task => ({ ...task, trainLabels: task.trainLabels.map((y) => by * y) });
  const of = (gamma: number) => ({ ...bayesParameters, activation: 'linear' as const, gamma, temperature: 0.05 });

  // As many examples as dimensions: K is then ill-conditioned more often than not, and damped Newton steps alone left multiples of the labels over.
  it.each([1e3, 1e5, 9e5])('γ = %d leaves nothing of the equation for Δ over', (gamma) => {
    const left = (task: Task, { dual, slope }: ReturnType<typeof solveLinear>): number =>
      apart(
        preactivations(task.trainInputs, slope).map((f, p) => f + 0.05 * (dual[p] ?? NaN)),
        [...task.trainLabels],
      );
    for (let seed = 1; seed <= 12; seed++) {
      const first = scaled(makeTask(8, 8, 6, seed, teacher), 2);
      const second = scaled(makeTask(8, 7, 6, seed + 100, other), 2);
      const solved = solveLinear(first, of(gamma), 0);
      expect(left(first, solved), `source of seed ${seed}`).toBeLessThan(1e-8);
      for (const delta of [0, 0.1, 10])
        expect(left(second, solveLinear(second, of(gamma), delta, solved.law)), `δ = ${delta}, seed ${seed}`).toBeLessThan(1e-6);
    }
  });

  it('labels times s at richness γ/s give predictions times s', () => {
    const one = solveLinear(source, of(1e5), 0);
    const own = solveLinear(target, of(1e5), 2, one.law);
    const s = 1e9;
    const large = solveLinear(scaled(source, s), of(1e5 / s), 0);
    const larger = solveLinear(scaled(target, s), of(1e5 / s), 2, large.law);
    expect(apart(large.slope, [...one.slope.map((value) => s * value)])).toBeLessThan(1e-9);
    expect(apart(larger.slope, [...own.slope.map((value) => s * value)])).toBeLessThan(1e-9);
  });

  it('the root of c(1 − γ²ΔᵀKΔ) = 1 at γ = 1e5, of one example, is that of a cubic', () => {
    // K = 1, y = 1: Δ = 1/(T + c), c − γ²c/(T + c)² = 1, bisected here in c.
    const task: Task = {
      dimension: 1,
      trainInputs: Float64Array.of(1),
      trainLabels: Float64Array.of(1),
      testInputs: Float64Array.of(1),
      testLabels: Float64Array.of(1),
    };
    let [low, high] = [1, 1e12];
    for (let i = 0; i < 200; i++) {
      const c = Math.sqrt(low * high);
      if (c - (1e10 * c) / (0.05 + c) ** 2 < 1) low = c;
      else high = c;
    }
    expect(solveLinear(task, of(1e5), 0).dual[0]).toBeCloseTo(1 / (0.05 + low), 12);
  });
});
