import { setFlagsFromString } from 'node:v8';
import { expect, it } from 'vitest';
import type { Activation } from '$lib/base/activation';
import type { Backend } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { deepSource, deepTarget, distance, sixByFour, still } from '../../../support/deep-target';
import { bayesParameters } from '../../../support/task';

// Node 20 has relaxed SIMD behind a flag.
setFlagsFromString('--experimental-wasm-relaxed-simd');

const coarse = { ...still, quality: 'coarse' } as const;

/** Kernel, test errors and predictions of a small run. Afterwards only the matrices of the kernel are left. */
async function found(backend: Backend, activation: Activation, delta: number): Promise<Float64Array> {
  const own = { ...bayesParameters, activation, depth: 2, temperature: 0.2, particles: 96 };
  using source = await deepSource(backend, sixByFour.source, own, coarse);
  const before = backend.liveBytes;
  using kernel = await deepTarget(backend, { source, task: sixByFour.target, parameters: own, delta }, coarse);
  const { test, bias } = await kernel.errors(coarse);
  const predictions = await kernel.predict(sixByFour.target.testInputs, coarse);
  const { law } = await kernel.preactivation(1, coarse, 2);
  using lower = await kernel.on(sixByFour.target.trainInputs, coarse, 1);
  const all = [...(await backend.read(kernel.train)), test, bias, ...predictions, ...(await backend.read(lower))];
  expect(backend.liveBytes - before).toBe(kernel.train.bytes + lower.bytes);
  return Float64Array.from([...all, ...('samples' in law ? law.samples : [])]);
}

it.each([
  ['linear', 3],
  ['relu', 0],
  ['erf', 1],
  ['tanh', 1e6],
] as const)(
  'a deep %s target at δ = %d has the numbers of the reference on cpu, and the same ones on one thread and on two',
  async (activation, delta) => {
    const right = await found(createReferenceBackend(), activation, delta);
    const cpu: Float64Array[] = [];
    for (const threads of [1, 2]) {
      const backend = await createCpuBackend({ threads });
      cpu.push(await found(backend, activation, delta));
      expect(backend.liveBytes).toBe(0);
      backend.dispose();
    }
    expect(distance(cpu[0]!, right)).toBeLessThan(1e-6);
    expect(cpu[1]).toEqual(cpu[0]);
  },
);
