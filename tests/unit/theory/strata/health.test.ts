import { describe, expect, it } from 'vitest';
import type { Matrix } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { Problem } from '$lib/base/problem';
import { bayes } from '$lib/theory/bayes';
import { checkForce, keepsParticles } from '$lib/theory/bayes/checks';
import { disposeLaw } from '$lib/theory/common/law';
import { disposeOutcome, type Outcome } from '$lib/theory/bayes/outcome';
import { scheduleFor, tolerance } from '$lib/theory/bayes/schedule';
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
    const parameters = { ...bayesParameters, activation: 'tanh', gamma: 100, temperature: 0.0005, particles: 64 } as const;
    const [kernel] = await bayes.source(backend, [{ task, parameters }], quietly());
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    expect(kernel.health.effectiveSamples).toBeUndefined();
    expect(kernel.warnings).toContainEqual(expect.stringContaining('the force is so strong'));
    kernel[Symbol.dispose]();
  });

  it('carry a warning where there are too many examples for weighted samples', { timeout: 120_000 }, async () => {
    const task = makeTask(3, 130, 2, 5, ([a = 0, b = 0]) => Math.sign(a * b));
    const parameters = { ...bayesParameters, activation: 'tanh', gamma: 6, temperature: 0.5, particles: 32 } as const;
    const [kernel] = await bayes.source(backend, [{ task, parameters }], quietly());
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    expect(kernel.health.effectiveSamples).toBeUndefined();
    expect(kernel.warnings).toContainEqual(expect.stringContaining('the examples or directions are too many'));
    kernel[Symbol.dispose]();
  });

  it('are judged by the force after their repair, and solved over strata where these were not tried', async () => {
    const task = makeTask(4, 8, 2, 11, ([a = 0, b = 0]) => Math.sign(a * b));
    const parameters = { ...bayesParameters, activation: 'erf', gamma: 2, temperature: 0.02, particles: 64 } as const;
    const schedule = scheduleFor('fine', 2, 1, 64, 4);
    const judged = async (strength: number, tried: ReadonlySet<number>): Promise<Outcome> => {
      const weights = (): Matrix => backend.normal({ rows: 64, columns: 4 }, { seed: 1, stream: 90, step: 0 });
      const law = { activation: 'erf', snapshots: [weights()], controlVariates: [weights()], variance: 1, control: 0 } as const;
      const identity = Float64Array.from({ length: 64 }, (_, at) => (at % 9 === 0 ? 1 : 0));
      const dual = new Float64Array(8).fill(Math.sqrt(strength / (8 * 4)));
      const train = backend.upload({ rows: 8, columns: 8 }, identity);
      const outcomes: (Outcome | Problem)[] = [
        { point: { task, parameters, delta: 0 }, law, train, dual, health: { virial: 1, residual: 0 }, warnings: [], strain: 0 },
      ];
      await checkForce(outcomes, tried, schedule, new Slices(backend, quietly(), 1));
      const [outcome] = outcomes;
      if (!outcome || outcome instanceof Problem) throw outcome ?? new Error('no outcome');
      disposeOutcome(outcome);
      return outcome;
    };
    const weak = await judged(7.9, new Set());
    expect([weak.health.effectiveSamples, weak.told]).toEqual([undefined, undefined]);
    const told = await judged(8.1, new Set([0]));
    expect([told.health.effectiveSamples, told.told]).toEqual([undefined, [expect.stringContaining('the force is so strong')]]);
    const solved = await judged(8.1, new Set());
    expect(solved.health.effectiveSamples).toBeGreaterThan(200);
    expect(solved.told).toBeUndefined();
  });
});
