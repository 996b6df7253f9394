import { expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { flow } from '$lib/theory/flow';
import type { Errors } from '$lib/theory/theory';
import { flowParameters } from '../../support/exact-flow';
import { flowByParts } from '../../support/flow-parts';
import { quietRun, solved } from '../../support/kernels';
import { planeSource, planeTarget } from '../../support/plane';
import { sampledFlow } from '../../support/plane-flow';

it.each([
  [0.5, 1],
  [5, 2],
])(
  'errors and standard errors are those of an independent integrator of all neurons and of each eighth by itself: δ = %d, seed %d',
  { timeout: 300_000 },
  async (delta, seed) => {
    const backend = await createCpuBackend({ threads: 1 });
    const sampled = await sampledFlow(backend, 0, 256, seed, [delta]);
    const { source, target } = await flowByParts(256, seed, delta);
    for (const [i, exact] of [source, target].entries()) {
      // Steps of both are good to some parts in a thousand.
      expect(Math.abs(sampled[i]!.test / exact.test - 1), `stage ${i}`).toBeLessThan(0.01);
      expect(Math.abs(sampled[i]!.stderr / exact.stderr - 1), `stage ${i}`).toBeLessThan(0.05);
    }
    expect(backend.liveBytes).toBe(0);
  },
);

// The earlier method, which left groups of neurons out of the linearised flow, gave 3–12 times the scatter of the first and half that of the second.
it.each([
  ['erf', 1, 20, 0.1],
  ['relu', 1, 20, 0.01],
] as const)(
  'standard errors are of the size of the scatter over 20 seeds and cover the mean: %s, γ = %d, time %d, decay %d',
  { timeout: 300_000 },
  async (activation, gamma, time, weightDecay) => {
    const backend = await createCpuBackend({ threads: 1 });
    const seeds = 20;
    const runs: Errors[][] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const parameters = { ...flowParameters, activation, gamma, time, weightDecay, particles: 256, seed };
      using source = solved((await flow.source(backend, [{ task: planeSource, parameters }], quietRun))[0]);
      using target = solved((await flow.target(backend, [{ source, delta: 2, task: planeTarget, parameters }], quietRun))[0]);
      runs.push([await source.errors(quietRun), await target.errors(quietRun)]);
    }
    for (const stage of [0, 1])
      for (const field of ['train', 'test'] as const) {
        const figures = runs.map((run) => ({ value: run[stage]![field], stderr: run[stage]!.stderr![field] }));
        const mean = figures.reduce((sum, { value }) => sum + value, 0) / seeds;
        const scatter = Math.sqrt(figures.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (seeds - 1));
        const told = Math.sqrt(figures.reduce((sum, { stderr }) => sum + stderr ** 2, 0) / seeds);
        expect(told / scatter, `stage ${stage}, ${field}`).toBeGreaterThan(0.7);
        expect(told / scatter, `stage ${stage}, ${field}`).toBeLessThan(2);
        const covered = figures.filter(({ value, stderr }) => Math.abs(value - mean) < 2 * stderr).length;
        expect(covered / seeds, `stage ${stage}, ${field}`).toBeGreaterThanOrEqual(0.9);
      }
    expect(backend.liveBytes).toBe(0);
  },
);
