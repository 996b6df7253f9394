// Loaded here: an engine that has to load it first may be taken for a GPU that does not answer.
import '$lib/backend/webgpu/backend';
import { Problem } from '$lib/base/problem';
import { openEngine, type EngineOptions } from '$lib/worker/engine';
import type { EngineChoice } from '$lib/worker/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';

/** A GPU as far as it is asked: an adapter of this description that gives no device. */
const gpuOf = (info: Partial<GPUAdapterInfo>): GPU & { asked: number } => {
  const gpu = {
    asked: 0,
    requestAdapter: () =>
      Promise.resolve({
        info: { vendor: '', architecture: '', description: '', device: '', isFallbackAdapter: false, ...info },
        limits: {},
        features: new Set<string>(),
        requestDevice: () => {
          gpu.asked += 1;
          return Promise.reject(new Error('out of order'));
        },
      }),
  };
  return gpu as unknown as GPU & { asked: number };
};

const nowhere = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
const silent = { requestAdapter: () => new Promise(() => undefined) } as unknown as GPU;

/** What an engine says of itself, its backend disposed of. */
const opened = async (choice: EngineChoice, options: Partial<EngineOptions> = {}, losses = 0) => {
  const { backend, report } = await openEngine(choice, losses, { gpu: undefined, threads: 1, ...options });
  expect(report.backend).toBe(backend.name);
  backend.dispose();
  return report;
};

afterEach(() => vi.useRealTimers());

describe('openEngine', () => {
  it('auto is cpu without a notice where there is no WebGPU, no adapter, or a software adapter; the report says which', async () => {
    expect(await opened('auto')).toMatchObject({ backend: 'cpu', notice: '', gpu: 'WebGPU: this browser does not offer it' });
    expect(await opened('auto', { gpu: nowhere })).toMatchObject({
      backend: 'cpu',
      notice: '',
      gpu: expect.stringContaining('no adapter') as string,
    });
    for (const info of [
      { vendor: 'google', architecture: 'swiftshader' },
      { vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' },
      { vendor: 'mesa', device: 'lavapipe' },
      { vendor: 'someone', architecture: 'new', isFallbackAdapter: true },
    ]) {
      const gpu = gpuOf(info);
      expect(await opened('auto', { gpu })).toMatchObject({
        backend: 'cpu',
        notice: '',
        gpu: expect.stringContaining('software') as string,
      });
      expect(gpu.asked).toBe(0);
    }
  });

  it('auto asks a real adapter for its device, and falls back on cpu with a notice where it gives none', async () => {
    const gpu = gpuOf({ vendor: 'nvidia', architecture: 'hopper' });
    const report = await opened('auto', { gpu });
    expect(gpu.asked).toBe(1);
    expect(report).toMatchObject({ backend: 'cpu', notice: expect.stringContaining('out of order') as string });
  });

  it('a GPU that does not answer holds the sheet for two seconds: then cpu stands in, with a notice', async () => {
    const noDevice = {
      requestAdapter: async () => {
        const adapter = await gpuOf({ vendor: 'nvidia' }).requestAdapter();
        return Object.assign(adapter!, { requestDevice: () => new Promise(() => undefined) });
      },
    } as unknown as GPU;
    for (const gpu of [silent, noDevice])
      for (const choice of ['auto', 'webgpu'] as const) {
        vi.useFakeTimers();
        const waiting = opened(choice, { gpu });
        await vi.advanceTimersByTimeAsync(2000);
        vi.useRealTimers();
        expect(await waiting).toMatchObject({
          backend: 'cpu',
          notice: 'WebGPU: the GPU did not answer within 2 s. The sheet is computed on the processor; the GPU takes over should it answer.',
          gpu: expect.stringContaining('within 2 s') as string,
        });
      }
    vi.useFakeTimers();
    const strict = expect(opened('webgpu', { gpu: silent, strict: true })).rejects.toThrow('within 20 s');
    await vi.advanceTimersByTimeAsync(20_000);
    await strict;
  });

  it('a GPU that answers late says what it came to: no notice is left where it is software', async () => {
    vi.useFakeTimers();
    let answer: (adapter: unknown) => void = () => undefined;
    const late = { requestAdapter: () => new Promise((resolve) => (answer = resolve)) } as unknown as GPU;
    const opening = openEngine('auto', 0, { gpu: late, threads: 1 });
    await vi.advanceTimersByTimeAsync(2000);
    vi.useRealTimers();
    const engine = await opening;
    answer(await gpuOf({ vendor: 'google', architecture: 'swiftshader' }).requestAdapter());
    expect(await engine.better).toEqual({ ...engine.report, notice: '', gpu: expect.stringContaining('software') as string });
    engine.backend.dispose();
  });

  it('webgpu that cannot be had is cpu with a notice, or a Problem where it is strict', async () => {
    for (const gpu of [undefined, nowhere, gpuOf({ vendor: 'google', architecture: 'swiftshader' })]) {
      const report = await opened('webgpu', { gpu });
      expect(report).toMatchObject({ backend: 'cpu', notice: expect.stringMatching(/^WebGPU: .*on the processor/) as string });
      await expect(opened('webgpu', { gpu, strict: true })).rejects.toBeInstanceOf(Problem);
    }
  });

  it('a GPU that was lost is asked for again twice, then the sheet moves to cpu with a notice', async () => {
    const gpu = gpuOf({ vendor: 'nvidia' });
    for (const losses of [1, 2]) await opened('auto', { gpu }, losses);
    expect(gpu.asked).toBe(2);
    for (const choice of ['auto', 'webgpu'] as const)
      expect(await opened(choice, { gpu }, 3)).toMatchObject({ backend: 'cpu', notice: expect.stringContaining('lost') as string });
    expect(gpu.asked).toBe(2);
    // Lost, and no adapter left: that is news.
    expect(await opened('auto', { gpu: nowhere }, 1)).toMatchObject({ backend: 'cpu', notice: expect.stringContaining('lost') as string });
  });

  it('cpu and reference ask no GPU, and tell their threads', async () => {
    const gpu = gpuOf({ vendor: 'nvidia' });
    expect(await opened('cpu', { gpu, threads: 1 })).toMatchObject({ backend: 'cpu', threads: 1, notice: '' });
    expect(await opened('reference', { gpu })).toMatchObject({ backend: 'reference', threads: 1, notice: '' });
    expect(gpu.asked).toBe(0);
  });
});
