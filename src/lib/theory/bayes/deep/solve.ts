import type { Backend, Matrix } from '$lib/backend/backend';
import { factorSystems } from '$lib/backend/systems/factor';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { climb, disposeDeepLaw, type DeepLaw } from '$lib/theory/bayes/deep/chain';
import { DeepKernel } from '$lib/theory/bayes/deep/deep-kernel';
import { DeepEnsemble, type DeepGathered } from '$lib/theory/bayes/deep/ensemble';
import { deepSchedule, groups, type DeepSchedule, type DeepStage } from '$lib/theory/bayes/deep/schedule';
import { conditioning } from '$lib/theory/common/health';
import { asDriven, misfit } from '$lib/theory/bayes/deep/misfit';
import { tolerance } from '$lib/theory/bayes/schedule';
import { notPositive } from '$lib/theory/positive';
import { Slices } from '$lib/theory/slices';
import type { SourcePoint } from '$lib/theory/theory';

/** Numbers that the particles or features of one layer and batch may take. */
const batchBudget = 2 ** 23;

/** Particles of a run: a whole number of groups. */
const particleCount = (quality: Run['quality'], particles: number): number => {
  const wanted = quality === 'coarse' ? Math.min(128, particles) : particles;
  return Math.ceil(wanted / groups) * groups;
};

/** Whether an outcome would do, for the virial identity. */
const sound = (kernel: DeepKernel | Problem): boolean =>
  !(kernel instanceof Problem) && Math.abs((kernel.health.virial ?? NaN) - 1) <= tolerance.virial;

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
  try {
    for (let at = 0; at < points.length; at += together)
      results.push(...(await solveBatch(backend, points.slice(at, at + together), particles, schedule, slices)));
  } catch (error) {
    for (const result of results) if (result instanceof DeepKernel) result[Symbol.dispose]();
    throw error;
  }
  return results;
}

async function solveBatch(
  backend: Backend,
  points: readonly SourcePoint[],
  particles: number,
  schedule: DeepSchedule,
  slices: Slices,
): Promise<(DeepKernel | Problem)[]> {
  using ensemble = await DeepEnsemble.start(backend, slices.backend, points, particles);
  for (const stage of schedule.stages.slice(0, -1)) {
    await ensemble.advance(stage, slices);
    await ensemble.choose(slices.backend);
  }
  let results = await finish(ensemble, schedule.stages.at(-1), schedule, slices);
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
      results = again;
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
): Promise<(DeepKernel | Problem)[]> {
  if (!stage) throw new Error('a schedule without stages');
  const gathered = await ensemble.gather(stage, schedule.snapshots, slices);
  using _ = gathered.dual;
  const results: (DeepKernel | Problem)[] = [];
  try {
    for (const [b, point] of ensemble.points.entries()) {
      slices.check();
      results.push(await measure(ensemble, gathered, b, point, slices.backend));
    }
    return results;
  } catch (error) {
    for (const result of results) if (result instanceof DeepKernel) result[Symbol.dispose]();
    throw error;
  } finally {
    for (const { snapshots, controlVariates } of gathered.layers)
      for (const sample of [...snapshots, ...controlVariates]) sample[Symbol.dispose]();
  }
}

async function measure(
  ensemble: DeepEnsemble,
  gathered: DeepGathered,
  b: number,
  point: SourcePoint,
  stopping: Backend,
): Promise<DeepKernel | Problem> {
  const { backend } = ensemble;
  const { task, parameters } = point;
  const virials = gathered.virials.map((layer) => layer[b] ?? NaN);
  if (!virials.every(Number.isFinite))
    return new Problem(
      `the particles ran away: the step is too long for gamma ${parameters.gamma} at temperature ${parameters.temperature} and depth ${parameters.depth}`,
      { path: ['gamma'] },
    );
  // The layer in which it is missed most.
  const virial = virials.reduce((worst, value) => (Math.abs(value - 1) > Math.abs(worst - 1) ? value : worst), 1);
  const own = (sample: Matrix): Matrix => backend.slice(sample, sample.batch === 1 ? 0 : b, 1);
  const law: DeepLaw = {
    activation: parameters.activation,
    seed: parameters.seed,
    layers: gathered.layers.map(({ snapshots, controlVariates }, l) => ({
      snapshots: snapshots.map(own),
      controlVariates: controlVariates.map(own),
      control: ensemble.controls[l]?.[b] ?? 0,
      jitter: ensemble.jitters[l] ?? 0,
    })),
  };
  const size = task.trainLabels.length;
  using inputs = backend.upload({ rows: size, columns: task.dimension }, task.trainInputs);
  const climbed = async (own: DeepLaw): Promise<Matrix> => {
    try {
      return await climb(stopping, own, inputs, size);
    } catch (error) {
      disposeDeepLaw(law);
      throw error;
    }
  };
  using kernels = await climbed(law);
  using plain = await climbed(asDriven(law));
  using whole = backend.slice(kernels, 0, 1);
  const train = backend.combine([[1, whole]]);
  using labels = backend.upload({ rows: size, columns: 1 }, task.trainLabels);
  using driving = backend.slice(gathered.dual, b, 1);
  const freed = (): void => {
    train[Symbol.dispose]();
    disposeDeepLaw(law);
  };
  try {
    const residual = await misfit(backend, plain, driving, labels, parameters.temperature);
    using systems = await factorSystems(backend, train, [parameters.temperature]);
    const [failure] = systems.failures;
    if (failure) {
      freed();
      return notPositive(failure, false);
    }
    const [figures] = await conditioning(backend, systems);
    const jitter = ensemble.jitters.reduce((most, value) => Math.max(most, value), 0);
    const health = { virial, residual, ...figures, particles: ensemble.particles, steps: ensemble.steps, jitter };
    return new DeepKernel(backend, task, parameters, law, train, health, warningsFor(health));
  } catch (error) {
    freed();
    throw error;
  }
}

function warningsFor({ virial, residual }: { readonly virial: number; readonly residual: number }): string[] {
  const percent = (value: number): string => `${(100 * Math.abs(value)).toPrecision(2)} %`;
  const warnings: string[] = [];
  if (!(Math.abs(virial - 1) <= tolerance.virial))
    warnings.push(
      `virial identity off by ${percent(virial - 1)} in one of the layers: the chain is not yet stationary; the result may be wrong by as much`,
    );
  if (!(residual <= tolerance.residual))
    warnings.push(
      `self-consistency residual ${percent(residual)}: Δ and the kernel do not quite fit each other; more particles would help`,
    );
  return warnings;
}
