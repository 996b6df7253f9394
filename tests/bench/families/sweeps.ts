import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { Backend } from '$lib/backend/backend';
import { bayes } from '$lib/theory/bayes';
import { flow } from '$lib/theory/flow';
import { proportional } from '$lib/theory/proportional';
import type { Errors, SourceParameters, Theory, TrainedKernel } from '$lib/theory/theory';
import { bayesParameters, makeTask } from '../../support/task';
import type { Case, Contestant, Family, Outcome } from '../bench';

const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };

/** In the sizes of a sheet of the gallery. */
const source = makeTask(64, 150, 200, 1, ([a = 0, b = 0, c = 0]) => Math.sign(a + b + c));
const target = makeTask(64, 12, 200, 2, ([a = 0, b = 0]) => Math.sign(a + b));

const points = 24;
const deltas = Array.from({ length: points }, (_, i) => 10 ** (-2 + (4 * i) / (points - 1)));
/** Of which points the cost is also taken one by one: a low, a middling and a high one. */
const some = [4, 12, 20];

/** The label of the contestant that does. */
const singly = `${some.length} of them one by one`;

const each = (results: readonly (TrainedKernel | Problem)[]): readonly TrainedKernel[] =>
  results.map((result) => {
    if (result instanceof Problem) throw result;
    return result;
  });

/** The errors of all kernels, asked for at the same time as a sheet does; the kernels are disposed of. */
async function errorsOf(results: readonly (TrainedKernel | Problem)[]): Promise<readonly Errors[]> {
  const kernels = each(results);
  const errors = await Promise.all(kernels.map((kernel) => kernel.errors(run)));
  for (const kernel of kernels) kernel[Symbol.dispose]();
  return errors;
}

const nothing = (): void => undefined;

const outcomeOf = (errors: readonly Errors[]): Outcome => ({
  values: () => Promise.resolve(errors.map(({ test }) => test)),
  dispose: nothing,
});

/** A sheet with these points of the sweep and no other: the source, the targets as one batch, their errors. */
interface Given {
  readonly name: string;
  readonly solve: (backend: Backend, places: readonly number[]) => Promise<readonly Errors[]>;
}

const all = Array.from({ length: points }, (_, i) => i);

const contestants = ({ solve }: Given): readonly Contestant[] => [
  {
    peer: 'ours',
    label: singly,
    prepare: ({ backend }) => ({
      run: async () => {
        const errors: Errors[] = [];
        for (const place of some) errors.push(...(await solve(backend, [place])));
        return outcomeOf(errors);
      },
      dispose: nothing,
    }),
  },
  {
    peer: 'ours',
    prepare: ({ backend }) => ({
      run: async () => {
        const errors = await solve(backend, all);
        return outcomeOf(some.map((place) => errors[place]!));
      },
      dispose: nothing,
    }),
  },
];

const targets = (name: string, theory: Theory, parameters: SourceParameters): Given => ({
  name: `${points} δ, ${name}`,
  solve: async (backend, places) => {
    const [kernel] = each(await theory.source(backend, [{ task: source, parameters }], run));
    if (!kernel) throw new Error('no source');
    const wanted = places.map((place) => ({ source: kernel, task: target, parameters, delta: deltas[place]! }));
    const errors = await errorsOf(await theory.target(backend, wanted, run));
    kernel[Symbol.dispose]();
    return errors;
  },
});

const swept: readonly Given[] = [
  targets('bayes erf', bayes, { ...bayesParameters, particles: 256 }),
  targets('flow erf', flow, { ...bayesParameters, particles: 256 }),
  targets('proportional linear', proportional, { ...bayesParameters, activation: 'linear', width: 150, temperature: 0.02 }),
  targets('proportional erf', proportional, { ...bayesParameters, width: 150, temperature: 0.02 }),
];

const doubled: readonly { readonly name: string; readonly theory: Theory }[] = [
  { name: 'bayes', theory: bayes },
  { name: 'flow', theory: flow },
];
const sizes = [1024, 2048, 4096];
const sizeName = (name: string, particles: number): string => `${particles} particles, ${name} erf`;

const ofParticles = (name: string, theory: Theory, particles: number): Case => ({
  name: sizeName(name, particles),
  tolerance: 0,
  contestants: [
    {
      peer: 'ours',
      prepare: ({ backend }) => ({
        run: async () =>
          outcomeOf(await errorsOf(await theory.source(backend, [{ task: target, parameters: { ...bayesParameters, particles } }], run))),
        dispose: nothing,
      }),
    },
  ],
});

/** What a sweep costs beside its points one by one, and what particles cost. */
export const sweeps: Family = {
  name: 'sweeps',
  cases: [
    ...swept.map((given) => (): Case => ({ name: given.name, tolerance: 1e-3, contestants: contestants(given) })),
    ...doubled.flatMap(({ name, theory }) => sizes.map((particles) => (): Case => ofParticles(name, theory, particles))),
  ],
  figures: (median) => [
    ...swept.map(({ name }) => ({
      name: `${name}, time over that of ${points} points one by one`,
      value: median(name, 'ours') / ((points / some.length) * median(name, 'ours', singly)),
      atMost: 1 / 3,
    })),
    ...doubled.flatMap(({ name }) =>
      sizes.slice(1).map((particles) => ({
        name: `${sizeName(name, particles)}, time over that of half as many`,
        value: median(sizeName(name, particles), 'ours') / median(sizeName(name, particles / 2), 'ours'),
        atMost: 2,
      })),
    ),
  ],
};
