import type { Backend, Matrix } from '$lib/backend/backend';
import { factorSystems } from '$lib/backend/systems/factor';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { checkByWeights, checkForce, warnBySpots, warnOfWells } from '$lib/theory/bayes/checks';
import { concatenate, lastPart } from '$lib/theory/bayes/copies';
import { ParticleEnsemble, type Anchor, type EnsemblePoint, type Gathered } from '$lib/theory/bayes/ensemble';
import { resultsOf } from '$lib/theory/common/batches';
import { conditioning, residuals } from '$lib/theory/common/health';
import { controlledKernels, controlOf, disposeLaw, kernelParts, meanKernel, type Law } from '$lib/theory/common/law';
import { disposeOutcome, type Outcome } from '$lib/theory/bayes/outcome';
import { ranAway, warningsFor } from '$lib/theory/bayes/particle-warnings';
import { particleCount, scheduleFor, tolerance, type Schedule, type ScheduleStage } from '$lib/theory/bayes/schedule';
import { coupledVariance } from '$lib/theory/common/coupled-variance';
import { SampleKernel } from '$lib/theory/bayes/sample-kernel';
import { jitterWarnings, notPositive } from '$lib/theory/positive';
import { stackMatrices } from '$lib/theory/common/stack';
import { Slices } from '$lib/theory/slices';

const stepsOf = (stages: readonly ScheduleStage[]): number => stages.reduce((sum, { count }) => sum + count, 0);

/** Numbers that the weights or the features of one batch may take; longer sweeps are cut into several batches. */
const batchBudget = 2 ** 23;

/** Points that move as one batch: no more than the budget has room for, and than one step does in the time that a stop may wait. */
function pointsTogether(backend: Backend, particles: number, dimension: number, examples: number): number {
  const work = particles * examples * (4 * dimension + 2 * examples + 60);
  return Math.max(1, Math.floor(Math.min(batchBudget / (particles * Math.max(dimension, examples)), backend.workLimit / work)));
}

/**
 * Mean-field particles for sweep points that agree in shapes, activation, seed and stretch (`theory.md` §2): all of them
 * move as one batch. Each yields its kernel, or a problem where its particles ran away.
 */
export async function particleKernels(
  backend: Backend,
  points: readonly EnsemblePoint[],
  run: Run,
): Promise<readonly (SampleKernel | Problem)[]> {
  const [first] = points;
  if (!first) return [];
  const { parameters, task } = first;
  const particles = first.anchor?.weights.rows ?? particleCount(run.quality, parameters.particles);
  const schedule = scheduleFor(run.quality, parameters.gamma, parameters.stretch, particles, task.dimension);
  const slices = new Slices(backend, run, stepsOf(schedule.stages) * particles * points.length);
  const results: (SampleKernel | Problem)[] = [];
  const together = pointsTogether(backend, particles, task.dimension, task.trainLabels.length);
  return await resultsOf(results, async () => {
    for (let at = 0; at < points.length; at += together) {
      using ensemble = await ParticleEnsemble.start(
        backend,
        slices.backend,
        points.slice(at, at + together),
        particles,
        schedule.stages[0]?.annealing,
      );
      for (const stage of schedule.stages.slice(0, -1)) await ensemble.advance(stage, slices);
      const outcomes = await finish(ensemble, schedule, schedule.stages.at(-1), slices, run.quality === 'fine');
      results.push(...outcomes.map((outcome) => (outcome instanceof Problem ? outcome : kernelOf(backend, outcome, particles))));
    }
  });
}

/** The averaging stage, and for the points whose health asks for it what the schedule provides. */
async function finish(
  ensemble: ParticleEnsemble,
  schedule: Schedule,
  stage: Schedule['stages'][number] | undefined,
  slices: Slices,
  examined = false,
): Promise<(Outcome | Problem)[]> {
  if (!stage) throw new Error('a schedule without stages');
  const gathered = await ensemble.gather(stage, schedule.snapshots, slices);
  const outcomes = await measure(ensemble, gathered, schedule.controlled, slices);
  try {
    const tried = examined ? await checkByWeights(outcomes, schedule, slices) : new Set<number>();
    await repair(ensemble, outcomes, schedule, slices);
    // After the repair: what is looked at is what the result holds.
    if (examined) await checkForce(outcomes, tried, schedule, slices);
    if (examined) await warnBySpots(outcomes, schedule, slices);
    if (examined) await warnOfWells(outcomes, slices);
    return outcomes;
  } catch (error) {
    for (const outcome of outcomes) if (!(outcome instanceof Problem)) disposeOutcome(outcome);
    throw error;
  }
}

