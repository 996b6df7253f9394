import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { gaussianAnchors } from '$lib/theory/bayes/anchors';
import { ClosedKernel, closedKernel } from '$lib/theory/bayes/closed-kernel';
import type { Marginal, Origin } from '$lib/theory/bayes/coupled/origin';
import { DeepKernel } from '$lib/theory/bayes/deep/deep-kernel';
import { DeepLinearKernel } from '$lib/theory/bayes/deep/linear/deep-linear-kernel';
import { deepLinearSource, deepLinearTarget } from '$lib/theory/bayes/deep/linear/solve';
import { deepKernels } from '$lib/theory/bayes/deep/solve';
import type { DeepTargetPoint } from '$lib/theory/bayes/deep/target/run-target';
import { deepTargets, mostExamples } from '$lib/theory/bayes/deep/target/solve-target';
import type { Anchor, EnsemblePoint } from '$lib/theory/bayes/ensemble';
import { guard } from '$lib/theory/bayes/guard';
import { parameters } from '$lib/theory/bayes/parameters';
import { particleKernels } from '$lib/theory/bayes/particles';
import { SampleKernel } from '$lib/theory/bayes/sample-kernel';
import { particleCount, shrink } from '$lib/theory/bayes/schedule';
import { inFewDirections, spanKernels } from '$lib/theory/bayes/span/kernels';
import { batchesOf, notComputed, partOfRun, place, resultsOf } from '$lib/theory/common/batches';
import { orProblem } from '$lib/theory/common/or-problem';
import type { SourceParameters, SourcePoint, TargetPoint, Theory, TrainedKernel } from '$lib/theory/theory';

type Result = TrainedKernel | Problem;

/** A point, ready to be solved one way or the other. */
type Job =
  | { readonly way: 'closed'; readonly solve: () => Promise<TrainedKernel> }
  | { readonly way: 'span' | 'particles'; readonly point: EnsemblePoint }
  | { readonly way: 'tied'; readonly point: DeepTargetPoint };

/** By quadrature where the training inputs span few directions, else by particles that move. */
const sampled = (point: EnsemblePoint): Job => ({ way: inFewDirections(point.task, point.parameters) ? 'span' : 'particles', point });

const wantsClosed = ({ activation, solver }: SourceParameters): boolean => activation === 'linear' && solver !== 'particles';

/**
 * Bayesian posterior at infinite width with feature learning, and elastic coupling of a target to a source: `theory.md` §2.
 * Linear networks in closed form, every activation by mean-field particles. Points whose shapes agree move as one batch.
 * A target may be the source of a further task: a chain, each stage held to the law of the one before.
 * Deep networks have up to four hidden layers: linear ones in closed form (`deep/linear`), others by particles (`deep`, `deep/target`).
 */
export const bayes: Theory = {
  name: 'bayes',
  parameters,

  source(backend: Backend, points: readonly SourcePoint[], run: Run): Promise<readonly Result[]> {
    const jobs = points.map(({ task, parameters }): Job | Problem => {
      const problem = guard(task, parameters);
      if (problem) return problem;
      if (wantsClosed(parameters))
        return {
          way: 'closed',
          solve: () =>
            parameters.depth > 1 ? deepLinearSource(backend, task, parameters) : closedKernel(backend, 'source', task, parameters),
        };
      return sampled({ task, parameters, delta: 0 });
    });
    return solveAll(backend, jobs, run);
  },

  async target(backend: Backend, points: readonly TargetPoint[], run: Run): Promise<readonly Result[]> {
    const drawn = new Map<ClosedKernel, Anchor>();
    const anchorsOf = (source: ClosedKernel | SampleKernel): Anchor => {
      if (source instanceof SampleKernel) return source.anchor;
      const { particles, seed } = source.parameters;
      const anchors = drawn.get(source) ?? gaussianAnchors(backend, source.solution.law, particleCount(run.quality, particles), seed);
      drawn.set(source, anchors);
      return anchors;
    };
    try {
      const jobs = points.map(({ source, task, parameters, delta }): Job | Problem => {
        const problem = guard(task, parameters, delta);
        if (problem) return problem;
        if (parameters.depth > 1) return deepTarget(backend, { source, task, parameters, delta });
        if (!(source instanceof ClosedKernel || source instanceof SampleKernel))
          return new Problem(`source: must be a bayes kernel of one hidden layer, got a ${source.theory} ${source.role}`);
        if (source.task.dimension !== task.dimension)
          return new Problem(`target: must have ${source.task.dimension} inputs like its source, got ${task.dimension}`);
        if (wantsClosed(parameters) && source instanceof ClosedKernel)
          return { way: 'closed', solve: () => closedKernel(backend, 'target', task, parameters, delta, source.law) };
        if (parameters.solver === 'closed')
          return new Problem('solver: the closed form of a target needs a source in closed form, got one of particles', {
            path: ['solver'],
          });
        if (source instanceof ClosedKernel && source.role === 'target')
          return new Problem('solver: the next task of a chain in closed form is in closed form, got particles', { path: ['solver'] });
        return sampled({ task, parameters, delta, anchor: anchorsOf(source), origin: originOf(source, anchorsOf(source)) });
      });
      return await solveAll(backend, jobs, run);
    } finally {
      for (const { weights, controlVariate } of drawn.values()) {
        weights[Symbol.dispose]();
        controlVariate[Symbol.dispose]();
      }
    }
  },
};

