import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { bayes } from '$lib/theory/bayes';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import type { Errors, TrainedKernel } from '$lib/theory/theory';
import { finish, networkPoint, quietly, stage } from '../support/networks';
import { sixByFour } from '../support/deep-target';
import { bayesParameters } from '../support/task';

const kernelOf = (kernels: readonly unknown[]): TrainedKernel => {
  const [kernel] = kernels;
  if (kernel instanceof Error) throw kernel;
  return kernel as TrainedKernel;
};

const { source, target } = sixByFour;
const widths = [16, 32, 64, 128];
const seeds = [64, 48, 32, 24];

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

/**
 * Errors of sampled networks of width 16 to 128, a source and then a target coupled to it, beside the theory of infinite width (`deep-transfer.md`): exact
 * for linear networks, particles for erf. About two minutes a case on one core.
 */
test.each([
  ['linear', 2, 1],
  ['erf', 2, 1],
  ['linear', 3, 1],
] as const)('sampled deep %s networks of depth %i go to the theory as they grow, δ = %d', async (activation, depth, delta) => {
  const backend = await createCpuBackend({ threads: 1 });
  const theory = async (gamma: number): Promise<Errors> => {
    const parameters = { ...bayesParameters, activation, gamma, temperature: 0.1, depth, particles: 2048 };
    using law = kernelOf(await bayes.source(backend, [{ task: source, parameters }], quietly()));
    using kernel = kernelOf(await bayes.target(backend, [{ source: law, delta, task: target, parameters }], quietly()));
    return await kernel.errors(quietly());
  };
  const [right, wrong] = [await theory(1), await theory(Math.SQRT2)];
  const told = { gamma: 1, temperature: 0.1 };
  const points = widths.map((width, index) =>
    networkPoint(stage(source, told), stage(target, told), {
      theory: 'bayes',
      method: 'langevin',
      activation,
      depth,
      width,
      delta,
      seeds: seeds[index]!,
      burnIn: 40,
      samples: 60,
      thinning: 1,
    }),
  );
  using ensemble = openEnsemble(backend, points);
  const results = await finish(ensemble);
  const rows = (['train', 'test'] as const).map((name) => {
    const seen = results.map(({ errors }) => ({ value: errors[name], stderr: errors.stderr![name] }));
    const end = atInfinity(seen);
    // The theory's own error is that of its particles; of linear networks there is none.
    const stderr = Math.hypot(end.stderr, right.stderr?.[name] ?? 0);
    return {
      name,
      'N = 16': seen[0]!.value,
      'N = 128': seen[3]!.value,
      theory: right[name],
      'N → ∞': end.value,
      stderr,
      apart: (end.value - right[name]) / stderr,
      wrong: (end.value - wrong[name]) / stderr,
    };
  });
  console.table(rows);
  console.table(results.map(({ health, warnings }, i) => ({ width: points[i]!.width, ...health, warnings: warnings.join() })));
  for (const { apart } of rows) expect(Math.abs(apart)).toBeLessThan(3);
  // With a gain of the output that is wrong by √2 the training errors would not agree.
  for (const { name, wrong: off } of rows) if (name === 'train') expect(Math.abs(off)).toBeGreaterThan(5);
});
