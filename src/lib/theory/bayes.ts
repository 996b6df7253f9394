import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { ClosedKernel, closedKernel } from '$lib/theory/bayes/closed-kernel';
import { guard } from '$lib/theory/bayes/guard';
import type { SourceParameters, SourcePoint, TargetPoint, Theory, TrainedKernel } from '$lib/theory/theory';

const closed = ({ activation, solver }: SourceParameters): boolean => activation === 'linear' && solver !== 'particles';

/** Runs what may fail with a `Problem` and makes that its value. */
async function attempt(work: () => Promise<TrainedKernel>): Promise<TrainedKernel | Problem> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/**
 * Bayesian posterior at infinite width with feature learning, and elastic coupling of a target to a source: `theory.md` §2.
 * Linear networks in closed form, every activation by mean-field particles.
 */
export const bayes: Theory = {
  name: 'bayes',

  async source(backend: Backend, points: readonly SourcePoint[], run: Run) {
    const results: (TrainedKernel | Problem)[] = [];
    for (const { task, parameters } of points) {
      run.signal.throwIfAborted();
      const problem = guard(task, parameters);
      results.push(problem ?? (await attempt(() => closedKernel(backend, 'source', task, parameters))));
      run.progress(results.length / points.length);
    }
    return results;
  },

  async target(backend: Backend, points: readonly TargetPoint[], run: Run) {
    const results: (TrainedKernel | Problem)[] = [];
    for (const { source, task, parameters, delta } of points) {
      run.signal.throwIfAborted();
      const problem = guard(task, parameters, delta);
      if (problem) results.push(problem);
      else if (closed(parameters) && source instanceof ClosedKernel)
        results.push(await attempt(() => closedKernel(backend, 'target', task, parameters, delta, source.law)));
      else results.push(new Problem('no'));
      run.progress(results.length / points.length);
    }
    return results;
  },
};