/** What is known of the law of a source, and samples of it. */
function originOf(source: ClosedKernel | SampleKernel, anchor: Anchor): Origin {
  if (source instanceof ClosedKernel) return { marginal: { kind: 'gaussian', law: source.solution.law }, held: [anchor] };
  const { points, law } = source;
  // Weighted samples have one control variate only, that of the last.
  const paired = law.controlVariates.length === law.snapshots.length ? law.controlVariates : [];
  const held = law.snapshots.flatMap((weights, k) => {
    const controlVariate = paired[k];
    return controlVariate && weights.rows === anchor.weights.rows ? [{ weights, controlVariate }] : [];
  });
  const marginal: Marginal = points ? { kind: 'points', law: points } : { kind: 'samples', samples: law.snapshots };
  return { marginal, held: held.length > 0 ? held : [anchor] };
}

/** A target of a deep network: linear ones in closed form, others, and linear ones of a source of particles, by particles. */
function deepTarget(backend: Backend, { source, task, parameters, delta }: TargetPoint): Job | Problem {
  if (source.role !== 'source' || source.theory !== 'bayes')
    return new Problem(
      `source: must be a bayes source kernel, for chains of deep networks are not known, got a ${source.theory} ${source.role}`,
    );
  if (source.task.dimension !== task.dimension)
    return new Problem(`target: must have ${source.task.dimension} inputs like its source, got ${task.dimension}`);
  if (source instanceof DeepLinearKernel && wantsClosed(parameters))
    return { way: 'closed', solve: () => deepLinearTarget(backend, source, task, parameters, delta) };
  if (!(source instanceof DeepKernel))
    return new Problem('solver: the target of a source in closed form is in closed form too; leave solver out', { path: ['solver'] });
  const examples = Math.max(task.trainLabels.length, source.task.trainLabels.length);
  if (examples > mostExamples)
    return new Problem(`target: deep targets by particles have at most ${mostExamples} training examples in either task, got ${examples}`);
  return { way: 'tied', point: { source, task, parameters, delta } };
}

/** Points that may share a batch have the same. */
const batchKey = ({ task, parameters, anchor }: EnsemblePoint): string => {
  const { activation, depth, gamma, particles, seed, stretch } = parameters;
  return [
    activation,
    depth,
    depth > 1 ? '' : shrink(gamma),
    seed,
    stretch,
    task.trainLabels.length,
    task.dimension,
    anchor ? `of ${anchor.weights.rows} at ${anchor.stage}` : particles,
  ].join(' ');
};

const solveAll = async (backend: Backend, jobs: readonly (Job | Problem)[], run: Run): Promise<readonly Result[]> => {
  const results = jobs.map((job): Result => (job instanceof Problem ? job : notComputed));
  let done = 0;
  const part = (share: number): Run => partOfRun(run, () => done, share, jobs.length);
  return await resultsOf(results, async () => {
    for (const [index, job] of jobs.entries()) {
      if (job instanceof Problem) done++;
      else if (job.way === 'closed') {
        run.signal.throwIfAborted();
        results[index] = await orProblem(job.solve());
        run.progress(++done / jobs.length);
        // A stop is heard between two points.
        await backend.yieldToDevice();
      }
    }
    const inSpan = jobs.flatMap((job, index) => (!(job instanceof Problem) && job.way === 'span' ? [{ index, point: job.point }] : []));
    const integrated = await spanKernels(
      backend,
      inSpan.map(({ point }) => point),
      part(inSpan.length),
    );
    inSpan.forEach(({ index }, at) => (results[index] = integrated[at] ?? notComputed));
    done += integrated.filter(Boolean).length;
    const tied = jobs.flatMap((job, index) => (!(job instanceof Problem) && job.way === 'tied' ? [{ index, point: job.point }] : []));
    if (tied.length > 0) {
      const coupled = await deepTargets(
        backend,
        tied.map(({ point }) => point),
        part(tied.length),
      );
      tied.forEach(({ index }, at) => (results[index] = coupled[at] ?? notComputed));
      done += tied.length;
    }
    // What quadrature could not do moves as particles.
    const moving = jobs.map((job, index) =>
      job instanceof Problem || job.way === 'closed' || job.way === 'tied' || results[index] !== notComputed ? notComputed : job.point,
    );
    for (const batch of batchesOf(moving, batchKey)) {
      const solve = (batch.points[0]?.parameters.depth ?? 1) > 1 ? deepKernels : particleKernels;
      place(results, batch, await orProblem<readonly Result[]>(solve(backend, batch.points, part(batch.points.length))));
      done += batch.points.length;
    }
  });
};
