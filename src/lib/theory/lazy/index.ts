import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { Backend } from '$lib/backend/backend';
import { batchesOf, notComputed, place, resultsOf } from '$lib/theory/common/batches';
import { checkTask, wrongParameter as wrong } from '$lib/theory/common/check-task';
import { coupledVariance } from '$lib/theory/common/coupled-variance';
import { orProblem } from '$lib/theory/common/or-problem';
import { LazyKernel } from '$lib/theory/lazy/lazy-kernel';
import { parameters } from '$lib/theory/lazy/parameters';
import { solveBatch, type LazyPoint } from '$lib/theory/lazy/solve';
import type { SourceParameters, Task, Theory, TrainedKernel } from '$lib/theory/theory';

type Result = TrainedKernel | Problem;

/** Numbers of one batch of kernel matrices at most (four such batches are alive at a time). */
const mostNumbers = 2 ** 24;

/**
 * The lazy limit at any depth, `theory.md` §1: NNGP (posterior mean and variance) and NTK (variance 0).
 * **Choice**: in a target the coupling δ changes the prior variance of every hidden layer's weights to ρ (§2); it does not change the NTK.
 * The richness gamma is not used.
 */
export const lazy: Theory = {
  name: 'lazy',
  parameters,

  source(backend, points, run) {
    return solveAll(
      backend,
      points.map(({ task, parameters }) => guard(task, parameters) ?? { role: 'source', task, parameters, variance: 1 }),
      run,
    );
  },

  target(backend, points, run) {
    return solveAll(
      backend,
      points.map(({ source, delta, task, parameters }): LazyPoint | Problem => {
        if (!(source instanceof LazyKernel)) return new Problem(`source: must be a lazy kernel, got a ${source.theory} ${source.role}`);
        if (source.task.dimension !== task.dimension)
          return new Problem(`target: must have ${source.task.dimension} inputs like its source, got ${task.dimension}`);
        if (!(delta >= 0)) return new Problem(`delta: must be a number ≥ 0, got ${delta}`, { path: ['delta'] });
        const variance = parameters.kernel === 'ntk' ? 1 : coupledVariance(delta, source.variance);
        return guard(task, parameters) ?? { role: 'target', task, parameters, variance };
      }),
      run,
    );
  },
};

/** What makes a point meaningless whatever the sheet let through. */
const guard = (task: Task, { depth, temperature }: SourceParameters): Problem | undefined => {
  if (!(Number.isInteger(depth) && depth >= 1)) return wrong('depth', 'a whole number ≥ 1', depth);
  if (!(temperature >= 0 && temperature < Infinity)) return wrong('temperature', 'a number ≥ 0', temperature);
  return checkTask(task);
};

/** Points that may share a batch have the same. */
const batchKey = ({ task, parameters: { activation, depth, kernel } }: LazyPoint): string =>
  [activation, depth, kernel, task.trainLabels.length, task.dimension].join(' ');

const solveAll = async (backend: Backend, points: readonly (LazyPoint | Problem)[], run: Run): Promise<readonly Result[]> => {
  const results = points.map((point): Result => (point instanceof Problem ? point : notComputed));
  let done = points.filter((point) => point instanceof Problem).length;
  return await resultsOf(results, async () => {
    for (const { indices, points: family } of batchesOf(points, batchKey)) {
      const size = family[0]?.task.trainLabels.length ?? 1;
      const most = Math.max(1, Math.floor(mostNumbers / (size * size)));
      for (let first = 0; first < family.length; first += most) {
        run.signal.throwIfAborted();
        const batch = { indices: indices.slice(first, first + most), points: family.slice(first, first + most) };
        place(results, batch, await orProblem(solveBatch(backend, batch.points, run)));
        done += batch.points.length;
        run.progress(done / points.length);
      }
    }
  });
};
