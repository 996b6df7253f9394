import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { bayes } from '$lib/theory/bayes';
import { proportional } from '$lib/theory/proportional';
import type { SourceParameters, Theory } from '$lib/theory/theory';
import { bayesParameters, makeTask } from '../../support/task';
import { withBackend } from '../harness/suite';

// A coarse run takes fewer steps, each as in a fine one: what is compared are counts.
const run: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'coarse' };
const source = makeTask(8, 12, 10, 1, ([a = 0, b = 0]) => Math.tanh(a + 0.5 * b));
const target = makeTask(8, 8, 10, 2, ([a = 0, b = 0]) => Math.tanh(0.5 * a + b));
const theories: Readonly<Record<string, { readonly theory: Theory; readonly parameters: SourceParameters }>> = {
  bayes: { theory: bayes, parameters: { ...bayesParameters, particles: 32 } },
  proportional: { theory: proportional, parameters: { ...bayesParameters, width: 60, temperature: 0.1 } },
};

/** What was asked of the device. */
export interface Cost {
  readonly dispatches: number;
  readonly reads: number;
}

export interface SweepCost {
  readonly sweep: Cost;
  /** Of one point, the mean of three. */
  readonly single: Cost;
}

/** A sweep of 24 δ, errors and all, and single points of it. */
export const sweepCost = (given: unknown): Promise<SweepCost> =>
  withBackend(async (backend) => {
    const { theory, parameters } = theories[given as string] ?? {};
    if (!theory || !parameters) throw new Error(`no theory ${String(given)}`);
    let reads = 0;
    const counting = Object.create(backend, {
      read: { value: (...matrix: Parameters<typeof backend.read>) => (reads++, backend.read(...matrix)) },
    }) as typeof backend;
    const [kernel] = await theory.source(counting, [{ task: source, parameters }], run);
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    using first = kernel;
    const costOf = async (deltas: readonly number[]): Promise<Cost> => {
      const before = { dispatches: backend.dispatches, reads };
      const kernels = await theory.target(
        counting,
        deltas.map((delta) => ({ source: first, task: target, parameters, delta })),
        run,
      );
      for (const result of kernels) {
        if (result instanceof Problem) throw result;
        using each = result;
        await each.errors(run);
      }
      return { dispatches: backend.dispatches - before.dispatches, reads: reads - before.reads };
    };
    const deltas = Array.from({ length: 24 }, (_, i) => 10 ** ((3 * i) / 23 - 1));
    const sweep = await costOf(deltas);
    const singles: Cost[] = [];
    for (const delta of [0.2, 3, 60]) singles.push(await costOf([delta]));
    const mean = (of: (cost: Cost) => number): number => singles.reduce((sum, cost) => sum + of(cost), 0) / singles.length;
    return { sweep, single: { dispatches: mean(({ dispatches }) => dispatches), reads: mean((cost) => cost.reads) } };
  });
