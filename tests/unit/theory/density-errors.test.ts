import { expect, test } from 'vitest';
import { groupsOfRuns } from '$lib/theory/common/jackknife';
import { densityErrors, gaussianDensity, kernelDensity } from '$lib/theory/density';
import { normals } from '../../support/task';

/** A shuffled list of every number below `count`, each `copies` times. */
const shuffled = (count: number, copies: number, seed: number): number[] => {
  const normal = normals(seed);
  return Array.from({ length: count * copies }, (_, i) => [normal(), i % count] as const)
    .sort(([a], [b]) => a - b)
    .map(([, index]) => index);
};

test('samples that were drawn again stand in several groups: their standard error is that of the distinct ones', () => {
  const [distinct, copies, at] = [256, 16, [0, 1, 2]] as const;
  const runs = Array.from({ length: 40 }, (_, seed) => {
    const normal = normals(100 + seed);
    const own = Array.from({ length: distinct }, normal);
    const samples = Float64Array.from(shuffled(distinct, copies, seed), (index) => own[index]!);
    const law = { samples, group: groupsOfRuns(samples.length) };
    return {
      density: kernelDensity(samples, 0.3, at),
      plain: densityErrors(law, 0.3, at),
      errors: densityErrors({ ...law, shared: Math.sqrt(copies) }, 0.3, at),
    };
  });
  const meanSquare = (of: (run: (typeof runs)[number]) => number): number =>
    Math.sqrt(runs.reduce((sum, run) => sum + of(run) ** 2, 0) / runs.length);
  at.forEach((h, i) => {
    const right = gaussianDensity(h, 0, 1 + 0.3 ** 2);
    const scatter = meanSquare(({ density }) => density[i]! - right);
    // Forty runs know their scatter to 11 %; without the factor it would be a quarter.
    expect(meanSquare(({ errors }) => errors[i]!) / scatter).toBeGreaterThan(0.75);
    expect(meanSquare(({ errors }) => errors[i]!) / scatter).toBeLessThan(1.45);
    expect(meanSquare(({ plain }) => plain[i]!) / scatter).toBeLessThan(0.4);
  });
});

test('groups may be four, with numbers that do not follow their samples', () => {
  const normal = normals(7);
  const samples = Float64Array.from({ length: 400 }, normal);
  const [error] = densityErrors({ samples, group: (i) => (i * 3) % 4 }, 0.5, [0]);
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThan(0.2);
});
