import { Problem } from '$lib/base/problem';
import { believable, conditionalOutcome, verdictText } from '$lib/theory/bayes/conditional/outcome';
import { lookAt } from '$lib/theory/bayes/conditional/looks';
import { spotOf, spotWork } from '$lib/theory/bayes/conditional/spot';
import { checkOf } from '$lib/theory/bayes/method';
import { disposeOutcome, type Outcome } from '$lib/theory/bayes/outcome';
import { tolerance, type Schedule } from '$lib/theory/bayes/schedule';
import type { Alarm } from '$lib/theory/bayes/wells/alarm';
import { landscapeOf } from '$lib/theory/bayes/wells/landscape';
import { alarmTexts, examine, fewest, isDoubtful, strataOutcome } from '$lib/theory/bayes/wells/outcome';
import type { Slices } from '$lib/theory/slices';

/**
 * Checks what particles found by weighted samples, as `method.ts` says, and lets these take the place of particles that are not right. Sources of few
 * directions whose particles are not right, by their virial identity or by wells that they have not found, or whose force is strong, are solved over
 * strata (`wells/solve.ts`). Steps, however many, do not bring particles from well to well. Returns the points that strata were tried for.
 */
export async function checkByWeights(outcomes: (Outcome | Problem)[], schedule: Schedule, slices: Slices): Promise<ReadonlySet<number>> {
  const tried = new Set<number>();
  // A stretched schedule is there to show that the health figures tell.
  if (schedule.refinements.length === 0) return tried;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome instanceof Problem) continue;
    const check = checkOf(outcome.point);
    if (check === 'conditional') outcomes[index] = await checked(outcome, slices);
    if (check === 'rich relu' && (await strengthOf(outcome, slices)) >= rich) outcomes[index] = { ...outcome, told: [uncheckedText] };
    if (check !== 'strata') continue;
    const sick = !(Math.abs(outcome.health.virial - 1) <= tolerance.virial);
    const doubtful = sick || isDoubtful(await alarmFor(outcome, slices, false));
    if (!doubtful && (await strengthOf(outcome, slices)) < strong) continue;
    tried.add(index);
    outcomes[index] = await overStrata(outcome, doubtful, slices);
  }
  return tried;
}

/** A source over strata, or as it was where these are too few. */
async function overStrata(outcome: Outcome, doubtful: boolean, slices: Slices): Promise<Outcome | Problem> {
  const { task, parameters } = outcome.point;
  const better = await strataOutcome(slices, task, parameters, outcome.law.snapshots[0]?.rows ?? parameters.particles);
  const effective = better instanceof Problem ? Infinity : better?.health.effectiveSamples;
  if (!better || keepsParticles(doubtful, effective)) {
    if (better && !(better instanceof Problem)) disposeOutcome(better);
    return outcome;
  }
  disposeOutcome(outcome);
  return better instanceof Problem ? better : { point: outcome.point, strain: 0, ...better };
}

/**
 * Sources whose particles, after their repair, are under a strong force: over strata where these have not been `tried` yet, else with a warning. Before the
 * repair the force may be that of a start that went astray.
 */
export async function checkForce(
  outcomes: (Outcome | Problem)[],
  tried: ReadonlySet<number>,
  schedule: Schedule,
  slices: Slices,
): Promise<void> {
  if (schedule.refinements.length === 0) return;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome instanceof Problem || outcome.health.effectiveSamples !== undefined) continue;
    const check = checkOf(outcome.point);
    if (!(check === 'strata' || check === 'strong force') || (await strengthOf(outcome, slices)) < strong) continue;
    const next = check === 'strata' && !tried.has(index) ? await overStrata(outcome, false, slices) : outcome;
    outcomes[index] = next === outcome ? { ...outcome, told: [check === 'strata' ? strongText : tooLargeText] } : next;
  }
}

/** γ²⟨s²⟩. */
async function strengthOf({ train, dual, point }: Outcome, slices: Slices): Promise<number> {
  return point.parameters.gamma ** 2 * pull(Float64Array.from(await slices.backend.read(train)), dual);
}

/**
 * Whether particles stay beside weighted samples that are worth `effective` ones, undefined where they do not settle: those that look right are not given
 * up for a few samples.
 */
export const keepsParticles = (doubtful: boolean, effective: number | undefined): boolean =>
  effective === undefined || (!doubtful && effective < fewest);

