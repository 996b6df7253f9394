import { Problem } from '$lib/base/problem';
import type { FlowStep, Matrix } from '$lib/backend/backend';
import type { FlowEnsemble } from '$lib/theory/flow/ensemble';
import { Meter, type Diagnostics } from '$lib/theory/flow/diagnostics';
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
export type Observe = (index: number, times: readonly number[], diagnostics: readonly Diagnostics[]) => Promise<void>;

interface RunState {
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

const isFinite = ({ energy, path, stiffness }: Diagnostics): boolean =>
  Number.isFinite(energy) && Number.isFinite(path) && Number.isFinite(stiffness);

/** Units of progress that a run takes. */
export const progressOf = ({ records }: Plan, points: number, particles: number): number => records * points * particles;

/**
 * Runs every point of an ensemble through its time, from record to record. After each stretch the energy it lost is held against the
 * squared speed integrated along the path; where they do not agree the stretch is taken again with shorter steps (unless the sheet gave
 * the step). On the kink of relu that never agrees: a neuron that rests there, pushed to it from both sides, jumps across it at every step
 * however short, and its jumps add up to a path of which the flow knows nothing. Such a stretch is held against itself with steps twice as
 * long, and counts with the energy it lost for the path. A point whose numbers are no longer finite is stopped there and says when.
 */
export async function integrate(ensemble: FlowEnsemble, plan: Plan, slices: Slices, observe: Observe): Promise<Passage[]> {
  const { backend, points } = ensemble;
  const meter = await Meter.start(ensemble, slices.backend);
  let diagnostics = await meter.measure();
  const initial = diagnostics;
  const runStates = points.map(({ parameters: { time, weightDecay, step }, delta }, b): RunState => ({
    kinked: ensemble.problem.activation === 'relu',
    times: recordTimes(time, plan.records),
    decay: weightDecay + (delta === Infinity ? 0 : delta),
    step,
    softening: 1 / Math.max(diagnostics[b]?.stiffness ?? 0, 1 / time),
    growth: plan.growth,
    tried: NaN,
    path: 0,
    noise: 0,
    steps: 0,
    problem: undefined,
  }));
  const at = (k: number): number[] => runStates.map(({ times }) => times[k] ?? NaN);
  await observe(0, at(0), diagnostics);
  // Of the progress that belongs to this ensemble.
  let left = progressOf(plan, points.length, ensemble.particles);
  for (let k = 1; k <= plan.records; k++) {
    using weights = backend.combine([[1, ensemble.state.weights]]);
    using readout = backend.combine([[1, ensemble.state.readout]]);
    await slices.backend.yieldToDevice();
    const before = diagnostics;
    const growths = runStates.map(({ growth }) => growth);
    for (const runState of runStates) runState.tried = NaN;
    let pending = runStates.flatMap(({ problem }, b) => (problem ? [] : [b]));
    for (let attempt = 0; pending.length > 0; attempt++) {
      const steps = runStates.map((runState, b) => {
        const own = before[b];
        if (!own || !pending.includes(b)) return [];
        const chosen = stepsFor(runState.times[k - 1] ?? NaN, runState.times[k] ?? NaN, { ...runState, stiffness: own.stiffness });
        if (!chosen) runState.problem = tooStiff(runState, k);
        return chosen ?? [];
      });
      pending = pending.filter((b) => !runStates[b]?.problem);
      if (pending.length === 0) break;
      using zeros = backend.zeros(ensemble.path);
      backend.copy(zeros, ensemble.path);
      const share = left * shareOf(runStates, before, k);
      left -= share;
      await ensemble.advance(steps, slices, share);
      const after = await meter.measure();
      const again = pending.filter((b) => {
        const runState = runStates[b];
        const [old, now] = [before[b], after[b]];
        if (!runState || !old || !now) return false;
        const noise = rounding(ensemble, b, old, now, steps[b]);
        const verdict = judge(runState, old, now, noise, attempt);
        if (verdict === 'taken' || verdict === 'kink') {
          runState.path += verdict === 'kink' ? old.energy - now.energy : now.path;
          runState.noise += noise;
          runState.steps += steps[b]?.length ?? 0;
          // What shorter steps did not mend the next stretch need not begin with.
          runState.growth = Math.min(plan.growth, 1.5 * (verdict === 'kink' ? (growths[b] ?? NaN) : runState.growth));
          return false;
        }
        restore(ensemble, weights, readout, b);
        if (verdict === 'again') {
          runState.tried = now.energy;
          runState.growth /= isFinite(now) ? 2 : 4;
          return true;
        }
        runState.problem = diverged(runState, k, steps[b]?.length ?? 0);
        after[b] = old;
        return false;
      });
      diagnostics = after.map((own, b) => (again.includes(b) || !runStates[b]?.problem ? own : (before[b] ?? own)));
      pending = again;
    }
    await observe(k, at(k), diagnostics);
  }
  return runStates.map(({ path, noise, steps, problem }, b): Passage => {
    const lost = (initial[b]?.energy ?? NaN) - (diagnostics[b]?.energy ?? NaN);
    // A flow that goes nowhere is in balance.
    const still = path <= noise;
    return { balance: still ? 1 : lost / path, steps, problem };
  });
}

/**
 * What part the stretch up to record k is of all that is left, should the flow go on as it does now: of large labels and rich networks the
 * last stretches are by far the longest, and whoever waits should hear of it early.
 */
function shareOf(runStates: readonly RunState[], diagnostics: readonly Diagnostics[], k: number): number {
  const work = (j: number): number =>
    runStates.reduce((most, { times, problem, ...pace }, b) => {
      const stiffness = diagnostics[b]?.stiffness ?? NaN;
      return problem ? most : Math.max(most, evaluationsFor(times[j - 1] ?? NaN, times[j] ?? NaN, { ...pace, stiffness }));
    }, 0);
  let all = 0;
  for (let j = k; j < (runStates[0]?.times.length ?? 0); j++) all += work(j);
  return work(k) / all;
}

/**
 * What rounding makes of the balance between two diagnostics: of energies of their size; of outputs that are differences of numbers of order 1/γ;
 * and of a path in which every step moves weights of order 1 by their last digit. Where next to nothing is to be learned that is all there is.
 */
function rounding(
  { backend: { roundoff }, points, problem, state }: FlowEnsemble,
  b: number,
  before: Diagnostics,
  after: Diagnostics,
  steps: readonly FlowStep[] = [],
): number {
  const output = roundoff / (points[b]?.parameters.gamma ?? NaN);
  const examples = problem.inputs.rows;
  const energy = before.energy + after.energy;
  const jolts = steps.reduce((sum, { dt }) => sum + (state.weights.columns + 1) / dt, 0);
  return 64 * (roundoff * energy + output * Math.sqrt(examples * energy) + (examples + jolts) * output * output);
}

/** Whether a stretch can be taken as it is, or for all that a kink does to its balance, should be repeated, or ends the run. */
function judge(
  runState: RunState,
  before: Diagnostics,
  after: Diagnostics,
  rounding: number,
  attempt: number,
): 'taken' | 'kink' | 'again' | 'diverged' {
  const last = runState.step !== undefined || attempt >= repeats;
  if (!isFinite(after)) return last ? 'diverged' : 'again';
  if (last) return 'taken';
  const defect = Math.abs(before.energy - after.energy - after.path);
  const allowed = tolerance.stretch * after.path + tolerance.whole * (runState.path + after.path) + rounding;
  if (defect <= allowed) return 'taken';
  return runState.kinked && Math.abs(after.energy - runState.tried) <= tolerance.halving * after.path ? 'kink' : 'again';
}

function restore({ backend, state }: FlowEnsemble, weights: Matrix, readout: Matrix, b: number): void {
  using w = backend.slice(weights, b, 1);
  using v = backend.slice(readout, b, 1);
  backend.copy(w, state.weights, b);
  backend.copy(v, state.readout, b);
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

function tooStiff({ times }: RunState, k: number): Problem {
  const where = `between time ${short(times[k - 1] ?? NaN)} and ${short(times[k] ?? NaN)}`;
  return new Problem(`the gradient flow is too stiff to follow ${where}: choose gamma, time or the scale of the labels smaller`, {
    path: ['gamma'],
  });
}

function diverged({ times, step, steps }: RunState, k: number, taken: number): Problem {
  const where = `between time ${short(times[k - 1] ?? NaN)} and ${short(times[k] ?? NaN)} (after step ${steps} of ${steps + taken} so far)`;
  return step === undefined
    ? new Problem(`the gradient flow diverges ${where}: choose gamma or time smaller`, { path: ['gamma'] })
    : new Problem(`the gradient flow diverges ${where}: choose a step shorter than ${short(step)}, or leave it out`, { path: ['step'] });
}
