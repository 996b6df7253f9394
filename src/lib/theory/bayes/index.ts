import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { gaussianAnchors } from '$lib/theory/bayes/anchors';
import { ClosedKernel, closedKernel } from '$lib/theory/bayes/closed-kernel';
import type { Marginal, Origin } from '$lib/theory/bayes/coupled/origin';
import { DeepLinearKernel } from '$lib/theory/bayes/deep/linear/deep-linear-kernel';
import { deepLinearSource, deepLinearTarget } from '$lib/theory/bayes/deep/linear/solve';
import { deepKernels } from '$lib/theory/bayes/deep/solve';
import type { DeepTargetPoint } from '$lib/theory/bayes/deep/target/run-target';
import { deepTargets } from '$lib/theory/bayes/deep/target/solve-target';
import type { Anchor, EnsemblePoint } from '$lib/theory/bayes/ensemble';
import { guard } from '$lib/theory/bayes/guard';
import { sourceMethod, targetMethod } from '$lib/theory/bayes/method';
import { parameters } from '$lib/theory/bayes/parameters';
import { particleKernels } from '$lib/theory/bayes/particles';
import { SampleKernel } from '$lib/theory/bayes/sample-kernel';
import { particleCount, shrink } from '$lib/theory/bayes/schedule';
import { spanKernels } from '$lib/theory/bayes/span/kernels';
import { batchesOf, notComputed, partOfRun, place, resultsOf } from '$lib/theory/common/batches';
import { orProblem } from '$lib/theory/common/or-problem';
import type { SourcePoint, TargetPoint, Theory, TrainedKernel } from '$lib/theory/theory';

type Result = TrainedKernel | Problem;

/** A point, ready to be solved by its method (`method.ts`). */
type Job =
  | { readonly method: 'closed form'; readonly solve: () => Promise<TrainedKernel> }
  | { readonly method: 'quadrature' | 'particles' | 'deep particles'; readonly point: EnsemblePoint }
  | { readonly method: 'deep target'; readonly point: DeepTargetPoint };

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
      const method = sourceMethod(task, parameters);
      if (method !== 'closed form') return { method, point: { task, parameters, delta: 0 } };
      const solve = () =>
        parameters.depth > 1 ? deepLinearSource(backend, task, parameters) : closedKernel(backend, 'source', task, parameters);
      return { method, solve };
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
      const jobs = points.map((point): Job | Problem => {
        const { task, parameters, delta } = point;
        const chosen = guard(task, parameters, delta) ?? targetMethod(point);
        if (chosen instanceof Problem) return chosen;
        const { method, source } = chosen;
        if (method === 'deep target') return { method, point: { source, task, parameters, delta } };
        if (method !== 'closed form') {
          const anchor = anchorsOf(source);
          return { method, point: { task, parameters, delta, anchor, origin: originOf(source, anchor) } };
        }
        const solve = () =>
          source instanceof DeepLinearKernel
            ? deepLinearTarget(backend, source, task, parameters, delta)
            : closedKernel(backend, 'target', task, parameters, delta, source.law);
        return { method, solve };
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
      else if (job.method === 'closed form') {
        run.signal.throwIfAborted();
        results[index] = await orProblem(job.solve());
        run.progress(++done / jobs.length);
        // A stop is heard between two points.
        await backend.yieldToDevice();
      }
    }
    const inSpan = jobs.flatMap((job, index) =>
      !(job instanceof Problem) && job.method === 'quadrature' ? [{ index, point: job.point }] : [],
    );
    const integrated = await spanKernels(
      backend,
      inSpan.map(({ point }) => point),
      part(inSpan.length),
    );
    inSpan.forEach(({ index }, at) => (results[index] = integrated[at] ?? notComputed));
    done += integrated.filter(Boolean).length;
    const tied = jobs.flatMap((job, index) =>
      !(job instanceof Problem) && job.method === 'deep target' ? [{ index, point: job.point }] : [],
    );
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
      job instanceof Problem || job.method === 'closed form' || job.method === 'deep target' || results[index] !== notComputed
        ? notComputed
        : job.point,
    );
    for (const batch of batchesOf(moving, batchKey)) {
      const solve = (batch.points[0]?.parameters.depth ?? 1) > 1 ? deepKernels : particleKernels;
      place(results, batch, await orProblem<readonly Result[]>(solve(backend, batch.points, part(batch.points.length))));
      done += batch.points.length;
    }
  });
};
