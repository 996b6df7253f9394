import type { FlowStep } from '$lib/backend/backend';
import { longestStep, stagesFor } from '$lib/backend/chebyshev';
import type { Run } from '$lib/base/run';

/** How finely a run looks and steps. */
export interface Plan {
  /** Times at which results are looked at, beside 0. */
  readonly records: number;
  /** Steps grow with time like (t + softening)(1 + growth)ⁿ: at time t the modes that still move do so at rates of about 1/t. */
  readonly growth: number;
  readonly particles: number;
}

/** Results are looked at from this share of the whole time on, at even ratios. */
const earliest = 1 / 200;

/** Particles come in pairs, and pairs in groups. */
const multiple = 32;

export const planFor = (quality: Run['quality'], particles: number): Plan => {
  const coarse = quality === 'coarse';
  const wanted = coarse ? Math.min(128, particles) : particles;
  return { records: coarse ? 12 : 24, growth: coarse ? 0.6 : 0.15, particles: Math.ceil(wanted / multiple) * multiple };
};

/** 0, then even ratios up to `time`. */
export const recordTimes = (time: number, records: number): readonly number[] => [
  0,
  ...Array.from({ length: records }, (_, k) => time * earliest ** (1 - (k + 1) / records)),
];

/** What the steps of a point are chosen by. */
export interface Pace {
  /** Bound on the curvature of the loss: rates of the flow besides decay. */
  readonly stiffness: number;
  readonly decay: number;
  readonly softening: number;
  readonly growth: number;
  /** Length asked for by the sheet. */
  readonly step: number | undefined;
}

/** The lengths of the steps from one time to another, each so many times over. */
const lengths = (from: number, to: number, { softening, growth, step }: Pace): { readonly length: number; readonly times: number }[] => {
  const span = to - from;
  if (step !== undefined) {
    const times = Math.max(1, Math.ceil(span / step - 1e-9));
    return [{ length: span / times, times }];
  }
  const ratio = (to + softening) / (from + softening);
  const count = Math.max(1, Math.ceil(Math.log(ratio) / Math.log1p(growth) - 1e-9));
  const at = (k: number): number => (from + softening) * ratio ** (k / count);
  return Array.from({ length: count }, (_, k) => ({ length: at(k + 1) - at(k), times: 1 }));
};

/** Steps that may be taken from one look to the next. */
export const mostSteps = 2 ** 16;

/** The same, cut into parts that are stable; stages as many as the length needs. */
const partsFor = (from: number, to: number, pace: Pace): (FlowStep & { readonly count: number })[] =>
  lengths(from, to, pace).map(({ length, times }) => {
    const parts = Math.max(1, Math.ceil(length / longestStep(pace.stiffness)));
    const dt = length / parts;
    return { dt, stages: stagesFor(dt, pace.stiffness, pace.decay), count: times * parts };
  });

/** The steps of a point from one time to another; undefined where they would be too many. */
export const stepsFor = (from: number, to: number, pace: Pace): FlowStep[] | undefined => {
  const parts = partsFor(from, to, pace);
  if (!(parts.reduce((sum, { count }) => sum + count, 0) <= mostSteps)) return undefined;
  return parts.flatMap(({ dt, stages, count }) => new Array<FlowStep>(count).fill({ dt, stages }));
};

/** Evaluations of the force that they take. */
export const evaluationsFor = (from: number, to: number, pace: Pace): number =>
  partsFor(from, to, pace).reduce((sum, { stages, count }) => sum + count * stages, 0);

/** Bounds of health: what a stretch of the run is repeated for with shorter steps, and what is warned of in the end. */
export const tolerance = { stretch: 0.05, whole: 0.003, balance: 0.05, halving: 0.01 } as const;
/** How often a stretch may be repeated, each time with half the growth. */
export const repeats = 8;
