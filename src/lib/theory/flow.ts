import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { FlowPoint, Start } from '$lib/theory/flow/ensemble';
import { FlowKernel } from '$lib/theory/flow/flow-kernel';
import { guard } from '$lib/theory/flow/guard';
import { LazyEndKernel, lazyEndProblem, type TargetFlow } from '$lib/theory/flow/lazy-end';
import { flowKernels } from '$lib/theory/flow/solve';
import type { SourcePoint, TargetPoint, Theory, TrainedKernel } from '$lib/theory/theory';

type Result = TrainedKernel | Problem;

/**
 * Gradient flow of networks of infinite width in two stages, `theory.md` §3: M neurons, coupled by the residuals alone, sample the
 * single-neuron process. Points whose shapes agree move as one batch.
 */
export const flow: Theory = {
  name: 'flow',

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
        if (!(source instanceof FlowKernel) || source.role !== 'source')
          return new Problem(`source: must be a flow source kernel, got a ${source.theory} ${source.role}`);
        if (source.task.dimension !== task.dimension)
          return new Problem(`target: must have ${source.task.dimension} inputs like its source, got ${task.dimension}`);
        const start: Start = { ...source.neurons, task: source.task, gamma: source.parameters.gamma, prior: source.prior };
        const point = { task, parameters, delta: trained === 'readout' ? Infinity : delta, start, readout, centred };
        return (parameters.gamma === 0 ? lazyEndProblem(point) : undefined) ?? point;
      }),
      run,
    );
  },
};

const isLazyEnd = (point: FlowPoint): point is TargetFlow => point.parameters.gamma === 0 && point.start !== undefined;

/** Points that may share a batch have the same. */
function kinship({ task, parameters, start }: FlowPoint): string {
  return [
    parameters.activation,
    task.trainLabels.length,
    task.testLabels.length,
    task.dimension,
    start ? `of ${start.weights.rows}` : parameters.particles,
  ].join(' ');
}

async function solveAll(backend: Backend, points: readonly (FlowPoint | Problem)[], run: Run): Promise<readonly Result[]> {
  const results: Result[] = points.map((point) => (point instanceof Problem ? point : new Problem('not computed')));
  const families = new Map<string, { readonly indices: number[]; readonly points: FlowPoint[] }>();
  points.forEach((point, index) => {
    if (point instanceof Problem || isLazyEnd(point)) return;
    const family = families.get(kinship(point)) ?? { indices: [], points: [] };
    family.indices.push(index);
    family.points.push(point);
    families.set(kinship(point), family);
  });
  let done = points.filter((point) => point instanceof Problem).length;
  try {
    for (const [index, point] of points.entries()) {
      if (point instanceof Problem || !isLazyEnd(point)) continue;
      run.signal.throwIfAborted();
      results[index] = await orProblem(LazyEndKernel.make(backend, point, run));
      done++;
    }
    for (const family of families.values()) {
      const share = family.points.length;
      const within: Run = { ...run, signal: run.signal, progress: (fraction) => run.progress((done + share * fraction) / points.length) };
      const kernels = await orProblem(flowKernels(backend, family.points, within));
      family.indices.forEach((index, at) => {
        results[index] = kernels instanceof Problem ? kernels : (kernels[at] ?? new Problem('not computed'));
      });
      done += share;
    }
    return results;
  } catch (error) {
    for (const result of results) if (!(result instanceof Problem)) result[Symbol.dispose]();
    throw error;
  }
}

/** The work's value, or the problem it threw. */
async function orProblem<T>(work: Promise<T>): Promise<T | Problem> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