/** Puts in the place of outcomes whose health asks for it what comes of more steps, or of more particles. */
async function repair(ensemble: ParticleEnsemble, outcomes: (Outcome | Problem)[], schedule: Schedule, slices: Slices): Promise<void> {
  // What is known by weighted samples has no particles to go on with.
  const healths = outcomes.map((outcome) =>
    outcome instanceof Problem || outcome.health.effectiveSamples !== undefined ? undefined : outcome.health,
  );
  const replace = async (indices: readonly number[], again: Promise<(Outcome | Problem)[]>): Promise<void> => {
    const repaired = await again;
    indices.forEach((index, from) => {
      const old = outcomes[index];
      const next = repaired[from] ?? new Problem('the repair of a particle run was lost');
      if (!old || old instanceof Problem || next instanceof Problem) {
        if (old && !(old instanceof Problem)) disposeOutcome(old);
        outcomes[index] = next;
        return;
      }
      // More steps do not bring particles from well to well: what weighted samples that did not settle said of them stays. Copies of the anchor that a
      // repair went on with are gone.
      const { point, told } = old;
      disposeOutcome(old);
      outcomes[index] = { ...next, point, ...(told && { told }) };
    });
  };
  const where = (wanted: (health: Outcome['health'], index: number) => boolean): number[] =>
    healths.flatMap((health, index) => (health && wanted(health, index) ? [index] : []));
  // Sources of few directions that have not come to rest are solved over strata. Targets have steps only. Few particles have noise of their own.
  const isStrained = (index: number): boolean => {
    const outcome = outcomes[index];
    if (!outcome || outcome instanceof Problem || !outcome.point.anchor) return false;
    return !(outcome.strain <= tolerance.virial + 1 / Math.sqrt(ensemble.particles));
  };

  const [refinement, ...refinements] = schedule.refinements;
  const biased = where(({ virial }, index) => Math.abs(virial - 1) > tolerance.virial || (refinement !== undefined && isStrained(index)));
  if (refinement && biased.length > 0) {
    slices.expect(stepsOf(refinement) * ensemble.particles * biased.length);
    using again = ensemble.select(biased);
    for (const before of refinement.slice(0, -1)) await again.advance(before, slices);
    await replace(biased, finish(again, { ...schedule, refinements }, refinement.at(-1), slices));
  }
  const noisy = where(
    ({ virial, residual }, index) => !biased.includes(index) && Math.abs(virial - 1) <= tolerance.virial && residual > tolerance.residual,
  );
  const [sharper] = schedule.sharpening;
  if (sharper && noisy.length > 0) {
    slices.expect(sharper.count * ensemble.particles * noisy.length);
    using again = ensemble.select(noisy);
    await replace(noisy, finish(again, { ...schedule, sharpening: [] }, sharper, slices));
  } else if (schedule.growths > 0) {
    for (const index of noisy) {
      const outcome = outcomes[index];
      if (!outcome || outcome instanceof Problem) continue;
      if (ensemble.particles * schedule.copies * Math.max(outcome.train.rows, outcome.point.task.dimension) > batchBudget) continue;
      slices.expect(stepsOf(schedule.growth) * ensemble.particles * schedule.copies);
      await replace([index], grow(ensemble, outcome, schedule, slices));
    }
  }
}

/** All snapshots of a point go on together as one ensemble: less noise in Δ, which sees only the particles of the moment. */
async function grow(ensemble: ParticleEnsemble, outcome: Outcome, schedule: Schedule, slices: Slices): Promise<(Outcome | Problem)[]> {
  const { backend } = ensemble;
  // As far apart in time as there are.
  const { point, law } = outcome;
  const stride = Math.floor(law.snapshots.length / schedule.copies);
  const chosen = (samples: readonly Matrix[]): Matrix =>
    concatenate(backend, samples.filter((_, at) => at % stride === 0).slice(-schedule.copies));
  const repeated = (matrix: Matrix): Matrix => concatenate(backend, new Array<Matrix>(schedule.copies).fill(matrix));
  using weights = point.anchor && repeated(point.anchor.weights);
  using controlVariate = point.anchor && repeated(point.anchor.controlVariate);
  const grown: EnsemblePoint = {
    ...point,
    ...(point.anchor && weights && controlVariate && { anchor: { ...point.anchor, weights, controlVariate } }),
  };
  using again = await ParticleEnsemble.resume(
    backend,
    slices.backend,
    [grown],
    chosen(law.snapshots),
    chosen(law.controlVariates),
    ensemble.steps,
  );
  for (const stage of schedule.growth.slice(0, -1)) await again.advance(stage, slices);
  return await finish(again, { ...schedule, growths: schedule.growths - 1 }, schedule.growth.at(-1), slices);
}

/** What is measured of one point, before the figures that all points share a batch for. */
type Measured = Omit<Outcome, 'health' | 'warnings'> & { readonly residual: number; readonly virial: number };

