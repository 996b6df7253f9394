import { describe, expect, test } from 'vitest';
import { activations, type Activation } from '$lib/base/activation';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { coupledVariance } from '$lib/theory/common/coupled-variance';
import { lazy } from '$lib/theory/lazy';
import type { SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';
import { at, eliminated, multiplied, numbers, relativeDistance, rowsOf, transposed, type Rows } from '../backend/naive';
import { kernelByQuadrature } from '../backend/quadrature';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const usual: SourceParameters = {
  activation: 'erf',
  gamma: 1,
  temperature: 0.1,
  depth: 1,
  width: 100,
  kernel: 'nngp',
  time: 20,
  weightDecay: 0,
  particles: 1,
  solver: 'auto',
  stretch: 1,
  seed: 0,
};

const taskOf = (train: number, test: number, dimension: number, seed = 1): Task => {
  const inputs = numbers((train + test) * dimension, seed).map((x) => 2 * x);
  const labels = Float64Array.from({ length: train + test }, (_, i) => Math.sign(Math.sin(3 * (inputs[i * dimension] as number)) + 0.1));
  return {
    dimension,
    trainInputs: inputs.slice(0, train * dimension),
    trainLabels: labels.slice(0, train),
    testInputs: inputs.slice(train * dimension),
    testLabels: labels.slice(train),
  };
};

/** Full kernel over all inputs by layerwise integration, independent of the closed forms. */
const kernelByIntegration = (all: Rows, activation: Activation, depth: number, kind: 'nngp' | 'ntk', variance: number): Rows => {
  const dimension = (all[0] as number[]).length;
  let k = multiplied(all, transposed(all)).map((row) => row.map((value) => value / dimension));
  let tangent = k;
  for (let layer = 0; layer < depth; layer++) {
    const below = k;
    const known = new Map<string, readonly [number, number]>();
    const pairs = below.map((row, i) =>
      row.map((c, j) => {
        const mirrored = known.get(`${j} ${i}`);
        if (mirrored) return mirrored;
        const [a, b] = [variance * at(below, i, i), variance * at(below, j, j)];
        // Integration wants |c| < √(ab): on the diagonal the limit is taken from just inside.
        const made = kernelByQuadrature(activation, i === j ? a * (1 - 1e-13) : variance * c, a, b);
        known.set(`${i} ${j}`, made);
        return made;
      }),
    );
    k = pairs.map((row) => row.map(([value]) => value));
    tangent = k.map((row, i) => row.map((value, j) => value + (pairs[i]?.[j]?.[1] ?? NaN) * at(tangent, i, j)));
  }
  return kind === 'ntk' ? tangent : k;
};

/** All five figures by elimination from a full kernel. */
const errorsByElimination = (full: Rows, task: Task, temperature: number, posterior: boolean) => {
  const n = task.trainLabels.length;
  const part = (from: Rows): Rows => from.map((row) => row.slice(0, n));
  const system = part(full.slice(0, n)).map((row, i) => row.map((value, j) => value + (i === j ? temperature : 0)));
  const predict = multiplied(
    part(full),
    eliminated(
      system,
      [...task.trainLabels].map((y) => [y]),
    ),
  ).map((row) => row[0] as number);
  const solved = eliminated(system, transposed(part(full)));
  const variances = full.map((row, i) => at(full, i, i) - row.slice(0, n).reduce((sum, value, j) => sum + value * at(solved, j, i), 0));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const squared = (predictions: readonly number[], labels: Float64Array): number =>
    mean(predictions.map((f, i) => (f - (labels[i] as number)) ** 2));
  const bias = squared(predict.slice(n), task.testLabels);
  const variance = posterior ? mean(variances.slice(n)) : 0;
  return {
    train: squared(predict.slice(0, n), task.trainLabels) + (posterior ? mean(variances.slice(0, n)) : 0),
    test: bias + variance,
    bias,
    variance,
    classification: mean(predict.slice(n).map((f, i) => (Math.sign(f) === Math.sign(task.testLabels[i] as number) ? 0 : 1))),
  };
};

const good = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw new Error(`a kernel was expected, got ${result?.message ?? 'nothing'}`);
  return result;
};
const rowsOfTask = (task: Task): Rows => [
  ...rowsOf(task.trainInputs, task.trainLabels.length, task.dimension),
  ...rowsOf(task.testInputs, task.testLabels.length, task.dimension),
];

