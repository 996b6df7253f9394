import { expect, test } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import { lazy } from '$lib/theory/lazy';
import { lazyFaults, nameOf, solveFault } from '../../support/lazy-faults';
import { bayesParameters } from '../../support/task';

test.each(lazyFaults.map((fault) => [nameOf(fault), fault] as const))('lazy is right: %s', async (_, fault) => {
  const found = await solveFault(createReferenceBackend(), fault);
  expect(found.problem).toBeUndefined();
  expect(found.warnings).toEqual([]);
  // The condition numbers go up to 1e12.
  expect(found.off, JSON.stringify(found)).toBeLessThan(1e-4);
});

// Right values from mpmath at 120 digits.
test.each([
  [1e12, 1.2812895104721242],
  [1e15, 1.2812895104728157],
  [1e17, 1.2812895104728164],
  [1e300, 1.2812895104728164],
])('the training error at a temperature far above the kernel, T = %d, is that of the prior', async (temperature, right) => {
  const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
  const task = {
    dimension: 2,
    trainInputs: Float64Array.of(1, 0, 0, 1, 1, 1),
    trainLabels: Float64Array.of(1, -1, 1),
    testInputs: Float64Array.of(1, 2),
    testLabels: Float64Array.of(1),
  };
  const parameters = { ...bayesParameters, activation: 'erf', depth: 2, temperature } as const;
  const [made] = await lazy.source(createReferenceBackend(), [{ task, parameters }], run);
  if (!made || made instanceof Problem) throw made ?? new Error('no kernel');
  const { train, variance } = await made.errors(run);
  expect(Math.abs(train / right - 1)).toBeLessThan(1e-12);
  expect(Math.abs(variance / 0.37563535743679444 - 1)).toBeLessThan(1e-11);
});

test.each([1e-200, 1e-170, 1e150])('labels of size %d do not spoil the residual', async (size) => {
  const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
  const task = {
    dimension: 2,
    trainInputs: Float64Array.of(1, 0, 0, 1),
    trainLabels: Float64Array.of(size, -size),
    testInputs: Float64Array.of(1, 2),
    testLabels: Float64Array.of(size),
  };
  const [made] = await lazy.source(createReferenceBackend(), [{ task, parameters: { ...bayesParameters, temperature: 0.1 } }], run);
  if (!made || made instanceof Problem) throw made ?? new Error('no kernel');
  expect(made.health.residual).toBeLessThan(1e-12);
  expect(made.warnings).toEqual([]);
});

test('a kernel of large variances is stopped between two pieces of it', async () => {
  const backend = createReferenceBackend();
  const n = 400;
  const stop = new AbortController();
  const run = { signal: stop.signal, progress: () => undefined, quality: 'fine' } as const;
  const inputs = Float64Array.from({ length: 2 * n }, (_, i) => 1000 * Math.sin(i * i));
  const task = {
    dimension: 2,
    trainInputs: inputs,
    trainLabels: new Float64Array(n).fill(1),
    testInputs: new Float64Array(0),
    testLabels: new Float64Array(0),
  };
  let rests = 0;
  const watched = {
    ...backend,
    roundoff: backend.roundoff,
    yieldToDevice: async () => {
      rests += 1;
      if (rests === 2) stop.abort();
      await backend.yieldToDevice();
    },
  };
  const parameters = { ...bayesParameters, activation: 'tanh', temperature: 1 } as const;
  await expect(lazy.source(watched, [{ task, parameters }], run)).rejects.toThrow();
  expect(rests).toBe(2);
});

test.each([
  ['one dimension', 1, [1, 2, 3, -1, 0.5]],
  ['two dimensions, larger numbers', 2, [30, 1, -7, 12, 5, 5, 41, -3, 2, 2, 17, 9, -20, 4, 8, 8]],
  ['small numbers', 1, [0.1, 0.2, -0.15, 0.05]],
] as const)('a quadratic NNGP or NTK of more examples than features is refused at T = 0: %s', async (_, dimension, numbers) => {
  const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
  const count = numbers.length / dimension;
  for (const kernel of ['nngp', 'ntk'] as const)
    for (let turn = 0; turn < count; turn++) {
      const shift = turn * dimension;
      const inputs = Float64Array.from([...numbers.slice(shift), ...numbers.slice(0, shift)]);
      const task = {
        dimension,
        trainInputs: inputs,
        trainLabels: Float64Array.from({ length: count }, (_value, i) => (i % 2 ? 1 : -1)),
        testInputs: inputs.slice(0, dimension),
        testLabels: Float64Array.from([1]),
      };
      const parameters = { ...bayesParameters, activation: 'quadratic', kernel, temperature: 0 } as const;
      const [made] = await lazy.source(createReferenceBackend(), [{ task, parameters }], run);
      expect(made).toBeInstanceOf(Problem);
      expect((made as Problem).message).toContain('is not positive definite');
    }
});
