import type { Matrix } from '$lib/backend/backend';
import { createWebGpuBackend, type WebGpuBackend } from '$lib/backend/webgpu/backend';
import { Problem } from '$lib/base/problem';
import type { Outcome, Peer } from '../bench';

export interface Ours extends Peer {
  readonly name: 'ours';
  readonly backend: WebGpuBackend;
  /** A result to be read; `others` are disposed of with it. */
  readonly outcome: (result: Matrix, ...others: readonly Disposable[]) => Outcome;
}

export async function createOurs(gpu: GPU | undefined): Promise<Ours> {
  const backend = await createWebGpuBackend({ gpu });
  if (backend instanceof Problem) throw backend;
  return {
    name: 'ours',
    backend,
    get dispatches() {
      return backend.dispatches;
    },
    outcome: (result, ...others) => ({
      values: () => backend.read(result),
      dispose: () => {
        for (const each of [result, ...others]) each[Symbol.dispose]();
      },
    }),
    settle: () => backend.settle(),
    dispose: () => {
      backend.dispose();
    },
  };
}