describe.each(activations)('%s against layerwise integration', (activation) => {
  test.each([
    ['nngp', 1],
    ['nngp', 3],
    ['ntk', 1],
    ['ntk', 3],
  ] as const)('%s of depth %i', { timeout: 300_000 }, async (kernel, depth) => {
    const backend = createReferenceBackend();
    const task = taskOf(4, 2, 2);
    const parameters = { ...usual, activation, kernel, depth };
    using found = good((await lazy.source(backend, [{ task, parameters }], run))[0]);
    const full = kernelByIntegration(rowsOfTask(task), activation, depth, kernel, 1);
    const size = task.trainLabels.length;
    // The diagonal by integration is a limit from inside, good to about √1e-13 for the slope of relu.
    const tolerance = activation === 'relu' ? 1e-6 : 1e-9;
    expect(
      relativeDistance(
        await backend.read(found.train),
        full.slice(0, size).flatMap((row) => row.slice(0, size)),
      ),
    ).toBeLessThan(tolerance);
    const errors = await found.errors(run);
    const wanted = errorsByElimination(full, task, parameters.temperature, kernel === 'nngp');
    for (const name of ['train', 'test', 'bias', 'variance', 'classification'] as const)
      expect(Math.abs(errors[name] - wanted[name]), name).toBeLessThan(10 * tolerance * Math.max(1, Math.abs(wanted[name])));
    expect(found.health.residual).toBeLessThan(1e-12);
  });
});

test('a target feels the coupling through its prior variance alone', { timeout: 300_000 }, async () => {
  const backend = createReferenceBackend();
  const task = taskOf(4, 2, 2);
  const other = taskOf(5, 3, 2, 9);
  const parameters = { ...usual, depth: 2 };
  const source = good((await lazy.source(backend, [{ task: other, parameters }], run))[0]);
  const deltas = [0, 0.5, 1, 10, Infinity];
  const targets = await lazy.target(
    backend,
    deltas.map((delta) => ({ source, delta, task, parameters })),
    run,
  );
  expect(deltas.map((delta) => coupledVariance(delta))).toEqual([1, 1 / 1.5 + (0.5 / 1.5) ** 2, 0.75, 1 / 11 + (10 / 11) ** 2, 1]);
  const from = [];
  for (const [index, delta] of deltas.entries()) {
    const target = good(targets[index]);
    expect(target.role).toBe('target');
    const full = kernelByIntegration(rowsOfTask(task), 'erf', 2, 'nngp', coupledVariance(delta));
    const errors = await target.errors(run);
    const wanted = errorsByElimination(full, task, parameters.temperature, true);
    expect(errors.test).toBeCloseTo(wanted.test, 9);
    expect(errors.train).toBeCloseTo(wanted.train, 9);
    from.push(errors.test);
  }
  // Both ends are training from scratch.
  const scratch = await good((await lazy.source(backend, [{ task, parameters }], run))[0]).errors(run);
  expect(from[0]).toBe(scratch.test);
  expect(from[4]).toBe(scratch.test);
  expect(from[2]).not.toBeCloseTo(scratch.test, 3);
});

test('the tangent kernel of a target does not feel the coupling', async () => {
  const backend = createReferenceBackend();
  const task = taskOf(6, 4, 2);
  const parameters = { ...usual, kernel: 'ntk' as const };
  const source = good((await lazy.source(backend, [{ task, parameters }], run))[0]);
  const [first, second] = await lazy.target(
    backend,
    [0.1, 10].map((delta) => ({ source, delta, task, parameters })),
    run,
  );
  expect(await good(first).errors(run)).toEqual(await good(second).errors(run));
});

test('points of different shapes and temperatures come back in their order, each as if alone', async () => {
  const backend = createReferenceBackend();
  const tasks = [taskOf(6, 4, 2), taskOf(7, 4, 2), taskOf(6, 4, 2, 5)];
  const points = [0.1, 0.2, 0.3].flatMap((temperature) => tasks.map((task) => ({ task, parameters: { ...usual, temperature } })));
  const together = await lazy.source(backend, points, run);
  for (const [index, point] of points.entries()) {
    const alone = good((await lazy.source(backend, [point], run))[0]);
    expect(await good(together[index]).errors(run)).toEqual(await alone.errors(run));
    expect(good(together[index]).health.residual).toBeLessThan(1e-13);
  }
});

test('the effective dimension and the condition number are those of the eigenvalues', async () => {
  const backend = createReferenceBackend();
  // Orthogonal inputs and a linear kernel: K = diag(1, 4, 9)/3.
  const task = { ...taskOf(3, 1, 3), trainInputs: Float64Array.from([1, 0, 0, 0, 2, 0, 0, 0, 3]) };
  using found = good((await lazy.source(backend, [{ task, parameters: { ...usual, activation: 'linear' } }], run))[0]);
  const eigenvalues = [1 / 3, 4 / 3, 3];
  expect(found.health.effectiveDimension).toBeCloseTo(
    eigenvalues.reduce((sum, value) => sum + value / (value + 0.1), 0),
    10,
  );
  expect((found.health.condition ?? NaN) / (3.1 / (1 / 3 + 0.1))).toBeGreaterThan(0.9);
  expect((found.health.condition ?? NaN) / (3.1 / (1 / 3 + 0.1))).toBeLessThan(1 + 1e-9);
});

