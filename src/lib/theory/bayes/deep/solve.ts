import type { Backend, Matrix } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { disposeDeepLaw, type DeepLaw } from '$lib/theory/bayes/deep/chain';
import { DeepKernel } from '$lib/theory/bayes/deep/deep-kernel';
import { DeepEnsemble, type DeepGathered } from '$lib/theory/bayes/deep/ensemble';
import { measured, type DeepFound } from '$lib/theory/bayes/deep/measured';
import { metropolisLaw, metropolisSteps } from '$lib/theory/bayes/deep/metropolis';
import { deepSchedule, type DeepSchedule, type DeepStage } from '$lib/theory/bayes/deep/schedule';
import { particleCount, tolerance } from '$lib/theory/bayes/schedule';
import { resultsOf } from '$lib/theory/common/batches';
import { orProblem } from '$lib/theory/common/or-problem';
import { Slices } from '$lib/theory/slices';
import type { SourcePoint } from '$lib/theory/theory';

/** Numbers that the particles or features of one layer and batch may take. */
const batchBudget = 2 ** 23;

/** Examples that Metropolis steps are for. */
const mostExamples = 64;

/** How often the leapfrogs of Metropolis steps may be halved. */
const halvings = 1;

/** Whether an outcome would do, for the virial identity. */
const sound = (kernel: DeepKernel | Problem): boolean =>
  !(kernel instanceof Problem) && Math.abs((kernel.health.virial ?? NaN) - 1) <= tolerance.virial;

/** Whether particles are so far from their law that more of their own steps do not help. */
const lost = (kernel: DeepKernel | Problem): boolean =>
  kernel instanceof Problem || !(Math.abs((kernel.health.virial ?? NaN) - 1) <= 4 * tolerance.virial);

/**
 * Deep sources (`theory.md` §2, deep networks) that agree in shapes, activation, depth, particles, seed and stretch: all of them move as one
 * batch. Each yields its kernel, or a problem where its particles ran away.
 */
export async function deepKernels(backend: Backend, points: readonly SourcePoint[], run: Run): Promise<readonly (DeepKernel | Problem)[]> {
  const [first] = points;
  if (!first) return [];
  const { parameters, task } = first;
  const particles = particleCount(run.quality, parameters.particles);
  const schedule = deepSchedule(run.quality, parameters.stretch);
  const steps = schedule.stages.reduce((sum, { count }) => sum + count, 0);
  const slices = new Slices(backend, run, steps * particles * points.length);
  const examples = task.trainLabels.length;
  // Some twelve products of particles and examples a layer.
  const work = 24 * parameters.depth * particles * examples * Math.max(task.dimension, examples);
  const together = Math.max(
    1,
    Math.floor(Math.min(batchBudget / (particles * Math.max(task.dimension, examples)), (2 * backend.workLimit) / work)),
  );
  const results: (DeepKernel | Problem)[] = [];
  return await resultsOf(results, async () => {
    for (let at = 0; at < points.length; at += together)
      results.push(...(await solveBatch(backend, points.slice(at, at + together), particles, schedule, slices, run)));
  });
}

async function solveBatch(
  backend: Backend,
  points: readonly SourcePoint[],
  particles: number,
  schedule: DeepSchedule,
  slices: Slices,
  run: Run,
): Promise<readonly (DeepKernel | Problem)[]> {
  using ensemble = await DeepEnsemble.start(backend, slices.backend, points, particles);
  for (const stage of schedule.stages.slice(0, -1)) {
    await ensemble.advance(stage, slices);
    await ensemble.choose(slices.backend);
  }
  let results = [...(await finish(ensemble, schedule.stages.at(-1), schedule, slices))];
  const drop = (): void => {
    for (const result of results) if (result instanceof DeepKernel) result[Symbol.dispose]();
  };
  try {
    for (const stage of schedule.refinements) {
      // All go on together, and those that were good already are better for it.
      if (results.every(sound) || results.every((result) => result instanceof Problem)) break;
      slices.expect(stage.count * particles * points.length);
      await ensemble.choose(slices.backend);
      const again = await finish(ensemble, stage, schedule, slices);
      drop();
      results = [...again];
    }
    // Drafts have the noise of few particles, which is no sign that they ran away. A stretched schedule is there to show that the health figures tell.
    if (run.quality === 'fine' && metropolisServes(backend, points, particles))
      for (const [b, result] of results.entries()) {
        if (!lost(result)) continue;
        const better = await byMetropolis(backend, ensemble, b, slices, run);
        if (!better) continue;
        if (result instanceof DeepKernel) result[Symbol.dispose]();
        results[b] = better;
      }
    return results;
  } catch (error) {
    drop();
    throw error;
  }
}

