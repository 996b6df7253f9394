import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { bayes } from '$lib/theory/bayes';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import type { TrainedKernel } from '$lib/theory/theory';
import { finish, networkPoint, pair, quietly, stage } from '../../../support/networks';
import { bayesParameters } from '../../../support/task';

const kernelOf = (kernels: readonly unknown[]): TrainedKernel => {
  const [kernel] = kernels;
  if (kernel instanceof Error) throw kernel;
  return kernel as TrainedKernel;
};

/** The product's reason to exist: networks come nearer to the infinitely wide theory as they grow, and are there at width 512. */
test.each(['linear', 'erf'] as const)('sampled networks approach bayes with their width, %s', { timeout: 300_000 }, async (activation) => {
  const backend = await createCpuBackend({ threads: 1 });
  const [source, target] = pair(3, 6, 20);
  const told = { gamma: 1.5, temperature: 0.2 };
  const parameters = { ...bayesParameters, ...told, activation, particles: 16_384 };
  const law = kernelOf(await bayes.source(backend, [{ task: source, parameters }], quietly()));
  const kernel = kernelOf(await bayes.target(backend, [{ source: law, delta: 1, task: target, parameters }], quietly()));
  const theory = await kernel.errors(quietly());
  const widths = [32, 128, 512];
  using ensemble = openEnsemble(
    backend,
    widths.map((width) =>
      networkPoint(stage(source, told), stage(target, told), {
        theory: 'bayes',
        method: 'langevin',
        activation,
        width,
        delta: 1,
        seeds: 12,
        burnIn: 30,
        samples: 40,
      }),
    ),
  );
  const results = await finish(ensemble);
  // The training error has the least scatter of all figures.
  const apart = results.map(({ errors }) => Math.abs(errors.train - theory.train));
  const seen = JSON.stringify({ theory, results: results.map(({ errors, health }) => ({ ...errors, ...health })) });
  expect(apart[1], seen).toBeLessThan(apart[0]!);
  expect(apart[2], seen).toBeLessThan(apart[1]!);
  const wide = results[2]!.errors;
  const within = (value: number, scatter: number, name: 'train' | 'test' | 'bias'): void => {
    expect(Math.abs(value - theory[name]), seen).toBeLessThan(3 * Math.hypot(scatter, theory.stderr?.[name] ?? 0));
  };
  within(wide.test, wide.stderr!.test, 'test');
  within(wide.bias, wide.stderr!.bias!, 'bias');
  // The training error is sharp enough to show what 1/N still adds at width 512: without it, it is the theory's.
  const middle = results[1]!.errors;
  within((4 * wide.train - middle.train) / 3, Math.hypot((4 / 3) * wide.stderr!.train, middle.stderr!.train / 3), 'train');
  // The comparison could fail: at width 32 it does.
  expect(apart[0], seen).toBeGreaterThan(3 * Math.hypot(results[0]!.errors.stderr!.train, theory.stderr?.train ?? 0));
  // One network's predictor fluctuates like 1/N.
  expect(results[0]!.errors.variance / wide.variance, seen).toBeGreaterThan(8);
});