describe('what cannot be', () => {
  test('repeated examples without temperature: the pivot is named, other points go on', async () => {
    const backend = createReferenceBackend();
    const task = taskOf(3, 2, 2);
    const repeated = { ...task, trainInputs: Float64Array.from([1, 0, 0, 1, 1, 0]) };
    const results = await lazy.source(
      backend,
      [
        { task: repeated, parameters: { ...usual, temperature: 0 } },
        { task, parameters: usual },
        { task: repeated, parameters: usual },
      ],
      run,
    );
    expect(results[0]).toBeInstanceOf(Problem);
    expect((results[0] as Problem).message).toBe(
      'the kernel matrix is not positive definite (pivot 3 of 3); raise temperature, remove repeated examples or allow jitter: "auto"',
    );
    expect((await good(results[1]).errors(run)).test).toBeGreaterThan(0);
    expect((await good(results[2]).errors(run)).test).toBeGreaterThan(0);
  });

  test('jitter, where it is allowed, factors repeated examples, and is told', async () => {
    const backend = createReferenceBackend();
    const task = { ...taskOf(3, 2, 2), trainInputs: Float64Array.from([1, 0, 0, 1, 1, 0]), trainLabels: Float64Array.from([1, -1, 1]) };
    const [result, usualOne] = await lazy.source(
      backend,
      [
        { task, parameters: { ...usual, temperature: 0, jitter: 'auto' } },
        { task, parameters: { ...usual, temperature: 0.1, jitter: 'auto' } },
      ],
      run,
    );
    const kernel = good(result);
    // The mean diagonal is k(x, x) = (2/π) asin(2a/(1+2a)) at a = 1/2.
    const diagonal = (2 / Math.PI) * Math.asin(0.5);
    expect(kernel.health.jitter).toBeCloseTo(1e-7 * diagonal, 14);
    expect(kernel.warnings).toEqual([
      `jitter 1e-7 of the mean diagonal (${Number((1e-7 * diagonal).toPrecision(2))}) was added to the diagonal, for pivot 3 was not positive`,
    ]);
    expect((await kernel.errors(run)).train).toBeLessThan(1e-6);
    expect(good(usualOne).health).not.toHaveProperty('jitter');
    expect(good(usualOne).warnings).toEqual([]);
  });

  test.each([
    [{ depth: 0 }, 'depth: must be a whole number ≥ 1, got 0'],
    [{ temperature: -1 }, 'temperature: must be a number ≥ 0, got -1'],
  ])('%j', async (change, message) => {
    const [result] = await lazy.source(createReferenceBackend(), [{ task: taskOf(3, 2, 2), parameters: { ...usual, ...change } }], run);
    expect(result).toBeInstanceOf(Problem);
    expect((result as Problem).message).toBe(message);
  });

  test('not-a-number in the data', async () => {
    const task = { ...taskOf(3, 2, 2), trainLabels: Float64Array.from([1, NaN, 1]) };
    const [result] = await lazy.source(createReferenceBackend(), [{ task, parameters: usual }], run);
    expect((result as Problem).message).toMatch(/not a finite number/);
  });

  test('a stop is heard', async () => {
    const controller = new AbortController();
    controller.abort();
    const stopped = lazy.source(createReferenceBackend(), [{ task: taskOf(3, 2, 2), parameters: usual }], {
      ...run,
      signal: controller.signal,
    });
    await expect(stopped).rejects.toThrow(DOMException);
  });
});

test('without temperature the training examples are met and have no variance', async () => {
  const backend = createReferenceBackend();
  using found = good((await lazy.source(backend, [{ task: taskOf(6, 4, 3), parameters: { ...usual, temperature: 0 } }], run))[0]);
  expect((await found.errors(run)).train).toBeLessThan(1e-20);
});

test('systems of one example are solved without complaint', async () => {
  const backend = createReferenceBackend();
  for (let seed = 0; seed < 40; seed++)
    for (const activation of activations) {
      using found = good((await lazy.source(backend, [{ task: taskOf(1, 3, 4, seed), parameters: { ...usual, activation } }], run))[0]);
      expect(found.warnings, `${activation}, seed ${seed}`).toEqual([]);
    }
});

test('all storage is given back', async () => {
  const backend = createReferenceBackend();
  const task = taskOf(6, 4, 2);
  for (const kernel of ['nngp', 'ntk'] as const) {
    const points = [0.1, 0.2].map((temperature) => ({ task, parameters: { ...usual, kernel, temperature, depth: 3 } }));
    for (const result of await lazy.source(backend, points, run)) {
      using found = good(result);
      await found.errors(run);
    }
  }
  expect(backend.liveBytes).toBe(0);
});
