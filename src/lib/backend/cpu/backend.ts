import type { WalkerBackend } from '$lib/backend/backend';
import { countedOperations, countedSteps, hostViews, pauses } from '$lib/backend/host';
import { Engine } from './engine';
import { CpuMatrix, own } from './matrix';
import { CpuMemory } from './memory';
import { cholesky } from './linalg/cholesky';
import { outerMeans } from './linalg/outer';
import { product } from './linalg/product';
import * as solves from './linalg/solve';
import { bestBuild, loadModule, type Build } from './module';
import { descend } from './network/descent';
import { features, shiftedFeatures } from './network/features';
import { flow } from './network/flow';
import { normal } from './network/normal';
import { runParticles } from './network/particles';
import { moveWalkers, placeWalkers, pullWalkers } from './network/walkers';
import { combine } from './operations/combine';
import * as elementwise from './operations/elementwise';
import * as rows from './operations/rows';
import { kernelGram, plainOperations } from './plain';
import { coresFor, helperStarter, mayShare } from './threads/helpers';

export interface CpuOptions {
  /** Threads that compute, the calling one among them; all cores when not given. */
  readonly threads?: number;
  /** Which compilation of the kernels; `bestBuild` when not given. */
  readonly build?: Build;
  /** Milliseconds without an answer after which a thread counts as dead: for tests. */
  readonly patience?: number;
}

/** The most threads. Starting more, and their scratch memory, would cost more than they save. */
const mostThreads = 64;

/**
 * The backend in double precision on the processor: kernels in WebAssembly with 128-bit lanes. It uses all cores where memory may be shared
 * with workers (Node, and pages that are cross-origin isolated), else one. Its work is done when a method returns.
 * @throws Problem where the machine gives no memory that threads may share.
 */
export const createCpuBackend = async (options: CpuOptions = {}): Promise<WalkerBackend> => {
  const build = options.build ?? (await bestBuild());
  const wished = Math.max(1, Math.min(mostThreads, Math.floor(options.threads ?? (await coresFor()))));
  const threads = mayShare() ? wished : 1;
  const engine = new Engine({
    module: await loadModule(build),
    memory: new CpuMemory(),
    threads,
    ...(threads > 1 && { start: await helperStarter() }),
    ...(options.patience !== undefined && { patience: options.patience }),
  });
  const { counters } = engine;
  const plain = plainOperations(engine);
  const backend: WalkerBackend = {
    ...plain,
    name: 'cpu',
    adapter: `double precision, WebAssembly SIMD, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}`,
    threads: engine.threads,
    roundoff: 2 ** -53,
    get walking() {
      return backend;
    },
    get liveBytes() {
      return counters.liveBytes;
    },
    get dispatches() {
      return counters.dispatches + plain.dispatches;
    },
    workLimit: 1e8,
    ...hostViews(counters, { make: (shape) => CpuMatrix.make(engine, shape), zeros: (shape) => CpuMatrix.zeros(engine, shape), own }),
    ...countedOperations(engine, counters, {
      ...elementwise,
      ...rows,
      ...solves,
      cholesky,
      combine,
      features,
      gram: (_, x, z = x) => product(engine, x, z, { transposeB: true, alpha: 1 / x.columns }),
      kernelGram,
      normal,
      placeWalkers,
      product,
      pullWalkers,
      shiftedFeatures,
    }),
    ...countedSteps(counters, {
      runParticles: (...given) => runParticles(engine, ...given),
      flow: (...given) => flow(engine, ...given),
      descend: (...given) => descend(engine, ...given),
      moveWalkers: (...given) => moveWalkers(engine, ...given),
      outerMeans: (...given) => outerMeans(engine, ...given),
    }),
    ...pauses(),
    dispose: () => {
      engine.dispose();
    },
  };
  return backend;
};
