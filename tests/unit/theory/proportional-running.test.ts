import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { Backend, Factor, Matrix, ProductOptions } from '$lib/backend/backend';
import { lazy } from '$lib/theory/lazy';
import { proportional } from '$lib/theory/proportional';
import type { SourceParameters, Task } from '$lib/theory/theory';
import { quietRun as run, solved as good } from '../../support/kernels';
import { field, solveSource, sourceTask, targetTask, usual } from '../../support/proportional-tasks';
import { makeTask } from '../../support/task';

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
