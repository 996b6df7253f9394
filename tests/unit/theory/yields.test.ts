import { expect, it } from 'vitest';
import type { Backend, Matrix } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import { flow } from '$lib/theory/flow';
import type { SourceParameters, Theory, TrainedKernel } from '$lib/theory/theory';
import { bayesParameters, makeTask } from '../../support/task';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
const [examples, dimension] = [48, 24];
const tasks = [1, 2].map((seed) => makeTask(dimension, examples, 30, seed, ([a = 0, b = 0]) => Math.sign(a + b)));

/** Operations of one call: features of all particles on all examples, whose layer below has as many neurons as there are examples, or their kernel. */
const heaviestOf = ({ particles, depth }: SourceParameters): number =>
  particles * examples * Math.max(2 * (depth > 1 ? examples : dimension) + 40, 2 * examples);

const sizeOf = ({ batch, rows, columns }: Matrix): number => batch * rows * columns;

/**
 * Counts what is asked of a backend between two yields. Steps of particles and of flows rest by themselves (`reference-particles.test.ts`,
 * `reference-flow.test.ts`) and are given the same rest.
 */
function watched(backend: Backend, workLimit: number): { readonly backend: Backend; most(): number } {
  let [since, most] = [0, 0];
  const work = (operations: number): void => {
    since += operations;
    most = Math.max(most, since);
  };
  const yielding = (wait: () => Promise<void>) => async () => {
    since = 0;
    await wait();
  };
  const counted = {
    normal: (...given: Parameters<Backend['normal']>) => {
      const made = backend.normal(...given);
      work((60 * sizeOf(made)) / made.batch);
      return made;
    },
    product: (...given: Parameters<Backend['product']>) => {
      const [a, , { transposeA = false } = {}] = given;
      const made = backend.product(...given);
      work(2 * sizeOf(made) * (transposeA ? a.rows : a.columns));
      return made;
    },
    features: (...given: Parameters<Backend['features']>) => {
      const made = backend.features(...given);
      work(sizeOf(made.values) * (2 * given[1].columns + 40));
      return made;
    },
    combine: (...given: Parameters<Backend['combine']>) => {
      const made = backend.combine(...given);
      work(2 * given[0].length * sizeOf(made));
      return made;
    },
    hadamard: (...given: Parameters<Backend['hadamard']>) => {
      const made = backend.hadamard(...given);
      work(2 * sizeOf(made));
      return made;
    },
  };
  const watching = Object.create(backend, {
    ...Object.fromEntries(Object.entries(counted).map(([name, value]) => [name, { value }])),
    yieldToDevice: { value: yielding(() => backend.yieldToDevice()) },
    settle: { value: yielding(() => backend.settle()) },
    workLimit: { value: workLimit },
  }) as Backend;
  return { backend: watching, most: () => most };
}

const solved = (result: TrainedKernel | Problem | undefined): TrainedKernel => {
  if (!result || result instanceof Problem) throw result ?? new Error('no result');
  return result;
};

const cases: readonly (readonly [name: string, changes: Partial<SourceParameters>, theory: Theory])[] = [
  ['bayes', { activation: 'erf' }, bayes],
  ['bayes', { activation: 'relu' }, bayes],
  ['bayes', { activation: 'relu', depth: 2, particles: 256 }, bayes],
  ['flow', { activation: 'relu', time: 1 }, flow],
];

it.each(cases)('%s %j yields between any two looks at all its particles', { timeout: 300_000 }, async (_name, changes, theory) => {
  const own = createReferenceBackend();
  const parameters = { ...bayesParameters, gamma: 0.5, particles: 1024, ...changes };
  const heaviest = heaviestOf(parameters);
  // As if there were so many particles that one call is three pieces of work.
  const watch = watched(own, heaviest / 3);
  const { backend } = watch;
  const [task, other] = tasks;
  {
    using source = solved((await theory.source(backend, [{ task: task!, parameters }], run))[0]);
    await source.errors(run);
    if (parameters.depth === 1) {
      using target = solved((await theory.target(backend, [{ source, delta: 1, task: other!, parameters }], run))[0]);
      await target.errors(run);
      await target.history?.(run);
    }
  }
  expect(watch.most()).toBeLessThan(1.25 * heaviest);
  expect(own.liveBytes).toBe(0);
});
