import { expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { averageOver } from '$lib/theory/bayes/deep/target/block';
import { Breath } from '$lib/theory/bayes/deep/target/breath';
import { attempts, planFor } from '$lib/theory/bayes/deep/target/plan';
import { Known, runOf } from '$lib/theory/bayes/deep/target/run-target';
import { preactivations } from '$lib/theory/bayes/closed';
import { solveDeepSource } from '$lib/theory/bayes/deep/linear/source';
import { solveDeepTarget } from '$lib/theory/bayes/deep/linear/solve';
import { deepSource, deepTarget, distance, sixByFour, still } from '../../../support/deep-target';
import { bayesParameters, makeTask } from '../../../support/task';

const backend = await createCpuBackend({ threads: 1 });
const last = attempts - 1;

it.each([2, 3])('particles whose fields follow at every step come to the exact saddle: linear, depth %i', async (depth) => {
  const own = { ...bayesParameters, activation: 'linear' as const, depth, temperature: 0.1, particles: 2048 };
  const delta = 2;
  using source = await deepSource(backend, sixByFour.source, own);
  const task = sixByFour.target;
  const plan = planFor('fine', depth, own.gamma, own.temperature, last);
  expect(plan.averaged).toBe(false);
  const run = await runOf(backend, new Known(), { source, task, parameters: own, delta }, plan, last, new Breath(backend, still, 1));
  const exact = solveDeepTarget(solveDeepSource(sixByFour.source, 1, 0.1, depth), task, own, delta);
  const f = preactivations(task.trainInputs, exact.slope);
  const { d } = averageOver(run!.snapshots, depth - 1);
  // Φ Δ of the exact Δ is the exact f.
  const found = task.trainLabels.map((_, p) => exact.dual.reduce((sum, value, q) => sum + d[p * 4 + q]! * value, 0));
  expect(distance(found, f)).toBeLessThan(0.03);
});

it('relu networks of three layers whose averages run away are followed at every step instead', { timeout: 120_000 }, async () => {
  const rule = ([a = 0, b = 0]: readonly number[]): number => Math.tanh(a - 0.6 * b);
  const [first, second] = [makeTask(3, 3, 2, 37, rule), makeTask(3, 3, 8, 38, ([a = 0, b = 0]) => Math.tanh(a - b))];
  const own = { ...bayesParameters, activation: 'relu' as const, depth: 3, gamma: 1.45, temperature: 0.05, particles: 512 };
  using source = await deepSource(backend, first, own);
  const point = { source, task: second, parameters: own, delta: 1 };
  const begun = await runOf(
    backend,
    new Known(),
    point,
    planFor('fine', 3, own.gamma, own.temperature, 0),
    0,
    new Breath(backend, still, 1),
  );
  expect(begun).toBeUndefined();
  using kernel = await deepTarget(backend, point);
  expect(Math.abs(kernel.health.virial! - 1)).toBeLessThan(0.05);
});
