import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { Backend, Factor, Matrix, ProductOptions } from '$lib/backend/backend';
import { lazy } from '$lib/theory/lazy';
import { proportional } from '$lib/theory/proportional';
import type { SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';
import { denseErrors, inverseForm, physicalRoots, sourceEquation, sourceRoot, type Setting } from '../../support/proportional';
import { bayesParameters, makeTask } from '../../support/task';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const usual: SourceParameters = { ...bayesParameters, temperature: 0.1, width: 60 };
const [sourceTask, targetTask] = [
  makeTask(8, 30, 6, 1, (x) => x.reduce((sum, value, k) => sum + value * Math.cos(k), 0) / 2),
  makeTask(8, 14, 7, 2, (x) => x.reduce((sum, value, k) => sum + value * Math.cos(k + 0.6), 0) / 2 + 0.3 * Math.sin(3 * (x[0] ?? 0))),
] as const;

const good = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw new Error(`a kernel was expected, got ${result?.message ?? 'nothing'}`);
  return result;
};
const solveSource = async (task: Task, parameters: SourceParameters, backend = createReferenceBackend()): Promise<TrainedKernel> =>
  good((await proportional.source(backend, [{ task, parameters }], run))[0]);
const figures = ['train', 'test', 'bias', 'variance', 'classification'] as const;
const field = (kernel: TrainedKernel, name: string): number => kernel.fields?.[name] ?? NaN;

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

/** Counts the multiplications of the operations that grow with the cube of the size. */
const weighed = (backend: Backend): { readonly backend: Backend; readonly spent: () => number } => {
  let work = 0;
  const counting: Backend = Object.create(backend, {
    cholesky: { value: (a: Matrix) => ((work += a.batch * a.rows ** 3 * (1 / 6)), backend.cholesky(a)) },
    inverse: { value: (factor: Factor) => ((work += factor.lower.rows ** 3), backend.inverse(factor)) },
    solveLower: {
      value: (factor: Factor, b: Matrix, transposed?: boolean) => (
        (work += 0.5 * b.batch * b.rows ** 2 * b.columns),
        backend.solveLower(factor, b, transposed)
      ),
    },
    product: {
      value: (a: Matrix, b: Matrix, options?: ProductOptions) => {
        const product = backend.product(a, b, options);
        // A matrix times its own transpose is made by halves.
        work += (a === b ? 0.5 : 1) * product.batch * product.rows * product.columns * (options?.transposeA ? a.rows : a.columns);
        return product;
      },
    },
  }) as Backend;
  return { backend: counting, spent: () => work };
};

test.each([
  ['few examples after many', 1 / 3, sourceTask, targetTask],
  ['many after as many', 0.37, sourceTask, makeTask(8, 30, 6, 8, (x) => Math.sign(x[0] ?? 0))],
])(
  'a sweep of 24, %s, costs less than %d of 24 single points, with which it agrees',
  { timeout: 300_000 },
  async (_, share, first, second) => {
    // From 0.1 to 100, not in order of size.
    const deltas = Array.from({ length: 24 }, (_, i) => 10 ** ((3 * ((i * 7) % 24)) / 23 - 1));
    const sweep = async (some: readonly number[]) => {
      const { backend, spent } = weighed(createReferenceBackend());
      const source = await solveSource(first, usual, backend);
      const points = some.map((delta) => ({ source, task: second, parameters: usual, delta }));
      const kernels = (await proportional.target(backend, points, run)).map(good);
      return { kernels, spent: spent() };
    };
    const together = await sweep(deltas);
    let single = 0;
    for (const [index, delta] of deltas.entries()) {
      const { kernels, spent } = await sweep([delta]);
      single += spent;
      const [alone, swept] = [good(kernels[0]), good(together.kernels[index])];
      for (const name of ['target', 'overlap', 'cross']) expect(field(swept, name)).toBeCloseTo(field(alone, name), 9);
      expect((await swept.errors(run)).test).toBeCloseTo((await alone.errors(run)).test, 9);
    }
    expect(together.spent).toBeLessThan(share * single);
  },
);

