import { beforeAll, describe, expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import { bayes } from '$lib/theory/bayes';
import type { DeepKernel } from '$lib/theory/bayes/deep/deep-kernel';
import { DeepTargetKernel } from '$lib/theory/bayes/deep/target/deep-target-kernel';
import { experimental } from '$lib/theory/bayes/deep/target/verdict';
import { deepSource, deepTarget, sixByFour, still } from '../../../support/deep-target';
import { bayesParameters, makeTask } from '../../../support/task';

// Numbers of the reference do not depend on the machine.
const backend = createReferenceBackend();
let source: DeepKernel;
const { source: first, target: second } = sixByFour;
const parameters = { ...bayesParameters, depth: 2, temperature: 0.1, particles: 512 };
const coarse = { ...still, quality: 'coarse' } as const;

beforeAll(async () => {
  source = await deepSource(backend, first, parameters);
});

describe('health of deep targets', () => {
  it('a sound run has no warnings', async () => {
    using kernel = await deepTarget(backend, { source, task: second, parameters, delta: 1 });
    expect(kernel.warnings).toEqual([]);
    expect(kernel.health.conjugates).toBeLessThan(0.8);
  });

  it.each([
    [
      'short steps, little settling and no flips',
      { settling: 5, stride: { dt: 0.3, leaps: 2 }, noFlips: true },
      2,
      /two forms of the conjugate kernels differ/,
    ],
    ['Δ = 0', { noDual: true }, 1, /^self-consistency residual/],
  ] as const)('%s is seen', async (_, faults, delta, warning) => {
    using kernel = await deepTarget(backend, { source, task: second, parameters, delta, faults });
    expect(kernel.warnings.join('; ')).toMatch(warning);
  });

  it('a gradient form of A_c ten per cent small is seen', async () => {
    const own = { ...parameters, gamma: 1.5, particles: 1024 };
    const rich = await deepSource(backend, first, own);
    using kernel = await deepTarget(backend, { source: rich, task: second, parameters: own, delta: 1, faults: { cross: 0.9 } });
    expect(kernel.warnings.join('; ')).toMatch(/two forms of the conjugate kernels differ/);
  });

  it('what was not compared with networks says so', () => {
    const erf = { ...parameters, gamma: 1 };
    expect(experimental(erf, [erf, erf], [first, second])).toEqual([]);
    expect(experimental({ ...erf, depth: 3, activation: 'relu' }, [erf], [first])).toEqual([
      'experimental: deep targets with relu neurons, 3 hidden layers were not yet compared with sampled networks; their ± may be several times too small',
    ]);
    const rich = { gamma: 2, temperature: 0.01 };
    // Of the source alone, too.
    expect(experimental(erf, [rich, erf], [makeTask(3, 9, 1, 1, () => 1)]).join()).toMatch(
      /gamma above 1, temperature below 0.1, more than 8 training examples/,
    );
  });
});

describe('runs of deep targets', () => {
  const quick = { ...parameters, particles: 128 };
  const at = async (delta: number, run: typeof still = coarse): Promise<readonly unknown[]> =>
    await bayes.target(backend, [{ source, task: second, parameters: quick, delta }], run);

  it('the same seed gives the same numbers, alone and among others', async () => {
    const others = await bayes.target(
      backend,
      [3, 1].map((delta) => ({ source, task: second, parameters: quick, delta })),
      coarse,
    );
    const [alone] = await at(1);
    if (!(alone instanceof DeepTargetKernel) || !(others[1] instanceof DeepTargetKernel)) throw new Error('no kernels');
    expect(await backend.read(alone.train)).toEqual(await backend.read(others[1].train));
    for (const one of [alone, ...others]) if (one instanceof DeepTargetKernel) one[Symbol.dispose]();
  });

  it('a stop is heard, and leaves nothing behind', async () => {
    const before = backend.liveBytes;
    const controller = new AbortController();
    const stopping = { ...coarse, signal: controller.signal, progress: (share: number) => (share > 0.3 ? controller.abort() : undefined) };
    await expect(at(1, stopping)).rejects.toThrow();
    expect(backend.liveBytes).toBe(before);
  });

  it('too many examples are a problem', async () => {
    const many = makeTask(8, 65, 2, 1, ([x = 0]) => x);
    const [result] = await bayes.target(backend, [{ source, task: many, parameters: quick, delta: 1 }], coarse);
    expect(result instanceof Problem && result.message).toBe(
      'target: deep targets by particles have at most 64 training examples in either task, got 65',
    );
  });
});
