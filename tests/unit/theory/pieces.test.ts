import { expect, test } from 'vitest';
import type { Backend } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { Run } from '$lib/base/run';
import { lazy } from '$lib/theory/lazy';
import { LazyKernel } from '$lib/theory/lazy/lazy-kernel';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import { finish, networkPoint, pair, stage } from '../../support/networks';
import { bayesParameters, makeTask } from '../../support/task';

/** The same backend where next to nothing may be done at once, and how often it rests. */
const slow = (own: Backend): { readonly backend: Backend; readonly rests: () => number } => {
  let rests = 0;
  const yieldToDevice = async (): Promise<void> => {
    rests++;
    await own.yieldToDevice();
  };
  return {
    backend: Object.create(own, { workLimit: { value: 1 }, yieldToDevice: { value: yieldToDevice } }) as Backend,
    rests: () => rests,
  };
};

const task = makeTask(3, 6, 4, 1, ([a = 0]) => a);

/** The errors of a sweep of lazy kernels over the temperature. */
const sweep = async (backend: Backend, signal: AbortSignal): Promise<readonly number[]> => {
  const run: Run = { signal, progress: () => undefined, quality: 'fine' };
  const points = [0.01, 0.1, 1, 10].map((temperature) => ({
    task,
    parameters: { ...bayesParameters, kernel: 'nngp' as const, temperature },
  }));
  const kernels = await lazy.source(backend, points, run);
  const errors: number[] = [];
  for (const kernel of kernels) {
    if (!(kernel instanceof LazyKernel)) throw new Error('no kernel');
    const { train, test } = await kernel.errors(run);
    errors.push(train, test);
    kernel[Symbol.dispose]();
  }
  return errors;
};

test('a sweep of lazy kernels rests between its points where they are much work, with the same results', async () => {
  const [own, other] = [createReferenceBackend(), createReferenceBackend()];
  const { backend, rests } = slow(other);
  const { signal } = new AbortController();
  const found = await sweep(backend, signal);
  // Rows of a kernel made some at a time are rounded otherwise.
  (await sweep(own, signal)).forEach((right, index) => expect(found[index]).toBeCloseTo(right, 12));
  expect(found).toHaveLength(8);
  expect(rests()).toBeGreaterThanOrEqual(3);
  expect(other.liveBytes).toBe(0);
});

test('a sweep of lazy kernels that is stopped between its points gives all back', async () => {
  const own = createReferenceBackend();
  const control = new AbortController();
  const backend = Object.create(own, {
    workLimit: { value: 1 },
    inverse: {
      value: (...given: Parameters<Backend['inverse']>) => {
        control.abort(new Error('stopped'));
        return own.inverse(...given);
      },
    },
  }) as Backend;
  await expect(sweep(backend, control.signal)).rejects.toThrow('stopped');
  expect(own.liveBytes).toBe(0);
});

test('networks are sampled some at a time where they are much work, with the same results', async () => {
  const [source, target] = pair();
  const how = { method: 'langevin', theory: 'bayes', width: 4, burnIn: 1, samples: 2 } as const;
  const points = [networkPoint(stage(source, { temperature: 0.3 }), stage(target, { temperature: 0.3 }), how)];
  const results = async (backend: Backend) => {
    using ensemble = openEnsemble(backend, points);
    return await finish(ensemble);
  };
  const [own, other] = [createReferenceBackend(), createReferenceBackend()];
  const { backend, rests } = slow(other);
  expect(await results(backend)).toEqual(await results(own));
  expect(rests()).toBeGreaterThan(10);
  expect(other.liveBytes).toBe(0);
});