/** Splits what a batch gathered into its points; disposes the batch's own handles. Points are measured at the same time, so that their reads overlap. */
async function measure(
  ensemble: ParticleEnsemble,
  gathered: Gathered,
  controlled: boolean,
  slices: Slices,
): Promise<(Outcome | Problem)[]> {
  const { backend, points } = ensemble;
  using dual = gathered.dual;
  const settled = await Promise.allSettled(
    points.map(async (point, b): Promise<Problem | Measured> => {
      const virial = gathered.virials[b] ?? NaN;
      if (!Number.isFinite(virial) || gathered.escaped[b]) return ranAway(point);
      const strain = gathered.strains[b] ?? NaN;
      return { ...(await measurePoint(ensemble, gathered, dual, b, point, controlled, slices)), virial, strain };
    }),
  );
  for (const sample of [...gathered.snapshots, ...gathered.controlVariates]) sample[Symbol.dispose]();
  const measured = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stopped = settled.find((one) => one.status === 'rejected');
  if (stopped) {
    for (const one of measured) if (!(one instanceof Problem)) disposeOutcome(one);
    throw stopped.reason;
  }
  const good = measured.filter((one): one is Measured => !(one instanceof Problem));
  if (good.length === 0) return measured.filter((one) => one instanceof Problem);
  using trains = stackMatrices(
    backend,
    good.map(({ train }) => train),
  );
  using systems = await factorSystems(
    backend,
    trains,
    good.map(({ point }) => point.parameters.temperature),
    { jitter: good.map(({ point }) => point.parameters.jitter ?? 'off') },
  );
  const figures = await conditioning(backend, systems);
  return measured.map((one) => {
    if (one instanceof Problem) return one;
    const { residual, virial, ...outcome } = one;
    const at = good.indexOf(one);
    const failure = systems.failures[at];
    if (failure) {
      disposeOutcome(one);
      return notPositive(failure, one.point.parameters.jitter !== 'auto');
    }
    const jitter = systems.jitters[at]?.added ?? 0;
    return {
      ...outcome,
      health: {
        virial,
        residual,
        ...figures[at],
        ...(jitter > 0 && { jitter }),
        particles: ensemble.particles,
        steps: ensemble.steps,
      },
      warnings: jitterWarnings(systems, at),
    };
  });
}

async function measurePoint(
  { backend, inputs: allInputs, labels: allLabels }: ParticleEnsemble,
  gathered: Gathered,
  dual: Matrix,
  b: number,
  point: EnsemblePoint,
  controlled: boolean,
  slices: Slices,
): Promise<Omit<Measured, 'virial' | 'strain'>> {
  const own = (all: Matrix): Matrix => backend.slice(all, all.batch === 1 ? 0 : b, 1);
  using inputs = own(allInputs);
  using labels = own(allLabels);
  const { temperature } = point.parameters;
  const plain: Law = {
    activation: point.parameters.activation,
    snapshots: gathered.snapshots.map(own),
    controlVariates: gathered.controlVariates.map(own),
    variance: coupledVariance(point.delta, point.anchor?.variance),
    control: 0,
  };
  let train: Matrix | undefined;
  try {
    using parts = await kernelParts(slices.backend, plain, inputs, inputs);
    // The residual is of the particles among themselves: does their own kernel fit the Δ that drove them?
    using sampled = meanKernel(backend, parts.sampled);
    using driving = own(dual);
    const [residual = NaN] = await residuals(backend, sampled, driving, labels, [temperature]);
    slices.check();
    const law = { ...plain, control: controlled ? await controlOf(backend, parts, temperature) : 0 };
    slices.check();
    using grouped = controlledKernels(backend, parts, law.control);
    train = meanKernel(backend, grouped);
    return { point, law, train, residual, dual: await backend.read(driving) };
  } catch (error) {
    train?.[Symbol.dispose]();
    disposeLaw(plain);
    throw error;
  }
}

function kernelOf(backend: Backend, { point, law, train, health, warnings, told = [] }: Outcome, particles: number): SampleKernel {
  const last = law.snapshots.at(-1);
  const controlVariate = law.controlVariates.at(-1);
  if (!last || !controlVariate) throw new Error('a law without samples');
  const anchor: Anchor = {
    weights: lastPart(backend, last, particles),
    controlVariate: lastPart(backend, controlVariate, particles),
    variance: law.variance,
    stage: point.anchor ? point.anchor.stage + 1 : 0,
  };
  const { task, parameters } = point;
  const all = [...warnings, ...told, ...warningsFor(point, health)];
  const facts = { role: point.anchor ? 'target' : 'source', task, parameters, train, health, warnings: all } as const;
  return new SampleKernel(backend, facts, law, anchor);
}