test('points of several sources, tasks and temperatures come back in their order', async () => {
  const backend = createReferenceBackend();
  const sources = [await solveSource(sourceTask, usual, backend), await solveSource(targetTask, usual, backend)];
  const points = [1, 0.1, 1].flatMap((delta) =>
    sources.flatMap((source) =>
      [0.1, 0.3].map((temperature) => ({ source, delta, task: targetTask, parameters: { ...usual, temperature } })),
    ),
  );
  const together = await proportional.target(backend, points, run);
  for (const [index, point] of points.entries()) {
    const alone = good((await proportional.target(backend, [point], run))[0]);
    expect(field(good(together[index]), 'cross')).toBeCloseTo(field(alone, 'cross'), 9);
    expect(good(together[index]).parameters.temperature).toBe(point.parameters.temperature);
  }
});

test('a target outlives its source', async () => {
  const backend = createReferenceBackend();
  const source = await solveSource(sourceTask, usual, backend);
  const target = good((await proportional.target(backend, [{ source, task: targetTask, parameters: usual, delta: 1 }], run))[0]);
  source[Symbol.dispose]();
  expect((await target.errors(run)).test).toBeGreaterThan(0);
});

describe('what cannot be', () => {
  const refusal = async (change: Partial<SourceParameters>, task: Task = sourceTask): Promise<string> => {
    const [result] = await proportional.source(createReferenceBackend(), [{ task, parameters: { ...usual, ...change } }], run);
    return result instanceof Problem ? `${result.path.join('.')} | ${result.message}` : 'none';
  };

  test.each([
    ...(['relu', 'tanh', 'quadratic'] as const).map(
      (activation) =>
        [
          { activation },
          `activation | activation: must be linear or erf: the proportional theory rests on Gaussian equivalence, derived for these, got ${activation}`,
        ] as const,
    ),
    [{ depth: 2 }, 'depth | depth: must be 1: the proportional theory is for one hidden layer, got 2'],
    [{ width: 0 }, 'width | width: must be a whole number ≥ 1, got 0'],
    [{ temperature: -1 }, 'temperature | temperature: must be a number ≥ 0, got -1'],
  ] as const)('%j', async (change, message) => {
    expect(await refusal(change)).toBe(message);
  });

  test('not-a-number in the data', async () => {
    expect(await refusal({}, { ...sourceTask, trainLabels: sourceTask.trainLabels.map((y, i) => (i === 3 ? NaN : y)) })).toMatch(
      /not a finite number/,
    );
  });

  test('a target of another theory, activation, width or dimension; others go on', async () => {
    const backend = createReferenceBackend();
    const source = await solveSource(sourceTask, usual, backend);
    const other = good((await lazy.source(backend, [{ task: sourceTask, parameters: usual }], run))[0]);
    const point = { source, task: targetTask, parameters: usual, delta: 1 };
    const narrow = makeTask(3, 5, 5, 4, () => 1);
    const results = await proportional.target(
      backend,
      [
        { ...point, source: other },
        { ...point, parameters: { ...usual, activation: 'linear' } },
        { ...point, parameters: { ...usual, width: 61 } },
        { ...point, task: narrow },
        { ...point, delta: -1 },
        point,
      ],
      run,
    );
    expect(results.map((result) => (result instanceof Problem ? result.message : 'good'))).toEqual([
      'source: must be a proportional source kernel, got a lazy source',
      "activation: must be the source's, erf, for the weights are coupled, got linear",
      "width: must be the source's, 60, for the weights are coupled, got 61",
      'target: must have 8 inputs like its source, got 3',
      'delta: must be a number ≥ 0, got -1',
      'good',
    ]);
  });

  test('a stop is heard in the middle of a sweep, and leaves no storage behind', async () => {
    const backend = createReferenceBackend();
    using source = await solveSource(sourceTask, usual, backend);
    const before = backend.liveBytes;
    const controller = new AbortController();
    let told = 0;
    const stopped = proportional.target(
      backend,
      [1, 2, 3, 4].map((delta) => ({ source, task: targetTask, parameters: usual, delta })),
      {
        ...run,
        signal: controller.signal,
        progress: () => {
          if (++told === 2) controller.abort();
        },
      },
    );
    await expect(stopped).rejects.toThrow(DOMException);
    expect(told).toBe(2);
    expect(backend.liveBytes).toBe(before);
  });
});

test('all storage is given back', async () => {
  const backend = createReferenceBackend();
  for (const activation of ['linear', 'erf'] as const) {
    using source = await solveSource(sourceTask, { ...usual, activation }, backend);
    await source.errors(run);
    const points = [10, 1].map((delta) => ({ source, task: targetTask, parameters: { ...usual, activation }, delta }));
    for (const result of await proportional.target(backend, points, run)) {
      using target = good(result);
      await target.errors(run);
    }
  }
  expect(backend.liveBytes).toBe(0);
});
