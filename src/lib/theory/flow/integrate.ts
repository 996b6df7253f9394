import { Problem } from '$lib/base/problem';
import type { FlowStep, Matrix } from '$lib/backend/backend';
import type { FlowEnsemble } from '$lib/theory/flow/ensemble';
import { Gauging, type Gauge } from '$lib/theory/flow/gauge';
import { evaluationsFor, recordTimes, repeats, stepsFor, tolerance, type Plan } from '$lib/theory/flow/schedule';
import type { Slices } from '$lib/theory/slices';

/** How the run of one point went. */
export interface Passage {
  /** Energy lost over squared speed integrated: 1 for a run that followed the flow. */
  readonly balance: number;
  readonly steps: number;
  /** What stopped it, if anything did. */
  readonly problem: Problem | undefined;
}

/** A look at all points at record number `index`; `times[b]` is that of point b. */
export type Observe = (index: number, times: readonly number[], gauges: readonly Gauge[]) => Promise<void>;

interface Course {
  readonly times: readonly number[];
  readonly decay: number;
  readonly step: number | undefined;
  /** Whether the activation has a kink for neurons to rest on. */
  readonly kinked: boolean;
  softening: number;
  growth: number;
  /** Energy at the end of this stretch as it was taken last, with steps twice as long. */
  tried: number;
  /** Path accepted so far, and what of it rounding may have made. */
  path: number;
  noise: number;
  steps: number;
  problem: Problem | undefined;
}

const isFinite = ({ energy, path, stiffness }: Gauge): boolean =>
  Number.isFinite(energy) && Number.isFinite(path) && Number.isFinite(stiffness);

/**
 * Runs every point of an ensemble through its time, from record to record. After each stretch the energy it lost is held against the
 * squared speed integrated along the path; where they do not agree the stretch is taken again with shorter steps (unless the sheet gave
 * the step). On the kink of relu that never agrees: a neuron that rests there, pushed to it from both sides, jumps across it at every step
 * however short, and its jumps add up to a path of which the flow knows nothing. Such a stretch is held against itself with steps twice as
 * long, and counts with the energy it lost for the path. A point whose numbers are no longer finite is stopped there and says when.
 */
export async function integrate(ensemble: FlowEnsemble, plan: Plan, slices: Slices, observe: Observe): Promise<Passage[]> {
  const { backend, points } = ensemble;
  const gauging = await Gauging.start(ensemble, slices.backend);
  let gauges = await gauging.measure();
  const initial = gauges;
  const courses = points.map(({ parameters: { time, weightDecay, step }, delta }, b): Course => ({
    kinked: ensemble.problem.activation === 'relu',
    times: recordTimes(time, plan.records),
    decay: weightDecay + (delta === Infinity ? 0 : delta),
    step,
    softening: 1 / Math.max(gauges[b]?.stiffness ?? 0, 1 / time),
    growth: plan.growth,
    tried: NaN,
    path: 0,
    noise: 0,
    steps: 0,
    problem: undefined,
  }));
  const at = (k: number): number[] => courses.map(({ times }) => times[k] ?? NaN);
  await observe(0, at(0), gauges);
  // Of the progress that belongs to this ensemble.
  let left = plan.records * points.length;
  for (let k = 1; k <= plan.records; k++) {
    using weights = backend.combine([[1, ensemble.state.weights]]);
    using readout = backend.combine([[1, ensemble.state.readout]]);
    await slices.backend.rest();
    const before = gauges;
    const growths = courses.map(({ growth }) => growth);
    for (const course of courses) course.tried = NaN;
    let pending = courses.flatMap(({ problem }, b) => (problem ? [] : [b]));
    for (let attempt = 0; pending.length > 0; attempt++) {
      const steps = courses.map((course, b) => {
        const gauge = before[b];
        if (!gauge || !pending.includes(b)) return [];
        const chosen = stepsFor(course.times[k - 1] ?? NaN, course.times[k] ?? NaN, { ...course, stiffness: gauge.stiffness });
        if (!chosen) course.problem = tooStiff(course, k);
        return chosen ?? [];
      });
      pending = pending.filter((b) => !courses[b]?.problem);
      if (pending.length === 0) break;
      using zeros = backend.zeros(ensemble.path);
      backend.copy(zeros, ensemble.path);
      const share = left * shareOf(courses, before, k);
      left -= share;
      await ensemble.advance(steps, slices, share);
      const after = await gauging.measure();
      const again = pending.filter((b) => {
        const course = courses[b];
        const [old, now] = [before[b], after[b]];
        if (!course || !old || !now) return false;
        const noise = rounding(ensemble, b, old, now, steps[b]);
        const verdict = judge(course, old, now, noise, attempt);
        if (verdict === 'taken' || verdict === 'kink') {
          course.path += verdict === 'kink' ? old.energy - now.energy : now.path;
          course.noise += noise;
          course.steps += steps[b]?.length ?? 0;
          // What shorter steps did not mend the next stretch need not begin with.
          course.growth = Math.min(plan.growth, 1.5 * (verdict === 'kink' ? (growths[b] ?? NaN) : course.growth));
          return false;
        }
        restore(ensemble, weights, readout, b);
        if (verdict === 'again') {
          course.tried = now.energy;
          course.growth /= isFinite(now) ? 2 : 4;
          return true;
        }
        course.problem = diverged(course, k, steps[b]?.length ?? 0);
        after[b] = old;
        return false;
      });
      gauges = after.map((gauge, b) => (again.includes(b) || !courses[b]?.problem ? gauge : (before[b] ?? gauge)));
      pending = again;
    }
    await observe(k, at(k), gauges);
  }
  return courses.map(({ path, noise, steps, problem }, b): Passage => {
    const lost = (initial[b]?.energy ?? NaN) - (gauges[b]?.energy ?? NaN);
    // A flow that goes nowhere is in balance.
    const still = path <= noise;
    return { balance: still ? 1 : lost / path, steps, problem };
  });
}

