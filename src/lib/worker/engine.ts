import type { Backend } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { findAdapter, type AdapterFacts } from '$lib/backend/webgpu/adapter';
import { createWebGpuBackend } from '$lib/backend/webgpu/backend';
import type { TuningMemory } from '$lib/backend/webgpu/tune';
import { Problem } from '$lib/base/problem';
import type { EngineChoice, EngineReport } from './protocol';

/** Where engines are opened: a page, or Node. */
export interface EngineOptions {
  /** `navigator.gpu`, or that of Dawn in Node. */
  readonly gpu: GPU | undefined;
  /** Threads of `cpu`; as many as it finds good when not given. */
  readonly threads?: number | undefined;
  /** Keeps what was measured of adapters. */
  readonly memory?: TuningMemory | undefined;
  /** An engine that was asked for by name and cannot be had is an error. Without it another one is taken, with a notice. */
  readonly strict?: boolean | undefined;
}

/** An engine that is ready to compute. */
export interface OpenEngine {
  readonly backend: Backend;
  readonly report: EngineReport;
  /** As `Services` has it. */
  readonly ready?: Promise<void>;
  /** Resolves, with the reason, when the backend cannot be used any more. */
  readonly broken?: Promise<Error>;
}

/** A device that was lost this often since the engine was chosen is not asked for again. */
const MOST_LOSSES = 3;

/** Seconds within which the browser must name its adapter. Some drivers hang. */
const ADAPTER_SECONDS = 5;

/** The promise, or a Problem when it takes longer than so many seconds. */
const within = async <T>(seconds: number, promise: Promise<T>, what: string): Promise<T | Problem> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Problem>((resolve) => {
    timer = setTimeout(() => {
      resolve(new Problem(`${what} within ${seconds} s`));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

const adapterOf = (gpu: GPU | undefined): Promise<AdapterFacts | Problem> =>
  within(ADAPTER_SECONDS, findAdapter(gpu), 'WebGPU: the browser did not name its adapter');

const named = ({ name, adapter, threads }: Backend): Pick<EngineReport, 'backend' | 'adapter' | 'threads'> => ({
  backend: name,
  adapter,
  ...(threads !== undefined && { threads }),
});

const openReference = (notice: string): OpenEngine => {
  const backend = createReferenceBackend();
  return { backend, report: { ...named(backend), notice } };
};

const openWebGpu = async ({ gpu, memory }: EngineOptions): Promise<OpenEngine | Problem> => {
  const backend = await createWebGpuBackend({ gpu, memory, double: createReferenceBackend() });
  if (backend instanceof Problem) return backend;
  return {
    backend,
    report: { ...named(backend), notice: '' },
    // A device that is lost on the way says so by `broken`.
    ready: backend.warmUp().catch(() => undefined),
    broken: backend.broken,
  };
};

/** @param gpu what is known of the GPU that is not taken. */
const openCpu = async ({ threads, strict }: EngineOptions, notice: string, gpu = ''): Promise<OpenEngine> => {
  try {
    const backend = await createCpuBackend(threads === undefined ? {} : { threads });
    return { backend, report: { ...named(backend), notice, gpu } };
  } catch (error) {
    if (strict) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return openReference(`${notice} The engine cpu did not start (${reason}); the sheet is computed by reference, which is slow.`.trim());
  }
};

/** `auto`: WebGPU on a real GPU, else `cpu`. That there never was a GPU is no news. */
const openBest = async (options: EngineOptions, lost: boolean): Promise<OpenEngine> => {
  const notice = lost ? 'The GPU was lost. The sheet is computed on the processor.' : '';
  const adapter = await adapterOf(options.gpu);
  if (adapter instanceof Problem) return openCpu(options, notice, adapter.message);
  if (adapter.software) return openCpu(options, notice, `WebGPU: the only adapter is software (${adapter.name})`);
  const engine = await openWebGpu(options);
  return engine instanceof Problem
    ? openCpu(options, `The GPU cannot be used (${engine.message}). The sheet is computed on the processor.`, engine.message)
    : engine;
};

/**
 * The engine that was chosen, or what comes nearest.
 *
 * @param losses how often its device was lost since it was chosen
 * @throws Problem where `strict` and the engine that was named cannot be had
 */
export const openEngine = async (choice: EngineChoice, losses: number, options: EngineOptions): Promise<OpenEngine> => {
  if (choice === 'reference') return openReference('');
  if (choice === 'cpu') return openCpu(options, '');
  if (losses >= MOST_LOSSES) {
    return openCpu(
      options,
      'The GPU was lost repeatedly. The sheet is computed on the processor.',
      'WebGPU: its device was lost repeatedly',
    );
  }
  if (choice === 'auto') return openBest(options, losses > 0);
  const adapter = await adapterOf(options.gpu);
  const engine = adapter instanceof Problem ? adapter : await openWebGpu(options);
  if (!(engine instanceof Problem)) return engine;
  if (options.strict) throw engine;
  return openCpu(options, `${engine.message}. The sheet is computed on the processor instead.`, engine.message);
};
