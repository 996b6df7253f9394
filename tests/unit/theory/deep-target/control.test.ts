import { expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Breath } from '$lib/theory/bayes/deep/target/breath';
import type { DeepTargetKernel } from '$lib/theory/bayes/deep/target/deep-target-kernel';
import { forwardTarget } from '$lib/theory/bayes/deep/target/forward-target';
import { pseudoInverse, times, type Small } from '$lib/theory/bayes/deep/target/small';
import { deepSource, deepTarget, distance, sixByFour, still } from '../../../support/deep-target';
import { bayesParameters } from '../../../support/task';

// Numbers of the reference do not depend on the machine.
const backend = createReferenceBackend();
const parameters = { ...bayesParameters, activation: 'erf' as const, depth: 2, temperature: 0.1, particles: 256 };
const coarse = { ...still, quality: 'coarse' } as const;
const { source: first, target: second } = sixByFour;

/** B of the second layer, [b, n], as some of a kernel's draws see it. */
async function weightsBy({ law, task }: DeepTargetKernel, from: number, to: number): Promise<Small> {
  const way = { upTo: 2, seed: 1, first: 1, breath: new Breath(backend, coarse, 1) };
  const layers = await forwardTarget({ ...law, snapshots: law.snapshots.slice(from, to) }, task, task.testInputs, way);
  return layers.at(-1)!.weights;
}

/** B of a source's own kernel: that of its targets as δ → ∞. */
async function frozenWeights(particles: number): Promise<Small> {
  using source = await deepSource(backend, first, { ...parameters, particles, seed: 11 });
  const [n, b] = [second.trainLabels.length, second.testLabels.length];
  using on = await source.on(Float64Array.from([...second.trainInputs, ...second.testInputs]), still);
  const kernel = await backend.read(on);
  const rows = (from: number, count: number): Small =>
    Float64Array.from({ length: count * n }, (_, i) => kernel[(from + Math.floor(i / n)) * (n + b) + (i % n)]!);
  return times(rows(n, b), pseudoInverse(rows(0, n), n, 1e-6), n);
}

it('at large δ the samples that draws were made with make no noise on other examples, and the rest is right', async () => {
  using source = await deepSource(backend, first, parameters, coarse);
  const halves = async (delta: number): Promise<readonly [Small, Small]> => {
    using kernel = await deepTarget(backend, { source, task: second, parameters, delta }, coarse);
    expect(kernel.law.snapshots).toHaveLength(4);
    return [await weightsBy(kernel, 0, 2), await weightsBy(kernel, 2, 4)];
  };
  // Two draws of a few hundred particles have 15 % of noise, which is taken off from δ = 99 on.
  const [noisy, other] = await halves(50);
  expect(distance(noisy, other)).toBeGreaterThan(0.1);
  const [near, twin] = await halves(300);
  expect(distance(near, twin)).toBeLessThan(0.03);
  const [one, two] = await halves(1e6);
  expect(distance(one, two)).toBeLessThan(0.001);
  // What is put in its place is the mean over all samples of the source. With half of η it is 40 % off.
  const right = await frozenWeights(1024);
  for (const own of [one, two]) expect(distance(own, right)).toBeLessThan(0.1);
});
