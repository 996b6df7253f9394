import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { bayes } from '$lib/theory/bayes';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import type { Errors, TrainedKernel } from '$lib/theory/theory';
import { finish, networkPoint, quietly, stage } from '../support/networks';
import { bayesParameters, makeTask } from '../support/task';

const kernelOf = (kernels: readonly unknown[]): TrainedKernel => {
  const [kernel] = kernels;
  if (kernel instanceof Error) throw kernel;
  return kernel as TrainedKernel;
};

const dimension = 8;
const teacher = (angle: number) => (x: readonly number[]) =>
  (Math.cos(angle) * (x[0]! + x[1]! - x[2]!) + Math.sin(angle) * (x[3]! - x[4]! + x[5]!)) / Math.sqrt(3);
const source = makeTask(dimension, 6, 1, 21, teacher(0));
const target = makeTask(dimension, 4, 40, 22, teacher(Math.acos(0.8)));
const deltas = [0, 1, 10];
const widths = [16, 32, 64, 128];
const seeds = [48, 32, 24, 16];

interface Seen {
  readonly value: number;
  readonly stderr: number;
}

/** a of a + b/N + c/N² through values with these errors, by least squares, and its standard error. */
const atInfinity = (seen: readonly Seen[]): Seen => {
  const [normal, right] = [Array.from({ length: 3 }, () => [0, 0, 0]), [0, 0, 0]];
  seen.forEach(({ value, stderr }, index) => {
    const row = [1, 16 / widths[index]!, (16 / widths[index]!) ** 2];
    row.forEach((x, i) => {
      right[i]! += (x * value) / stderr ** 2;
      row.forEach((z, j) => (normal[i]![j]! += (x * z) / stderr ** 2));
    });
  });
  const [[a, b, c], [, e, f], [, , i]] = normal as [number[], number[], number[]] as [
    [number, number, number],
    [number, number, number],
    [number, number, number],
  ];
  const cofactors = [e * i - f * f, -(b * i - c * f), b * f - c * e] as const;
  const determinant = a * cofactors[0] + b * cofactors[1] + c * cofactors[2];
  const value = cofactors.reduce((sum, cofactor, k) => sum + cofactor * right[k]!, 0) / determinant;
  return { value, stderr: Math.sqrt(cofactors[0] / determinant) };
};

/** The error with which the exact theory of deep linear networks (`deep-transfer.md`) goes on where networks of width 16 to 128 point to. */
test.each([2, 3])('sampled deep linear networks go to the exact theory as they grow, depth %i', async (depth) => {
  const backend = await createCpuBackend({ threads: 1 });
  const theory = async (gamma: number): Promise<readonly Errors[]> => {
    const parameters = { ...bayesParameters, activation: 'linear', gamma, temperature: 0.1, depth } as const;
    const law = kernelOf(await bayes.source(backend, [{ task: source, parameters }], quietly()));
    const points = deltas.map((delta) => ({ source: law, delta, task: target, parameters }));
    const kernels = await bayes.target(backend, points, quietly());
    return await Promise.all(kernels.map((kernel) => kernelOf([kernel]).errors(quietly())));
  };
  const [right, wrong] = [await theory(1), await theory(Math.SQRT2)];
  const told = { gamma: 1, temperature: 0.1 };
  const points = widths.flatMap((width, index) =>
    deltas.map((delta) =>
      networkPoint(stage(source, told), stage(target, told), {
        theory: 'bayes',
        method: 'langevin',
        activation: 'linear',
        depth,
        width,
        delta,
        seeds: seeds[index]!,
        burnIn: 40,
        samples: 40,
        thinning: 1,
      }),
    ),
  );
  using ensemble = openEnsemble(backend, points);
  const results = await finish(ensemble);
  const rows = deltas.flatMap((delta, d) =>
    (['train', 'test'] as const).map((name) => {
      const seen = widths.map((_, w) => {
        const { errors } = results[w * deltas.length + d]!;
        return { value: errors[name], stderr: errors.stderr![name] };
      });
      const end = atInfinity(seen);
      return {
        delta,
        name,
        'N = 16': seen[0]!.value,
        'N = 128': seen[3]!.value,
        theory: right[d]![name],
        'N → ∞': end.value,
        stderr: end.stderr,
        apart: (end.value - right[d]![name]) / end.stderr,
        wrong: (end.value - wrong[d]![name]) / end.stderr,
      };
    }),
  );
  console.table(rows);
  console.table(
    results.map(({ health, warnings }, i) => ({ width: points[i]!.width, delta: points[i]!.delta, ...health, warnings: warnings.join() })),
  );
  for (const { apart } of rows) expect(Math.abs(apart)).toBeLessThan(3);
  // With a gain of the output that is wrong by √2 the training errors would not agree.
  for (const { name, wrong: off } of rows) if (name === 'train') expect(Math.abs(off)).toBeGreaterThan(5);
});
