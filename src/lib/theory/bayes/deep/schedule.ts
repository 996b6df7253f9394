import type { Run } from '$lib/base/run';

/**
 * Groups of particles of the delete-one-group jackknife: every group asks for a factorisation of its own at every layer. Eight leave a standard
 * error of seven degrees of freedom, which misses by more than twice itself in one case of eleven.
 */
export const groups = 16;

/** A stretch of steps of one length, while the temperature goes from hottest^from T^(1−from) to hottest^to T^(1−to) (T throughout when not given). */
export interface DeepStage {
  readonly dt: number;
  readonly count: number;
  readonly annealing?: readonly [from: number, to: number];
}

/** How a deep run goes about its work. */
export interface DeepSchedule {
  /**
   * Cooled, then as asked for; averages are taken over the last, whose steps are as long as they may be: what counts is how many times the
   * particles forget, once for each unit of time.
   */
  readonly stages: readonly DeepStage[];
  /** Where the virial identity is missed: further stages, one after another, until it holds. */
  readonly refinements: readonly DeepStage[];
  /** Samples kept from the last stage. */
  readonly snapshots: number;
}

const fine: DeepSchedule = {
  stages: [
    { dt: 0.05, count: 120, annealing: [1, 0] },
    { dt: 0.03, count: 300 },
  ],
  refinements: [
    { dt: 0.01, count: 300 },
    { dt: 0.003, count: 600 },
  ],
  snapshots: 8,
};

const coarse: DeepSchedule = {
  stages: [
    { dt: 0.08, count: 40, annealing: [1, 0] },
    { dt: 0.03, count: 15 },
    { dt: 0.02, count: 15 },
  ],
  refinements: [],
  snapshots: 2,
};

export const deepSchedule = (quality: Run['quality'], stretch: number): DeepSchedule => {
  const plan = quality === 'coarse' ? coarse : fine;
  if (stretch === 1) return plan;
  return { ...plan, stages: plan.stages.map((stage) => ({ ...stage, dt: stage.dt * stretch })), refinements: [] };
};
