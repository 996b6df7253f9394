import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { Problem } from '$lib/base/problem';
import { bayes } from '$lib/theory/bayes';
import { keepsParticles } from '$lib/theory/bayes/checks';
import { disposeLaw } from '$lib/theory/common/law';
import { tolerance } from '$lib/theory/bayes/schedule';
import { landscapeOf } from '$lib/theory/bayes/wells/landscape';
import { measuredStrata } from '$lib/theory/bayes/wells/outcome';
import { solveStrata, type Strata } from '$lib/theory/bayes/wells/solve';
import { Slices } from '$lib/theory/slices';
import { quietly } from '../../../support/networks';
import { bayesParameters, makeTask } from '../../../support/task';

const backend = await createCpuBackend({ threads: 1 });

describe('the residual of a source over strata', () => {
  const task = makeTask(4, 8, 4, 11, ([a = 0, b = 0]) => Math.sign(a * b));
  const parameters = { ...bayesParameters, activation: 'erf', gamma: 2, temperature: 0.02, particles: 512 } as const;
  const residualOf = async (change: (strata: Strata) => Partial<Strata>): Promise<number> => {
    const land = landscapeOf(task, 'erf', 2);
    const strata = await solveStrata(land, task, 0.02, { seed: 1, samples: 4096, rounds: 30, yieldToDevice: () => Promise.resolve() });
    if (!strata) throw new Error('the strata do not settle');
    const before = backend.liveBytes;
    const found = await measuredStrata(new Slices(backend, quietly(), 1), task, parameters, { ...strata, ...change(strata) }, 512);
    if (found instanceof Problem) throw found;
    found.train[Symbol.dispose]();
    disposeLaw(found.law);
    expect(backend.liveBytes).toBe(before);
    return found.health.residual;
  };

  it('is small but not 0 where Δ fits the samples', async () => {
    const residual = await residualOf(() => ({}));
    expect(residual).toBeGreaterThan(0);
    expect(residual).toBeLessThan(tolerance.residual / 2);
  });

  it('is beyond its bound where Δ is a tenth too small, and where all samples weigh the same', async () => {
    expect(await residualOf(({ dual }) => ({ dual: dual.map((value) => 0.9 * value) }))).toBeGreaterThan(2 * tolerance.residual);
    expect(await residualOf(({ weights }) => ({ weights: weights.map(() => 1 / weights.length) }))).toBeGreaterThan(2 * tolerance.residual);
  });
});

describe('particles of a source under a strong force', () => {
  it.each([
    [false, undefined, true],
    [true, undefined, true],
    [false, 50, true],
    [true, 50, false],
    [false, 5000, false],
  ])('doubtful: %s, beside samples worth %s: stay %s', (doubtful, effective, stay) => {
    expect(keepsParticles(doubtful, effective)).toBe(stay);
  });

  it('carry a warning where weighted samples do not settle', { timeout: 120_000 }, async () => {
    const task = makeTask(11, 12, 4, 115, ([a = 0, b = 0, c = 0]) => Math.sign(a * b + 0.3 * c));
    const parameters = { ...bayesParameters, activation: 'tanh', gamma: 30, temperature: 0.002, particles: 64 } as const;
    const [kernel] = await bayes.source(backend, [{ task, parameters }], quietly());
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    expect(kernel.health.effectiveSamples).toBeUndefined();
    expect(kernel.warnings).toContainEqual(expect.stringContaining('the force is so strong'));
    kernel[Symbol.dispose]();
  });
});
