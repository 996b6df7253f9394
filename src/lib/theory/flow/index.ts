import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { batchesOf, notComputed, partOfRun, place, resultsOf } from '$lib/theory/common/batches';
import { orProblem } from '$lib/theory/common/or-problem';
import type { FlowPoint, Start } from '$lib/theory/flow/ensemble';
import { FlowKernel } from '$lib/theory/flow/flow-kernel';
import { guard } from '$lib/theory/flow/guard';
import { LazyEndKernel, lazyEndProblem, type TargetFlow } from '$lib/theory/flow/lazy-end';
import { parameters } from '$lib/theory/flow/parameters';
import { flowKernels } from '$lib/theory/flow/solve';
import type { SourcePoint, TargetPoint, Theory, TrainedKernel } from '$lib/theory/theory';

type Result = TrainedKernel | Problem;

/**
 * Gradient flow of networks of infinite width in stages, each from where the one before ended, `theory.md` §3: M neurons, coupled by the
 * residuals alone, sample the single-neuron process. Points whose shapes agree move as one batch.
 */
export const flow: Theory = {
  name: 'flow',
  parameters,
  keepsReadout: true,

  source(backend: Backend, points: readonly SourcePoint[], run: Run): Promise<readonly Result[]> {
    return solveAll(
      backend,
      points.map(
        ({ task, parameters }): FlowPoint | Problem =>
          guard(task, parameters) ?? { task, parameters, delta: 0, readout: 'fresh', centred: true },
      ),
      run,
    );
  },

  target(backend: Backend, points: readonly TargetPoint[], run: Run): Promise<readonly Result[]> {
    return solveAll(
      backend,
      points.map(({ source, task, parameters, delta, readout = 'fresh', trained = 'all', centred = true }): FlowPoint | Problem => {
        const problem = guard(task, parameters, delta, true);
        if (problem) return problem;
        if (!(source instanceof FlowKernel))
          return new Problem(`source: must be a flow kernel that was trained with gamma > 0, got a ${source.theory} ${source.role}`);
        if (source.task.dimension !== task.dimension)
          return new Problem(`target: must have ${source.task.dimension} inputs like its source, got ${task.dimension}`);
        const start: Start = {
          ...source.neurons,
          task: source.task,
          gamma: source.parameters.gamma,
          prior: source.prior,
          stage: source.stage,
          shifted: source.shifted,
          groups: source.groups,
        };
        const point = { task, parameters, delta: trained === 'readout' ? Infinity : delta, start, readout, centred };
        return (parameters.gamma === 0 ? lazyEndProblem(point) : undefined) ?? point;
      }),
      run,
    );
  },
};

const isLazyEnd = (point: FlowPoint): point is TargetFlow => point.parameters.gamma === 0 && point.start !== undefined;

/** Points that may share a batch have the same. */
const batchKey = ({ task, parameters, start }: FlowPoint): string =>
  [
    parameters.activation,
    task.trainLabels.length,
    task.testLabels.length,
    task.dimension,
    start ? `of ${start.weights.rows}` : parameters.particles,
  ].join(' ');

const solveAll = async (backend: Backend, points: readonly (FlowPoint | Problem)[], run: Run): Promise<readonly Result[]> => {
  const results = points.map((point): Result => (point instanceof Problem ? point : notComputed));
  let done = points.filter((point) => point instanceof Problem).length;
  return await resultsOf(results, async () => {
    for (const [index, point] of points.entries()) {
      if (point instanceof Problem || !isLazyEnd(point)) continue;
      run.signal.throwIfAborted();
      results[index] = await orProblem(LazyEndKernel.make(backend, point, run));
      done++;
    }
    const moving = points.map((point) => (point instanceof Problem || !isLazyEnd(point) ? point : notComputed));
    for (const batch of batchesOf(moving, batchKey)) {
      const share = batch.points.length;
      place(
        results,
        batch,
        await orProblem(
          flowKernels(
            backend,
            batch.points,
            partOfRun(run, () => done, share, points.length),
          ),
        ),
      );
      done += share;
    }
  });
};