/**
 * What part the stretch up to record k is of all that is left, should the flow go on as it does now: of large labels and rich networks the
 * last stretches are by far the longest, and whoever waits should hear of it early.
 */
function shareOf(courses: readonly Course[], gauges: readonly Gauge[], k: number): number {
  const work = (j: number): number =>
    courses.reduce((most, { times, problem, ...pace }, b) => {
      const stiffness = gauges[b]?.stiffness ?? NaN;
      return problem ? most : Math.max(most, evaluationsFor(times[j - 1] ?? NaN, times[j] ?? NaN, { ...pace, stiffness }));
    }, 0);
  let all = 0;
  for (let j = k; j < (courses[0]?.times.length ?? 0); j++) all += work(j);
  return work(k) / all;
}

/**
 * What rounding makes of the balance between two gauges: of energies of their size; of outputs that are differences of numbers of order 1/γ;
 * and of a path in which every step moves weights of order 1 by their last digit. Where next to nothing is to be learned that is all there is.
 */
function rounding(
  { backend: { roundoff }, points, problem, state }: FlowEnsemble,
  b: number,
  before: Gauge,
  after: Gauge,
  steps: readonly FlowStep[] = [],
): number {
  const output = roundoff / (points[b]?.parameters.gamma ?? NaN);
  const examples = problem.inputs.rows;
  const energy = before.energy + after.energy;
  const jolts = steps.reduce((sum, { dt }) => sum + (state.weights.columns + 1) / dt, 0);
  return 64 * (roundoff * energy + output * Math.sqrt(examples * energy) + (examples + jolts) * output * output);
}

/** Whether a stretch can be taken as it is, or for all that a kink does to its balance, should be repeated, or ends the run. */
function judge(course: Course, before: Gauge, after: Gauge, rounding: number, attempt: number): 'taken' | 'kink' | 'again' | 'diverged' {
  const last = course.step !== undefined || attempt >= repeats;
  if (!isFinite(after)) return last ? 'diverged' : 'again';
  if (last) return 'taken';
  const defect = Math.abs(before.energy - after.energy - after.path);
  const allowed = tolerance.stretch * after.path + tolerance.whole * (course.path + after.path) + rounding;
  if (defect <= allowed) return 'taken';
  return course.kinked && Math.abs(after.energy - course.tried) <= tolerance.halving * after.path ? 'kink' : 'again';
}

function restore({ backend, state }: FlowEnsemble, weights: Matrix, readout: Matrix, b: number): void {
  using w = backend.slice(weights, b, 1);
  using v = backend.slice(readout, b, 1);
  backend.copy(w, state.weights, b);
  backend.copy(v, state.readout, b);
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

function tooStiff({ times }: Course, k: number): Problem {
  const where = `between time ${short(times[k - 1] ?? NaN)} and ${short(times[k] ?? NaN)}`;
  return new Problem(`the gradient flow is too stiff to follow ${where}: choose gamma, time or the scale of the labels smaller`, {
    path: ['gamma'],
  });
}

function diverged({ times, step, steps }: Course, k: number, taken: number): Problem {
  const where = `between time ${short(times[k - 1] ?? NaN)} and ${short(times[k] ?? NaN)} (after step ${steps} of ${steps + taken} so far)`;
  return step === undefined
    ? new Problem(`the gradient flow diverges ${where}: choose gamma or time smaller`, { path: ['gamma'] })
    : new Problem(`the gradient flow diverges ${where}: choose a step shorter than ${short(step)}, or leave it out`, { path: ['step'] });
}
