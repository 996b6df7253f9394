import { expect, test } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import { proportional } from '$lib/theory/proportional';
import type { Errors, TrainedKernel } from '$lib/theory/theory';
import { finish, networkPoint, quietly, stage } from '../support/networks';
import { bayesParameters, makeTask } from '../support/task';

const kernelOf = (kernels: readonly unknown[]): TrainedKernel => {
  const [kernel] = kernels;
  if (kernel instanceof Error) throw kernel;
  return kernel as TrainedKernel;
};

/**
 * `theory.md` §4 against 48 sampled sources and their targets at N = 60, P_s = 60, P_t = 30: bias and variance of each δ within three
 * standard errors. With erf the inputs have many dimensions, for the theory supposes Gaussian equivalence.
 */
for (const [activation, dimension] of [
  ['linear', 40],
  ['erf', 60],
] as const)
  test(`proportional, ${activation}`, async () => {
    const backend = createReferenceBackend();
    const label = (shift: number) => (x: readonly number[]) =>
      x.reduce((sum, value, k) => sum + value * Math.cos(k + shift * (k % 2)), 0) / Math.sqrt(dimension / 2);
    const source = makeTask(dimension, 60, 1, 11, label(0));
    const target = makeTask(dimension, 30, 100, 12, label(0.8));
    const parameters = { ...bayesParameters, activation, width: 60, temperature: 0.1 };
    const told = { temperature: 0.1 };
    const deltas = [0.1, 1, 10, 100];
    const law = kernelOf(await proportional.source(backend, [{ task: source, parameters }], quietly()));
    const theory: Errors[] = [];
    for (const delta of deltas) {
      const kernel = kernelOf(await proportional.target(backend, [{ source: law, delta, task: target, parameters }], quietly()));
      theory.push(await kernel.errors(quietly()));
    }
    using ensemble = openEnsemble(
      backend,
      deltas.map((delta) =>
        networkPoint(stage(source, told), stage(target, told), {
          theory: 'proportional',
          method: 'langevin',
          activation,
          width: 60,
          delta,
          seeds: 48,
          burnIn: 30,
          samples: 24,
        }),
      ),
    );
    const results = await finish(ensemble);
    const rows = results.flatMap(({ errors, health }, i) =>
      (['bias', 'variance', 'train'] as const).map((name) => {
        const apart = (errors[name] - theory[i]![name]) / errors.stderr![name]!;
        const { acceptance, effectiveSamples } = health;
        return {
          delta: deltas[i],
          name,
          sampled: errors[name],
          stderr: errors.stderr![name],
          theory: theory[i]![name],
          apart,
          acceptance,
          effectiveSamples,
        };
      }),
    );
    console.table(rows);
    for (const { name, apart } of rows) if (name !== 'train') expect(Math.abs(apart)).toBeLessThan(3);
  });
