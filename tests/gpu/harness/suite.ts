import type { WebGpuBackend } from '$lib/backend/webgpu/backend';
import { createWebGpuBackend, type WebGpuOptions } from '$lib/backend/webgpu/backend';
import { Problem } from '$lib/base/problem';
import { endSharedDevice, sharedGpu } from './shared-device';

/** What runs in the page: plain data in, plain figures out; the spec asserts. */
export type Suite = (given: unknown) => Promise<unknown>;

const scopes = ['validation', 'out-of-memory', 'internal'] as const;

type Tuning = WebGpuOptions['tuning'];

async function create(gpu: GPU, tuning: Tuning): Promise<WebGpuBackend> {
  const backend = await createWebGpuBackend({ gpu, tuning });
  if (backend instanceof Problem) throw new Error(`no GPU to test: ${backend.message}`);
  return backend;
}

/**
 * Runs `body` inside error scopes of its own, settles, checks that no fault was raised. Everything `body` made must be disposed by its end: live
 * bytes left over are an error.
 */
async function checked<T>(backend: WebGpuBackend, body: (backend: WebGpuBackend) => Promise<T>): Promise<T> {
  const { device } = backend;
  for (const scope of scopes) device.pushErrorScope(scope);
  const result = await body(backend);
  await backend.settle();
  const faults = await Promise.all(scopes.map(() => device.popErrorScope()));
  for (const fault of faults) if (fault) throw new Error(`fault on the device: ${fault.message}`);
  if (backend.liveBytes !== 0) throw new Error(`${backend.liveBytes} bytes are still live`);
  return result;
}

/** Runs `body` on a backend and a device of its own, with the checks of `withBackend`, and destroys both. No adapter is an error, never a skip. */
export async function withOwnBackend<T>(body: (backend: WebGpuBackend) => Promise<T>, tuning: Tuning = {}): Promise<T> {
  const backend = await create(navigator.gpu, tuning);
  try {
    return await checked(backend, body);
  } finally {
    backend.dispose();
  }
}

/** Backends that went well, by their tuning, the latest last. */
const kept = new Map<string, Promise<WebGpuBackend>>();
const mostKept = 2;

async function drop(key: string): Promise<void> {
  const backend = kept.get(key);
  kept.delete(key);
  (await backend?.catch(() => undefined))?.dispose();
}

/** A device on which something failed takes its backends with it. */
async function dropAll(): Promise<void> {
  await Promise.all([...kept.keys()].map(drop));
  await endSharedDevice();
}

/**
 * Runs `body` on the backend of this tuning, which suites of a page share, one after another: inside error scopes of its own, and nothing may be
 * left over. All these backends share one device and what it has compiled (`shared-device.ts`). A suite that fails takes the device with it. No
 * adapter is an error, never a skip.
 */
export async function withBackend<T>(body: (backend: WebGpuBackend) => Promise<T>, tuning: Tuning = {}): Promise<T> {
  const key = JSON.stringify(tuning);
  const made = kept.get(key) ?? create(sharedGpu, tuning);
  kept.delete(key);
  kept.set(key, made);
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) await drop(oldest);
  try {
    return await checked(await made, body);
  } catch (error) {
    await dropAll();
    throw error;
  }
}

/**
 * Runs `body` on a new backend, whose memory nobody has written to, on the device that the suites share; it is disposed of at the end. Error
 * scopes are a stack of the device: what the other backends have recorded is checked before those of the new one lie above.
 */
export async function withNewBackend<T>(body: (backend: WebGpuBackend) => Promise<T>, tuning: Tuning = {}): Promise<T> {
  for (const other of kept.values()) await (await other).settle();
  const backend = await create(sharedGpu, tuning);
  try {
    return await checked(backend, body);
  } catch (error) {
    await dropAll();
    throw error;
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
