import { turn } from '$lib/base/turn';
import type { Backend } from '$lib/backend/backend';
import { expectShape } from '$lib/backend/shapes';
import { Engine } from './engine';
import { CpuMatrix, own } from './matrix';
import { CpuMemory } from './memory';
import { cholesky } from './linalg/cholesky';
import { product } from './linalg/product';
import { inverse, logDeterminant, solve, solveLower } from './linalg/solve';
import { loadModule, offersRelaxed, type Build } from './module';
import { descend } from './network/descent';
import { features, shiftedFeatures } from './network/features';
import { flow } from './network/flow';
import { normal } from './network/normal';
import { runParticles } from './network/particles';
import { drained } from './network/pieces';
import { combine } from './operations/combine';
import { addDiagonal, diagonal, hadamard, reorder, transpose } from './operations/elementwise';
import { dot, rowExtremes, rowSums } from './operations/rows';
import { plainOperations } from './plain';
import { coresFor, helperStarter, mayShare } from './threads/helpers';
import { copy, reshape, slice, upload } from './views';

export interface CpuOptions {
  /** Threads that compute, the calling one among them; all cores when not given. */
  readonly threads?: number;
  /** Which compilation of the kernels; the relaxed one where the engine offers it when not given. */
  readonly build?: Build;
  /** Milliseconds without an answer after which a thread counts as dead: for tests. */
  readonly patience?: number;
}

/** A control block and scratch for more would take longer than they help. */
const mostThreads = 64;

/** Milliseconds of work after which `rest` lets others in. */
const between = 40;

/** What is thrown becomes a rejection, as with any other backend. */
const promised = <Result>(work: () => Result): Promise<Result> =>
  new Promise((resolve) => {
    resolve(work());
  });

/**
 * The backend in double precision on the processor: kernels in WebAssembly with 128-bit lanes, on
 * as many threads as there are where memory may be shared with workers (Node, and pages that are cross-origin isolated). Its work is done when a method returns.
 * @throws Problem where the machine gives no memory that threads may share.
 */
export const createCpuBackend = async (options: CpuOptions = {}): Promise<Backend> => {
  const build = options.build ?? (offersRelaxed() ? 'relaxed' : 'plain');
  const wished = Math.max(1, Math.min(mostThreads, Math.floor(options.threads ?? (await coresFor()))));
  const threads = mayShare() ? wished : 1;
  const engine = new Engine({
    module: await loadModule(build),
    memory: new CpuMemory(),
    threads,
    ...(threads > 1 && { start: await helperStarter() }),
    ...(options.patience !== undefined && { patience: options.patience }),
  });
  await engine.ready();
  const { counters } = engine;
  const plain = plainOperations(engine);
  let breath = performance.now();
  // The work is done already; whoever waits lets timers and messages in, so that a long run can be stopped.
  const settle = async (): Promise<void> => {
    await turn();
    breath = performance.now();
  };
  const counted = <Result>(result: Result): Result => {
    counters.dispatches += 1;
    return result;
  };
  return {
    ...plain,
    name: 'cpu',
    adapter: `double precision, WebAssembly SIMD, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}`,
    threads: engine.threads,
    roundoff: 2 ** -53,
    get liveBytes() {
      return counters.liveBytes;
    },
    get dispatches() {
      return counters.dispatches + plain.dispatches;
    },
    workLimit: 1e8,
    upload: (shape, data) => upload(engine, shape, data),
    zeros: (shape) => CpuMatrix.zeros(engine, shape),
    read: (matrix) => promised(() => own(matrix).values.slice()),
    reshape,
    slice: (matrix, first, count = 1) => slice(matrix, first, count),
    copy: (from, into, first = 0) => {
      copy(from, into, first);
      counters.dispatches += 1;
    },
    normal: (shape, key) => counted(normal(engine, shape, key)),
    product: (a, b, options) => counted(product(engine, a, b, options)),
    gram: (x, z = x) => counted(product(engine, x, z, { transposeB: true, alpha: 1 / x.columns })),
    combine: (terms, into) => counted(combine(engine, terms, into)),
    hadamard: (a, b) => counted(hadamard(engine, a, b)),
    transpose: (a) => counted(transpose(engine, a)),
    addDiagonal: (a, value) => counted(addDiagonal(engine, a, value)),
    diagonal: (a) => counted(diagonal(engine, a)),
    rowSums: (a) => counted(rowSums(engine, a)),
    rowExtremes: (a) => counted(rowExtremes(engine, a)),
    reorder: (a, order) => counted(reorder(engine, a, order)),
    dot: (a, b) => counted(dot(engine, a, b)),
    cholesky: (a) => counted(cholesky(engine, a)),
    solve: (factor, b) => counted(solve(engine, factor, b)),
    solveLower: (factor, b, transposed = false) => counted(solveLower(engine, factor, b, transposed)),
    inverse: (factor) => counted(inverse(engine, factor)),
    logDeterminant: (factor) => counted(logDeterminant(engine, factor)),
    features: (activation, w, x, slopes = false) => counted(features(engine, activation, w, x, slopes)),
    shiftedFeatures: (activation, w, x, shift) => counted(shiftedFeatures(engine, activation, w, x, shift)),
    particleSteps: async (problem, state, dt, count, key, average, rest) => {
      if (average && average.batch !== problem.points.length) throw new Error('average needs one entry a sweep point');
      if (average) expectShape(average, problem.inputs.rows, 1, 'average of the dual');
      counters.dispatches += count;
      await drained(runParticles(engine, problem, state, dt, count, key, average), rest);
    },
    flow: (problem, state, steps, path) =>
      flow(engine, problem, state, steps, path, (evaluations) => {
        counters.dispatches += evaluations;
      }),
    descend: (problem, state, first, count) => {
      counters.dispatches += count;
      return descend(engine, problem, state, first, count);
    },
    settle,
    rest: () => (performance.now() - breath < between ? Promise.resolve() : settle()),
    dispose: () => {
      engine.dispose();
    },
  };
};