/**
 * Targets of erf and tanh over more directions than weighted samples can be solved with are looked at (`conditional/looks.ts`), with the samples that
 * the result holds. Those of a batch that are not are told of what is found wrong with the others.
 */
export async function warnBySpots(outcomes: (Outcome | Problem)[], schedule: Schedule, slices: Slices): Promise<void> {
  // A stretched schedule is there to show that the health figures tell.
  if (schedule.refinements.length === 0) return;
  const doubtful: { readonly index: number; readonly outcome: Outcome; readonly strength: number }[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome instanceof Problem || checkOf(outcome.point) !== 'look') continue;
    const strength = await strengthOf(outcome, slices);
    if (strength >= rich) doubtful.push({ index, outcome, strength });
  }
  doubtful.sort((a, b) => b.strength - a.strength);
  const works = doubtful.map(({ outcome: { point } }) =>
    spotWork(landscapeOf(point.task, point.parameters.activation, point.parameters.gamma)),
  );
  const texts = await lookAt(works, (at) => spotOf(slices, doubtful[at]!.outcome));
  for (const [at, { index, outcome }] of doubtful.entries()) {
    const text = texts[at];
    if (text !== undefined) outcomes[index] = { ...outcome, told: [text] };
  }
}

/** A target or a source of relu checked by weighted samples; by them alone where particles are not right, with a warning where neither is. */
async function checked(outcome: Outcome, slices: Slices): Promise<Outcome | Problem> {
  const { point, law, train, dual } = outcome;
  // Next to the prior particles have a control variate, and nothing to miss.
  if ((await strengthOf(outcome, slices)) < faint) return outcome;
  const kernel = Float64Array.from(await slices.backend.read(train));
  const believed = { dual, kernel, tolerance: believable[point.parameters.activation === 'relu' ? 'relu' : 'other'] };
  const better = await conditionalOutcome(
    slices,
    point,
    believed,
    law.snapshots.at(-1)?.rows ?? point.parameters.particles,
    law.snapshots.length,
  );
  if ('agrees' in better) {
    return better.agrees ? outcome : { ...outcome, told: [verdictText(better)] };
  }
  disposeOutcome(outcome);
  return better instanceof Problem ? better : { point, strain: 0, ...better };
}

/** γ²⟨s²⟩ below which the law is the prior for all that matters. */
const faint = 0.05;

/** And from which on particles of relu have been seen several per cent off. */
const rich = 0.5;

/**
 * And from which on those of erf and tanh are not relied on, whatever a search for wells under their own Δ finds: a Δ that is off shows other wells than the
 * right one. With a strength of 16 to 19 (each example twice, with two labels) only one was seen, and kernels were 16 to 19 % off; half of that keeps a distance.
 */
const strong = 8;

const strongText =
  'the force is so strong that particles may miss wells that no figure here sees, and the weighted samples that would see them are too few; kernels of such sources have been up to 19 % off';

const tooLargeText =
  'the force is so strong that particles may miss wells that no figure here sees, and the examples or directions are too many for the weighted samples that would see them; kernels of such laws have been up to 55 % off';

const uncheckedText =
  'rich targets of relu are sampled by moving particles, which seldom cross from well to well; beside grids over three directions their kernels were up to 11 % off, and no figure here sees it';

/** ⟨s²⟩ = Δ·ΦΔ. */
const pull = (kernel: Float64Array, dual: Float64Array): number =>
  dual.reduce((sum, value, p) => sum + value * dual.reduce((row, other, q) => row + kernel[p * dual.length + q]! * other, 0), 0);

/** Sources with what a search for wells warns of. */
export async function warnOfWells(outcomes: (Outcome | Problem)[], slices: Slices): Promise<void> {
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome instanceof Problem || outcome.point.anchor || outcome.health.effectiveSamples !== undefined) continue;
    const texts = alarmTexts(await alarmFor(outcome, slices, true));
    if (texts.length > 0) outcomes[index] = { ...outcome, warnings: [...outcome.warnings, ...texts] };
  }
}

function alarmFor({ point: { task, parameters }, law, dual }: Outcome, slices: Slices, careful: boolean): Promise<Alarm> {
  const [weights, controlVariate] = [law.snapshots.at(-1), law.controlVariates.at(-1)];
  if (!weights || !controlVariate) throw new Error('a law without samples');
  return examine(slices, task, parameters, dual, weights, controlVariate, careful);
}