async function finish(
  ensemble: DeepEnsemble,
  stage: DeepStage | undefined,
  schedule: DeepSchedule,
  slices: Slices,
): Promise<readonly (DeepKernel | Problem)[]> {
  if (!stage) throw new Error('a schedule without stages');
  const gathered = await ensemble.gather(stage, schedule.snapshots, slices);
  using _ = gathered.dual;
  const results: (DeepKernel | Problem)[] = [];
  try {
    return await resultsOf(results, async () => {
      for (const [b, point] of ensemble.points.entries()) {
        slices.check();
        results.push(await measured(ensemble.backend, point, foundOf(ensemble, gathered, b), slices.backend));
      }
    });
  } finally {
    for (const { snapshots, controlVariates } of gathered.layers)
      for (const sample of [...snapshots, ...controlVariates]) sample[Symbol.dispose]();
  }
}

/** Whether particles may be followed by Metropolis steps, whose small matrices are worked on here: P³ operations a step, and enough particles for them. */
const metropolisServes = (backend: Backend, points: readonly SourcePoint[], particles: number): boolean =>
  backend.walking !== undefined &&
  points.every(({ task: { trainLabels }, parameters: { stretch } }) => {
    const { length } = trainLabels;
    return stretch === 1 && length <= mostExamples && particles >= 8 * length;
  });

/** One point of a batch by Metropolis steps, with shorter leapfrogs where their virial identity is missed; undefined where that does not help, or cannot be. */
async function byMetropolis(
  backend: Backend,
  { points, particles, jitters }: DeepEnsemble,
  b: number,
  slices: Slices,
  run: Run,
): Promise<DeepKernel | undefined> {
  const point = points[b]!;
  const attempt = async (halved: number): Promise<DeepKernel> => {
    slices.expect(metropolisSteps(point, halved) * particles);
    const { dual, ...found } = await metropolisLaw(backend, point, particles, jitters, halved, run, () => slices.tick(particles));
    let driving: Matrix;
    try {
      driving = backend.upload({ rows: dual.length, columns: 1 }, dual);
    } catch (error) {
      disposeDeepLaw(found.law);
      throw error;
    }
    const result = await measured(backend, point, { ...found, dual: driving, particles }, slices.backend);
    if (result instanceof Problem) throw result;
    return result;
  };
  for (let halved = 0; halved <= halvings; halved++) {
    const result = await orProblem(attempt(halved));
    if (result instanceof Problem) continue;
    if (sound(result)) return result;
    result[Symbol.dispose]();
  }
  return undefined;
}

/** The samples of one point of a batch and what was seen of them, whose handles are its own. */
function foundOf(ensemble: DeepEnsemble, gathered: DeepGathered, b: number): DeepFound {
  const { backend } = ensemble;
  const { seed, activation } = ensemble.points[b]!.parameters;
  const own = (sample: Matrix): Matrix => backend.slice(sample, sample.batch === 1 ? 0 : b, 1);
  const law: DeepLaw = {
    activation,
    seed,
    layers: gathered.layers.map(({ snapshots, controlVariates }, l) => ({
      snapshots: snapshots.map(own),
      controlVariates: controlVariates.map(own),
      control: ensemble.controls[l]?.[b] ?? 0,
      jitter: ensemble.jitters[l] ?? 0,
    })),
  };
  return {
    law,
    dual: own(gathered.dual),
    virials: gathered.virials.map((layer) => layer[b] ?? NaN),
    particles: ensemble.particles,
    steps: ensemble.steps,
  };
}
