import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { manyWells, peaksOf, usualWells } from '$lib/theory/bayes/conditional/peaks';
import type { Density } from '$lib/theory/bayes/wells/search';
import { compareWithGrid } from '../../../support/few-directions';
import truths from './truth.json';

const backend = await createCpuBackend({ threads: 1 });

/** Gaussian wells of width 1 in the plane, far apart, on a circle. */
const centres = Array.from({ length: 8 }, (_, k) => [12 * Math.cos((k * Math.PI) / 4), 12 * Math.sin((k * Math.PI) / 4)] as const);

/** The log of their sum with its gradient and minus its Hessian; far from the others, one well alone counts at each place. */
const density: Density = ([x = 0, y = 0], gradient, curvature) => {
  const away = centres.map(([a, b]) => 0.5 * ((x - a) ** 2 + (y - b) ** 2));
  const least = Math.min(...away);
  const [a, b] = centres[away.indexOf(least)]!;
  gradient?.set([a - x, b - y]);
  curvature?.set([1, 0, 0, 1]);
  return -least;
};

it('wells of an anchor are found though the likeliest places lead to one of them, and these are not climbed from again', () => {
  const crowd = Array.from({ length: 12 }, (_, k) => Float64Array.of(12 + 0.1 * Math.cos(k), 0.1 * Math.sin(k)));
  const places = [...crowd, ...centres.slice(1).map(([a, b]) => Float64Array.of(a + 1, b))];
  let climbed = 0;
  const counted: Density = (z, gradient, curvature) => {
    if (gradient) climbed++;
    return density(z, gradient, curvature);
  };
  const mean = Float64Array.of(12, 0);
  expect(peaksOf(density, mean, places, usualWells)).toHaveLength(1);
  expect(peaksOf(counted, mean, places, manyWells)).toHaveLength(8);
  // A climb from the mean, which is a peak, and of two steps from one place near each other peak.
  expect(climbed).toBeLessThanOrEqual(1 + 2 * 7);
});

// With wells missed, these were 1.8 and 1.2 % off in the second eigenvalue, and 1.4 and 1.1 % in the kernel, without a word.
describe.each([1, 2])('a rich target as much coupled as free (δ = 1), seed %d', (seed) => {
  it('has the kernel of a grid to 1 %', { timeout: 120_000 }, async () => {
    const [, { kernel, eigen, sigmas, warnings } = { kernel: NaN, eigen: NaN, sigmas: NaN, warnings: [] }] = await compareWithGrid(
      backend,
      truths[0]!,
      3,
      3,
      { seed },
    );
    expect(kernel).toBeLessThan(0.01);
    expect(eigen).toBeLessThan(0.01);
    expect(sigmas).toBeLessThan(2);
    expect(warnings).toEqual([]);
  });
});
