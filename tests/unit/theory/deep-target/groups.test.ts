import { expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Breath } from '$lib/theory/bayes/deep/target/breath';
import { forwardInParts, type TargetLaw } from '$lib/theory/bayes/deep/target/forward-target';
import { groupsOf, meanOrWorst } from '$lib/theory/bayes/deep/target/groups';
import { combined, size } from '$lib/theory/bayes/deep/target/small';
import { deepSource, deepTarget, sixByFour, still } from '../../../support/deep-target';
import { bayesParameters } from '../../../support/task';

it.each([
  [2048, 10, 8, 256],
  [1024, 10, 8, 128],
  [1024, 20, 6, 170],
  [640, 10, 5, 128],
  [512, 10, 4, 128],
  [512, 20, 1, 512],
  [496, 10, 1, 496],
] as const)('%d particles and %d examples make %d groups of %d', (particles, examples, groups, count) => {
  const found = groupsOf(particles, examples);
  expect(found.map((group) => group.count)).toEqual(Array.from({ length: groups }, () => count));
  expect(found.map(({ first }) => first)).toEqual(found.map((_, g) => g * count));
});

it('what one group of eight has left of its labels is seen, and what all have in common, beside their noise', () => {
  const noise = Array.from({ length: 8 }, (_, g) => Float64Array.of(g % 2 ? 0.01 : -0.01, 0.004));
  // Their mean of 0.004 is little more than what their noise of 0.01 makes of it.
  expect(meanOrWorst(noise)).toBeLessThan(0.0015);
  expect(meanOrWorst(noise.map((own) => combined([1, own], [1, Float64Array.of(0, 0.026)])))).toBeCloseTo(0.03, 3);
  const sick = [...noise.slice(1), Float64Array.of(0.12, 0)];
  expect(size(combined(...sick.map((own) => [1 / 8, own] as const)))).toBeLessThan(0.02);
  expect(meanOrWorst(sick)).toBeCloseTo((0.12 - Math.hypot(0.01, 0.004)) / 3, 12);
});

it.each([1, 2] as const)('what a part of the run has wrong in layer %d comes through to its jackknife on other examples', async (layer) => {
  const backend = createReferenceBackend();
  const own = { ...bayesParameters, depth: 3, temperature: 0.1, particles: 128 };
  const coarse = { ...still, quality: 'coarse' } as const;
  using source = await deepSource(backend, sixByFour.source, own, coarse);
  using kernel = await deepTarget(backend, { source, task: sixByFour.target, parameters: own, delta: 1 }, coarse);
  const { law, task } = kernel;
  const [first, ...others] = law.snapshots;
  if (!first) throw new Error('a run without draws');
  const layers = first.layers.map((one, l) => (l === layer - 1 ? { ...one, z: one.z.map((value) => 1.5 * value) } : one));
  const without = async (own: TargetLaw): Promise<readonly Float64Array[]> => {
    const breath = new Breath(backend, coarse, 1);
    const { layers, without } = await forwardInParts(own, task, task.testInputs, { upTo: 3, seed: 1, first: 0, breath });
    return without.map((weights) => combined([1, weights], [-1, layers.at(-1)!.weights]));
  };
  const sound = await without(law);
  const wrong = await without({ ...law, snapshots: [{ ...first, layers }, ...others] });
  const [mine, other] = [0, 1].map((part) => size(combined([1, wrong[part]!], [-1, sound[part]!])));
  // Of four parts a third of what goes with the wrong one stays in each of the others: 3, but for noise. Nothing would come through of what all share.
  expect(mine! / other!).toBeGreaterThan(2);
  expect(mine! / size(sound[0]!)).toBeGreaterThan(0.1);
});
