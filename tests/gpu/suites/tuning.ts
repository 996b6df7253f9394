import { createWebGpuBackend, type WebGpuBackend, type WebGpuOptions } from '$lib/backend/webgpu/backend';
import type { TuningMemory } from '$lib/backend/webgpu/tune';
import { Problem } from '$lib/base/problem';
import { sharedGpu } from '../harness/shared-device';
import { numbers } from '../harness/suite';

/** A memory that tells what it was asked and told. */
class Notebook implements TuningMemory {
  readonly notes = new Map<string, string>();
  asked = 0;

  get(key: string): Promise<string | undefined> {
    this.asked++;
    return Promise.resolve(this.notes.get(key));
  }

  set(key: string, value: string): Promise<void> {
    this.notes.set(key, value);
    return Promise.resolve();
  }
}

const broken: TuningMemory = {
  get: () => Promise.reject(new Error('no storage')),
  set: () => Promise.reject(new Error('no storage')),
};

const made = async (options: Partial<WebGpuOptions>): Promise<WebGpuBackend> => {
  const backend = await createWebGpuBackend({ gpu: sharedGpu, ...options });
  if (backend instanceof Problem) throw backend;
  return backend;
};

/** What a backend made with these options has chosen, what that took, and whether it works. */
const startOf = async (options: Partial<WebGpuOptions>) => {
  const backend = await made(options);
  const start = { dispatches: backend.dispatches, live: backend.liveBytes, variants: backend.variants };
  using a = backend.upload({ rows: 5, columns: 5 }, numbers(25, 1));
  using b = backend.product(a, a);
  const works = (await backend.read(b)).every(Number.isFinite);
  backend.dispose();
  return { ...start, works };
};

/** A quick measurement although the adapter is a software one. */
const measuring = { budget: 60_000, size: 48, always: true };

export const choices = async () => {
  const notebook = new Notebook();
  const first = await startOf({ memory: notebook, measuring });
  const notes = [...notebook.notes];
  const second = await startOf({ memory: notebook, measuring });
  for (const key of notebook.notes.keys()) notebook.notes.set(key, '{"product":"slow"}');
  const garbled = await startOf({ memory: notebook, measuring: { ...measuring, budget: 0 } });
  const unasked = new Notebook();
  return {
    first,
    second,
    garbled,
    notes,
    notesAfter: [...notebook.notes],
    // On a device of its own, which has to compile both variants: the budget is over before it has.
    hurried: await startOf({ gpu: navigator.gpu, memory: broken, measuring: { ...measuring, budget: 0 } }),
    software: await startOf({ memory: unasked }),
    given: await startOf({ memory: unasked, measuring, tuning: { product: 'shared', cholesky: 'registers' } }),
    asked: unasked.asked,
  };
};
