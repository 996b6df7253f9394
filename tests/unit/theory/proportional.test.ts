import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { lazy } from '$lib/theory/lazy';
import { proportional } from '$lib/theory/proportional';
import type { TrainedKernel } from '$lib/theory/theory';
import { quietRun as run, solved as good } from '../../support/kernels';
import { denseErrors, inverseForm, physicalRoots, sourceEquation, sourceRoot, type Setting } from '../../support/proportional';
import { field, solveSource, sourceTask, targetTask, usual } from '../../support/proportional-tasks';
import { makeTask } from '../../support/task';

const figures = ['train', 'test', 'bias', 'variance', 'classification'] as const;

describe.each([
  ['linear', 60],
  ['linear', 300],
  ['erf', 60],
  ['erf', 300],
] as const)('%s at N = %i', (activation, width) => {
  const parameters = { ...usual, activation, width };
  const own = { ...parameters, temperature: 0.05 };
  const order = sourceRoot(sourceEquation(activation, sourceTask, parameters.temperature, width));

  test('the source is the root of its equation, the only one', async () => {
    const source = await solveSource(sourceTask, parameters);
    expect(Math.abs(field(source, 'source') / order - 1)).toBeLessThan(1e-11);
    expect(field(source, 'readout_norm')).toBe(field(source, 'source'));
    expect(source.health.residual).toBeLessThan(1e-12);
  });

  test.each([0.1, 1, 10, 100])('δ = %d against the equations written out', { timeout: 300_000 }, async (delta) => {
    const backend = createReferenceBackend();
    using source = await solveSource(sourceTask, parameters, backend);
    using target = good((await proportional.target(backend, [{ source, task: targetTask, parameters: own, delta }], run))[0]);
    const setting: Setting = {
      phi: activation,
      source: sourceTask,
      target: targetTask,
      sourceTemperature: parameters.temperature,
      temperature: own.temperature,
      width,
      delta,
      order,
    };
    const physical = physicalRoots(setting);
    expect(physical.length).toBeGreaterThan(0);
    const found = ['target', 'overlap', 'cross'].map((name) => field(target, name));
    for (const root of physical) root.forEach((value, i) => expect(Math.abs(value - (found[i] as number))).toBeLessThan(1e-9));
    const wanted = denseErrors(setting, physical[0] as (typeof physical)[number]);
    const errors = await target.errors(run);
    for (const name of figures) expect(Math.abs(errors[name] - wanted[name]), name).toBeLessThan(1e-9 * Math.max(1, wanted[name]));
    expect(target.health.residual).toBeLessThan(1e-10);
    expect(Math.abs(field(target, 'cross'))).toBeGreaterThan(1e-4);
    expect(Math.abs(field(target, 'source') / order - 1)).toBeLessThan(1e-11);
  });
});

describe('limits', () => {
  test.each(['linear', 'erf'] as const)('%s, δ = 0: the source is forgotten, the target is as if first', async (activation) => {
    const backend = createReferenceBackend();
    const parameters = { ...usual, activation };
    const source = await solveSource(sourceTask, parameters, backend);
    const target = good((await proportional.target(backend, [{ source, task: targetTask, parameters, delta: 0 }], run))[0]);
    const scratch = await solveSource(targetTask, parameters, backend);
    expect(target.fields).toMatchObject({ cross: 0, overlap: 0 });
    expect(field(target, 'target')).toBeCloseTo(field(scratch, 'source'), 11);
    const [found, wanted] = [await target.errors(run), await scratch.errors(run)];
    for (const name of figures) expect(found[name]).toBeCloseTo(wanted[name], 10);
    expect((await backend.read(target.train))[5]).toBeCloseTo((await backend.read(scratch.train))[5] as number, 11);
  });

  test.each(['linear', 'erf'] as const)('%s, N → ∞ is the lazy limit, and no transfer', async (activation) => {
    const backend = createReferenceBackend();
    const apartAt = async (width: number): Promise<number> => {
      const parameters = { ...usual, activation, width };
      const deltas = [0.1, 1, 10];
      const source = await solveSource(sourceTask, parameters, backend);
      const lazySource = good((await lazy.source(backend, [{ task: sourceTask, parameters }], run))[0]);
      const of = (from: TrainedKernel) => deltas.map((delta) => ({ source: from, task: targetTask, parameters, delta }));
      const kernels = [source, ...(await proportional.target(backend, of(source), run))];
      const wanted = [lazySource, ...(await lazy.target(backend, of(lazySource), run))];
      let apart = 0;
      for (const [i, kernel] of kernels.entries()) {
        const [a, b] = [await good(kernel).errors(run), await good(wanted[i]).errors(run)];
        for (const name of ['train', 'test', 'bias', 'variance'] as const) apart = Math.max(apart, Math.abs(a[name] - b[name]));
      }
      return apart;
    };
    expect(await apartAt(1e9)).toBeLessThan(1e-6);
    expect(await apartAt(60)).toBeGreaterThan(1e-3);
  });

  test.each(['linear', 'erf'] as const)('%s, T = 0 is where small T goes, source and target', async (activation) => {
    const backend = createReferenceBackend();
    const [first, second] = [makeTask(40, 25, 9, 3, (x) => 2 * (x[0] ?? 0)), makeTask(40, 12, 9, 4, (x) => (x[0] ?? 0) - (x[1] ?? 0))];
    const at = async (temperature: number): Promise<number[]> => {
      const parameters = { ...usual, activation, temperature };
      using source = await solveSource(first, parameters, backend);
      using target = good((await proportional.target(backend, [{ source, task: second, parameters, delta: 2 }], run))[0]);
      const errors = [await source.errors(run), await target.errors(run)];
      const orders = ['target', 'overlap', 'cross'].map((name) => field(target, name));
      return [field(source, 'source'), ...orders, ...errors.flatMap(({ bias, variance, train }) => [bias, variance, train])];
    };
    const [none, little] = [await at(0), await at(1e-9)];
    none.forEach((value, i) => expect(Math.abs(value - (little[i] ?? NaN)), `figure ${i}`).toBeLessThan(1e-7));
    const parameters = { ...usual, activation, temperature: 0 };
    using source = await solveSource(first, parameters, backend);
    const ratio = 25 / parameters.width;
    const closed = (1 - ratio + Math.sqrt((1 - ratio) ** 2 + (4 * inverseForm(activation, first)) / parameters.width)) / 2;
    expect(field(source, 'source') / closed).toBeCloseTo(1, 12);
  });

  test('T = 0 with more examples than dimensions is a problem of the linear network, not a number', async () => {
    const parameters = { ...usual, activation: 'linear', temperature: 0 } as const;
    const [result] = await proportional.source(createReferenceBackend(), [{ task: sourceTask, parameters }], run);
    expect(result).toBeInstanceOf(Problem);
  });

  test('T → 0, source alone: the closed form', async () => {
    for (const [activation, task] of [
      ['linear', makeTask(40, 25, 2, 3, (x) => 2 * (x[0] ?? 0))],
      ['erf', sourceTask],
    ] as const) {
      const examples = task.trainLabels.length;
      const source = await solveSource(task, { ...usual, activation, temperature: 1e-10 });
      const alpha = examples / 60;
      const energy = inverseForm(activation, task);
      const wanted = (1 - alpha + Math.sqrt((1 - alpha) ** 2 + (4 * alpha * energy) / examples)) / 2;
      expect(field(source, 'source') / wanted).toBeCloseTo(1, 6);
    }
  });
});
