import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { bayes } from '$lib/theory/bayes';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import type { Errors, TrainedKernel } from '$lib/theory/theory';
import { deepSource, sixByFour } from '../support/deep-target';
import { finish, networkPoint, quietly, stage } from '../support/networks';
import { bayesParameters } from '../support/task';

const { source, target } = sixByFour;
const deltas = [0, 1, 3, 10];
const widths = [32, 64, 128];
const seeds = [256, 128, 64];

/** Value and standard error of a in a + b/N, through values at the widths with these standard errors. */
function atInfinity(seen: readonly { readonly value: number; readonly stderr: number }[]): {
  readonly value: number;
  readonly stderr: number;
} {
  const sums = [0, 0, 0, 0, 0];
  seen.forEach(({ value, stderr }, i) => {
    const [x, weight] = [1 / widths[i]!, 1 / stderr ** 2];
    [1, x, x * x, value, x * value].forEach((term, k) => (sums[k]! += weight * term));
  });
  const [one, x, xx, y, xy] = sums as [number, number, number, number, number];
  const determinant = one * xx - x * x;
  return { value: (xx * y - x * xy) / determinant, stderr: Math.sqrt(xx / determinant) };
}

/**
 * The training error of sampled networks, and the error of their mean predictor on test examples (`bias`), at widths 32 to 128 and extrapolated in 1/N, beside
 * the theory of infinite width: exact for linear networks, 8192 particles for erf. Networks of one width share their sources over δ. About five minutes each.
 */
test.each(['linear', 'erf'] as const)('networks of two hidden layers go to the theory at every δ: %s', async (activation) => {
  const backend = await createCpuBackend({ threads: 1 });
  const parameters = { ...bayesParameters, activation, gamma: 1, temperature: 0.1, depth: 2, particles: 8192 };
  const theories: Errors[] = [];
  {
    const [law] = activation === 'linear' ? await bayes.source(backend, [{ task: source, parameters }], quietly()) : [];
    using own = (law ?? (await deepSource(backend, source, parameters))) as TrainedKernel;
    const points = deltas.map((delta) => ({ source: own, delta, task: target, parameters }));
    for (const kernel of (await bayes.target(backend, points, quietly())) as TrainedKernel[]) {
      expect(kernel.warnings).toEqual([]);
      theories.push(await kernel.errors(quietly()));
      kernel[Symbol.dispose]();
    }
  }
  const told = { gamma: 1, temperature: 0.1 };
  const points = widths.flatMap((width, w) =>
    deltas.map((delta) =>
      networkPoint(stage(source, told), stage(target, told), {
        ...{ theory: 'bayes', method: 'langevin', activation, depth: 2, width, delta, seeds: seeds[w]! },
        ...{ burnIn: Number(process.env.BURN ?? 40), samples: 40, thinning: 1 },
      }),
    ),
  );
  using ensemble = openEnsemble(backend, points);
  const results = await finish(ensemble);
  const rows = deltas.flatMap((delta, d) =>
    (['train', 'bias'] as const).map((name) => {
      const seen = widths.map((_, w) => {
        const { errors } = results[w * deltas.length + d]!;
        return { value: errors[name], stderr: errors.stderr?.[name] ?? NaN };
      });
      const end = atInfinity(seen);
      const { [name]: right = NaN, stderr: { [name]: own = 0 } = {} } = theories[d]!;
      const stderr = Math.hypot(end.stderr, own);
      const told = Object.fromEntries(
        seen.map(({ value, stderr }, w) => [`N = ${widths[w]}`, `${value.toPrecision(5)} ± ${stderr.toPrecision(2)}`]),
      );
      return { delta, name, ...told, limit: end.value, theory: right, own, stderr, apart: (end.value - right) / stderr };
    }),
  );
  console.table(rows);
  console.table(
    results.map(({ health, warnings }, i) => ({ width: points[i]!.width, delta: points[i]!.delta, ...health, warnings: warnings.join() })),
  );
  for (const { apart } of rows) expect(Math.abs(apart)).toBeLessThan(3);
});
