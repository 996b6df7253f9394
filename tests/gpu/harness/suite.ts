import type { WebGpuBackend } from '$lib/backend/webgpu/backend';
import { createWebGpuBackend, type WebGpuOptions } from '$lib/backend/webgpu/backend';
import { Problem } from '$lib/base/problem';

/** What runs in the page: plain data in, plain figures out; the spec asserts. */
export type Suite = (given: unknown) => Promise<unknown>;

const scopes = ['validation', 'out-of-memory', 'internal'] as const;

/**
 * Runs `body` on a new backend inside error scopes of its own, settles, checks that no fault was raised, destroys the device.
 * No adapter is an error, never a skip. Everything `body` made must be disposed by its end: live bytes left over are an error.
 */
export async function withBackend<T>(body: (backend: WebGpuBackend) => Promise<T>, tuning: WebGpuOptions['tuning'] = {}): Promise<T> {
  const backend = await createWebGpuBackend({ gpu: navigator.gpu, tuning });
  if (backend instanceof Problem) throw new Error(`no GPU to test: ${backend.message}`);
  const { device } = backend;
  try {
    for (const scope of scopes) device.pushErrorScope(scope);
    const result = await body(backend);
    await backend.settle();
    const faults = await Promise.all(scopes.map(() => device.popErrorScope()));
    for (const fault of faults) if (fault) throw new Error(`fault on the device: ${fault.message}`);
    if (backend.liveBytes !== 0) throw new Error(`${backend.liveBytes} bytes are still live`);
    return result;
  } finally {
    backend.dispose();
  }
}

/** Largest |x − y| over the largest |y|: an error relative to the matrix as a whole. NaN anywhere gives NaN. */
export function relativeError(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) throw new Error(`${x.length} numbers against ${y.length}`);
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < x.length; i++) {
    const difference = Math.abs(x[i]! - y[i]!);
    if (Number.isNaN(difference)) return NaN;
    worst = Math.max(worst, difference);
    scale = Math.max(scale, Math.abs(y[i]!));
  }
  return worst === 0 ? 0 : worst / scale;
}

/** Numbers in (−1, 1), the same on every run, representable in f32. */
export function numbers(count: number, seed = 1): Float32Array<ArrayBuffer> {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}
