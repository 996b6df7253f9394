import type { Backend } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { isAbort, Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import { flow } from '$lib/theory/flow';
import { proportional } from '$lib/theory/proportional';
import type { SourceParameters, Theory, TrainedKernel } from '$lib/theory/theory';
import { bayesParameters, makeTask } from '../../support/task';
import { withBackend } from '../harness/suite';

const theories: Readonly<Record<string, Theory>> = { bayes, flow, proportional };

export interface StoppingGiven {
  readonly theory: string;
  readonly examples: number;
  readonly changes: Partial<SourceParameters>;
  /** Points of the sweep, each with a γ or, for the theory that has none, a width of its own. */
  readonly points: number;
  /** Milliseconds after which to stop; `errors` stops in the middle of those. */
  readonly after: readonly (number | 'errors')[];
  readonly backend: 'webgpu' | 'reference';
}

export interface Stopped {
  readonly aborted: boolean;
  /** Milliseconds from the stop to its effect, and to the device having nothing left to do. */
  readonly effect: number;
  readonly idle: number;
  /** The most operations handed over between two looks at the signal, in units of what a submission may hold. */
  readonly between: number;
  readonly live: number;
}

const task = (examples: number) => makeTask(64, examples, 200, 1, ([a = 0, b = 0, c = 0]) => Math.sign(a + b + c));

/** Each wait on the device is a moment at which a stop is heard: counts what was handed over since the last. */
const watched = (backend: Backend, operations: () => number): { readonly backend: Backend; most(): number; forget(): void } => {
  let last = operations();
  let most = 0;
  const look = (): void => {
    most = Math.max(most, operations() - last);
    last = operations();
  };
  const watch =
    <A extends unknown[], T>(wait: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      look();
      return await wait(...given);
    };
  return {
    backend: Object.create(backend, {
      read: { value: watch((...given: Parameters<Backend['read']>) => backend.read(...given)) },
      settle: { value: watch(() => backend.settle()) },
      yieldToDevice: { value: watch(() => backend.yieldToDevice()) },
    }) as Backend,
    most: () => most,
    forget: () => {
      most = 0;
      last = operations();
    },
  };
};

const stop = async (
  backend: Backend,
  operations: () => number,
  { theory: name, examples, changes, points }: StoppingGiven,
  after: number | 'errors',
  quality: Run['quality'] = 'fine',
): Promise<Stopped> => {
  const theory = theories[name];
  if (!theory) throw new Error(`no theory ${name}`);
  const controller = new AbortController();
  const run: Run = { signal: controller.signal, progress: () => undefined, quality };
  const calm: Run = { ...run, signal: new AbortController().signal };
  const own = task(examples);
  const parameters = { ...bayesParameters, width: 150, temperature: 0.02, ...changes };
  const watch = watched(backend, operations);
  const sweep = Array.from({ length: points }, (_, i) => ({
    task: own,
    parameters: { ...parameters, gamma: 0.5 + 0.1 * i, width: parameters.width + i },
  }));
  let at = 0;
  // From when it was meant to stop: a processor that is busy hears of it late.
  const stopping = (milliseconds: number): void => {
    at = performance.now() + milliseconds;
    setTimeout(() => {
      controller.abort();
    }, milliseconds);
  };
  const made: TrainedKernel[] = [];
  let aborted = false;
  try {
    if (after !== 'errors') stopping(after);
    for (const kernel of await theory.source(watch.backend, sweep, after === 'errors' ? calm : run)) {
      if (kernel instanceof Problem) throw kernel;
      made.push(kernel);
    }
    if (after === 'errors') stopping(10);
    const asked = await Promise.allSettled(made.map((kernel) => kernel.errors(run)));
    for (const one of asked) if (one.status === 'rejected') throw one.reason;
  } catch (error) {
    if (!isAbort(error)) throw error;
    aborted = true;
  }
  const effect = performance.now() - at;
  await backend.settle();
  const idle = performance.now() - at;
  for (const kernel of made) kernel[Symbol.dispose]();
  return { aborted, effect, idle, between: watch.most() / backend.workLimit, live: backend.liveBytes };
};

/** Sweeps that are stopped at several times. */
export const stopped = async (given: unknown): Promise<Stopped[]> => {
  const { backend: where, after, changes } = given as StoppingGiven;
  const all = async (backend: Backend, operations: () => number): Promise<Stopped[]> => {
    const results: Stopped[] = [];
    // Once in small and coarsely, for the shaders to be compiled.
    const small = { ...(given as StoppingGiven), examples: 12, points: 1, changes: { ...changes, particles: 64 } };
    await stop(backend, operations, small, 1e6, 'coarse');
    for (const one of after) results.push(await stop(backend, operations, given as StoppingGiven, one));
    return results;
  };
  if (where === 'reference') return await all(createReferenceBackend(), () => 0);
  return await withBackend((backend) => all(backend, () => backend.operations));
};
