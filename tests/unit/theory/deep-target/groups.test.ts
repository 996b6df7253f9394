import { expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Breath } from '$lib/theory/bayes/deep/target/breath';
import { forwardInParts, type TargetLaw } from '$lib/theory/bayes/deep/target/forward-target';
import { averageOver } from '$lib/theory/bayes/deep/target/block';
import { groupsOf, meanOrWorst, residualOf } from '$lib/theory/bayes/deep/target/groups';
import { combined, ridgeSolve, size, symmetric } from '$lib/theory/bayes/deep/target/small';
import type { LayerKernels } from '$lib/theory/bayes/deep/target/tie';
import { tolerance } from '$lib/theory/bayes/schedule';
import { deepSource, deepTarget, sixByFour, still } from '../../../support/deep-target';
import { bayesParameters, uniforms } from '../../../support/task';

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
  const known = noise.map(size);
  // Their mean of 0.004 is little more than what their noise of 0.01 makes of it.
  expect(meanOrWorst(noise, known)).toBeLessThan(0.0015);
  const all = noise.map((own) => combined([1, own], [1, Float64Array.of(0, 0.026)]));
  expect(meanOrWorst(all, known)).toBeCloseTo(0.03, 3);
  const sick = [...noise.slice(1), Float64Array.of(0.12, 0)];
  expect(size(combined(...sick.map((own) => [1 / 8, own] as const)))).toBeLessThan(0.02);
  expect(meanOrWorst(sick, known)).toBeCloseTo((0.12 - Math.hypot(0.01, 0.004)) / 3, 12);
});

it('what half of the groups have left one way and half the other is seen, where it is not the noise of their draws', () => {
  const halves = Array.from({ length: 8 }, (_, g) => Float64Array.of(g < 4 ? 0.1 : -0.1, 0));
  // No group is longer than the others, and their mean vanishes.
  const quiet = halves.map(() => 0.01);
  expect(meanOrWorst(halves, quiet)).toBeCloseTo(Math.sqrt(0.1 ** 2 - (1.5 * 0.01) ** 2) / 3, 12);
  const loud = halves.map(() => 0.1);
  expect(meanOrWorst(halves, loud)).toBe(0);
});

it('groups whose Δ are a tenth too long, and as many whose are too short, are told of', () => {
  const [labels, temperature, steps] = [Float64Array.of(1, -1, 2), 0.1, 5];
  const random = uniforms(3);
  const kernelOf = (): LayerKernels => {
    const d = Float64Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? 1 : 0.2) + 0.02 * (random() - 0.5));
    return { d: symmetric(d, 3), apart: new Float64Array(9), c: new Float64Array(9) };
  };
  const snapshots = Array.from({ length: 16 }, (_, draw) => ({ part: draw % 8, layers: [], kernels: [kernelOf()] }));
  const residual = (factor: (group: number) => number, draws = snapshots): number => {
    const chains = Array.from({ length: 8 }, (_, group) => {
      const { d } = averageOver(draws.filter(({ part }) => part === group), 0); // prettier-ignore
      return { drive: { sum: ridgeSolve(d, temperature, labels).map((value) => steps * factor(group) * value), steps } };
    });
    return residualOf(chains, draws, { trainLabels: labels }, { depth: 1, temperature });
  };
  expect(residual(() => 1)).toBeLessThan(1e-9);
  expect(residual((group) => (group % 2 ? 1.1 : 0.9))).toBeGreaterThan(tolerance.residual);
  // Of one draw each, nothing is known of their noise.
  expect(residual((group) => (group % 2 ? 1.1 : 0.9), snapshots.slice(0, 8))).toBeLessThan(0.005);
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
