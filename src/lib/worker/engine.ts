import type { Backend, WalkerBackend } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { findAdapter } from '$lib/backend/webgpu/adapter';
import type { TuningMemory } from '$lib/backend/webgpu/tune';
import { Problem } from '$lib/base/problem';
import { within } from '$lib/base/within';
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
  /** It stands in for one that had not answered yet: that one, should it come, or what this one is to say when it will not. */
  readonly better?: Promise<OpenEngine | EngineReport>;
}

/** A device that was lost this often since the engine was chosen is not asked for again. */
const MOST_LOSSES = 3;

/** Seconds for which a GPU is waited for before the processor computes in its place. Some drivers hang; what answers later is taken then. */
const GPU_SECONDS = 2;
/** The same where nothing else may compute. */
const STRICT_SECONDS = 20;

const named = ({ name, adapter, threads }: Backend): Pick<EngineReport, 'backend' | 'adapter' | 'threads'> => ({
  backend: name,
  adapter,
  ...(threads !== undefined && { threads }),
});

const openReference = (notice: string): OpenEngine => {
  const backend = createReferenceBackend();
  return { backend, report: { ...named(backend), notice } };
};

/** Double precision beside a GPU, for single small problems: one thread of `cpu`, which holds nothing that must be given back. */
const openDouble = (): Promise<WalkerBackend> => createCpuBackend({ threads: 1 }).catch(() => createReferenceBackend());

/** @param losses after a loss only what the sheet needs is compiled, when it is needed: a person waits for it. */
const openWebGpu = async ({ gpu, memory }: EngineOptions, losses: number): Promise<OpenEngine | Problem> => {
  // Shaders and all: nobody without a GPU waits for them.
  const { createWebGpuBackend } = await import('$lib/backend/webgpu/backend');
  const backend = await createWebGpuBackend({ gpu, memory, double: await openDouble() });
  if (backend instanceof Problem) return backend;
  return {
    backend,
    report: { ...named(backend), notice: '' },
    // A device that is lost on the way says so by `broken`.
    ...(losses === 0 && { ready: backend.warmUp().catch(() => undefined) }),
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

/** What a GPU came to: an engine, or in which words the processor takes its place. */
type Found = OpenEngine | { readonly notice: string; readonly gpu: string };

const lostNotice = (losses: number): string => (losses > 0 ? 'The GPU was lost. The sheet is computed on the processor.' : '');

/** `auto` wants a real GPU, and that there never was one is no news. */
const findReal = async (options: EngineOptions, losses: number): Promise<Found> => {
  const adapter = await findAdapter(options.gpu);
  const notice = lostNotice(losses);
  if (adapter instanceof Problem) return { notice, gpu: adapter.message };
  if (adapter.software) return { notice, gpu: `WebGPU: the only adapter is software (${adapter.name})` };
  const engine = await openWebGpu(options, losses);
  if (!(engine instanceof Problem)) return engine;
  return { notice: `The GPU cannot be used (${engine.message}). The sheet is computed on the processor.`, gpu: engine.message };
};

/** `webgpu` takes any adapter. */
const findAny = async (options: EngineOptions, losses: number): Promise<Found> => {
  const engine = await openWebGpu(options, losses);
  if (!(engine instanceof Problem)) return engine;
  if (options.strict) throw engine;
  return { notice: `${engine.message}. The sheet is computed on the processor instead.`, gpu: engine.message };
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
  const finding = choice === 'auto' ? findReal(options, losses) : findAny(options, losses);
  const strict = choice === 'webgpu' && options.strict;
  const seconds = strict ? STRICT_SECONDS : GPU_SECONDS;
  const found = await within(1000 * seconds, finding);
  if (found) return 'backend' in found ? found : openCpu(options, found.notice, found.gpu);
  const gpu = `WebGPU: the GPU did not answer within ${seconds} s`;
  if (strict) throw new Problem(gpu);
  const instead = await openCpu(options, `${gpu}. The sheet is computed on the processor; the GPU takes over should it answer.`, gpu);
  const better = finding.then(
    (gpuEngine) => ('backend' in gpuEngine ? gpuEngine : { ...instead.report, ...gpuEngine }),
    (error: unknown) => ({ ...instead.report, gpu: error instanceof Error ? error.message : String(error) }),
  );
  return { ...instead, better };
};

/** The processor in place of a GPU that has too little memory for a cell. */
export const openInstead = (options: EngineOptions, reason: string, what: string): Promise<OpenEngine> =>
  openCpu(options, `${reason} The sheet is computed on the processor until ${what}.`, reason);
