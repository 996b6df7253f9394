import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { gaussianAnchors } from '$lib/theory/bayes/anchors';
import { ClosedKernel, closedKernel } from '$lib/theory/bayes/closed-kernel';
import { deepKernels } from '$lib/theory/bayes/deep/solve';
import type { Anchor, EnsemblePoint } from '$lib/theory/bayes/ensemble';
import { guard } from '$lib/theory/bayes/guard';
import { particleKernels } from '$lib/theory/bayes/particles';
import { SampleKernel } from '$lib/theory/bayes/sample-kernel';
import { particleCount, shrink } from '$lib/theory/bayes/schedule';
import { inFewDirections, spanKernels } from '$lib/theory/bayes/span/kernels';
import type { SourceParameters, SourcePoint, TargetPoint, Theory, TrainedKernel } from '$lib/theory/theory';

type Result = TrainedKernel | Problem;

/** A point, ready to be solved one way or the other. */
type Job =
  | { readonly way: 'closed'; readonly solve: () => Promise<TrainedKernel> }
  | { readonly way: 'span' | 'particles'; readonly point: EnsemblePoint };

/** By quadrature where the training inputs span few directions, else by particles that move. */
const sampled = (point: EnsemblePoint): Job => ({ way: inFewDirections(point.task, point.parameters) ? 'span' : 'particles', point });

const wantsClosed = ({ activation, solver, depth }: SourceParameters): boolean =>
  activation === 'linear' && depth === 1 && solver !== 'particles';

/**
 * Bayesian posterior at infinite width with feature learning, and elastic coupling of a target to a source: `theory.md` §2.
 * Linear networks in closed form, every activation by mean-field particles. Points whose shapes agree move as one batch.
 * Deep networks, up to four hidden layers, as sources only: theirs is the last paragraph of §2, which knows no coupling.
 */
export const bayes: Theory = {
  name: 'bayes',

  source(backend: Backend, points: readonly SourcePoint[], run: Run): Promise<readonly Result[]> {
    const jobs = points.map(({ task, parameters }): Job | Problem => {
      const problem = guard(task, parameters);
      if (problem) return problem;
      if (wantsClosed(parameters)) return { way: 'closed', solve: () => closedKernel(backend, 'source', task, parameters) };
      return sampled({ task, parameters, delta: 0 });
    });
    return solveAll(backend, jobs, run);
  },

  async target(backend: Backend, points: readonly TargetPoint[], run: Run): Promise<readonly Result[]> {
    const drawn = new Map<ClosedKernel, Anchor>();
    const anchorsOf = (source: ClosedKernel | SampleKernel): Anchor => {
      if (source instanceof SampleKernel) return source.anchor;
      const { particles, seed } = source.parameters;
      const anchors = drawn.get(source) ?? gaussianAnchors(backend, source.law, particleCount(run.quality, particles), seed);
      drawn.set(source, anchors);
      return anchors;
    };
    try {
      const jobs = points.map(({ source, task, parameters, delta }): Job | Problem => {
        const problem = guard(task, parameters, delta);
        if (problem) return problem;
        if (parameters.depth > 1)
          return new Problem(
            `depth: the elastic coupling of bayes is that of one hidden layer; of deeper networks there are source kernels only, got depth ${parameters.depth}`,
            { path: ['depth'] },
          );
        if (!(source instanceof ClosedKernel || source instanceof SampleKernel) || source.role !== 'source')
          return new Problem(`source: must be a bayes source kernel, got a ${source.theory} ${source.role}`);
        if (source.task.dimension !== task.dimension)
          return new Problem(`target: must have ${source.task.dimension} inputs like its source, got ${task.dimension}`);
        if (wantsClosed(parameters) && source instanceof ClosedKernel)
          return { way: 'closed', solve: () => closedKernel(backend, 'target', task, parameters, delta, source.law) };
        if (parameters.solver === 'closed')
          return new Problem('solver: the closed form of a target needs a source in closed form, got one of particles', {
            path: ['solver'],
          });
        return { way: 'particles', point: { task, parameters, delta, anchor: anchorsOf(source) } };
      });
      return await solveAll(backend, jobs, run);
    } finally {
      for (const { weights, shadow } of drawn.values()) {
        weights[Symbol.dispose]();
        shadow[Symbol.dispose]();
      }
    }
  },
};

/** Points that may share a batch have the same. */
function kinship({ task, parameters, anchor }: EnsemblePoint): string {
  const { activation, depth, gamma, particles, seed, stretch } = parameters;
  return [
    activation,
    depth,
    depth > 1 ? '' : shrink(gamma),
    seed,
    stretch,
    task.trainLabels.length,
    task.dimension,
    anchor ? `of ${anchor.weights.rows}` : particles,
  ].join(' ');
}

async function solveAll(backend: Backend, jobs: readonly (Job | Problem)[], run: Run): Promise<readonly Result[]> {
  const results: Result[] = jobs.map((job) => (job instanceof Problem ? job : new Problem('not computed')));
  const families = new Map<string, { readonly indices: number[]; readonly points: EnsemblePoint[] }>();
  let done = 0;
  const within = (share: number): Run => ({
    ...run,
    signal: run.signal,
    progress: (fraction) => run.progress((done + share * fraction) / jobs.length),
  });
  const toParticles = (index: number, point: EnsemblePoint): void => {
    const family = families.get(kinship(point)) ?? { indices: [], points: [] };
    family.indices.push(index);
    family.points.push(point);
    families.set(kinship(point), family);
  };
  try {
    for (const [index, job] of jobs.entries()) {
      if (job instanceof Problem) done++;
      else if (job.way === 'closed') {
        run.signal.throwIfAborted();
        results[index] = await orProblem(job.solve());
        run.progress(++done / jobs.length);
      } else if (job.way === 'particles') toParticles(index, job.point);
    }
    const inSpan = jobs.flatMap((job, index) => (!(job instanceof Problem) && job.way === 'span' ? [{ index, point: job.point }] : []));
    const integrated = await spanKernels(
      backend,
      inSpan.map(({ point }) => point),
      within(inSpan.length),
    );
    inSpan.forEach(({ index, point }, at) => {
      const kernel = integrated[at];
      if (kernel) results[index] = kernel;
      else toParticles(index, point);
    });
    done += integrated.filter(Boolean).length;
    for (const { indices, points } of families.values()) {
      const solve = (points[0]?.parameters.depth ?? 1) > 1 ? deepKernels : particleKernels;
      const kernels = await orProblem<readonly Result[]>(solve(backend, points, within(points.length)));
      indices.forEach((index, at) => {
        results[index] = kernels instanceof Problem ? kernels : (kernels[at] ?? new Problem('not computed'));
      });
      done += points.length;
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
