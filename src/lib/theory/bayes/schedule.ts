import type { Run } from '$lib/base/run';

/** A stretch of steps of one length, at a temperature times hot(γ) to the power of `heat` (0 when not given). */
export interface Stage {
  readonly dt: number;
  readonly count: number;
  readonly heat?: number;
}

/** How a particle run goes about its work. */
export interface Schedule {
  /** Annealed in step and temperature: long hot steps to arrive, short ones to be right. Averages are taken over the last. */
  readonly stages: readonly Stage[];
  /** When the virial identity is missed: further rounds, one after another, until it holds; the last stage of each is averaged over. */
  readonly refinements: readonly (readonly Stage[])[];
  /** When it holds and the residual does not: a shorter step first, for part of the residual is the step's. */
  readonly sharpening: readonly Stage[];
  /** When that did not help: `copies` snapshots go on together as one ensemble. */
  readonly growths: number;
  readonly growth: readonly Stage[];
  readonly copies: number;
  /** Samples kept from the last stage. */
  readonly snapshots: number;
  /** Whether lazy twins are taken as control variate. */
  readonly controlled: boolean;
}

/**
 * How long the steps of a point are as a share of the schedule's. A coupled particle forgets at rate 1+δ: beyond δ of about 30 even the
 * last steps would each be a fresh draw, whose midpoint has half of the force's shift (virial 0.94 at γ = 5, δ = 1000).
 */
export const pace = (delta: number): number => Math.min(1, 30 / (1 + delta));

/** Of the last stage, the part that is let pass before averages begin. */
export const burn = 1 / 3;

/** Bounds of health beyond which a result is repaired, and if that fails carries a warning (issue: 5 % and 2 %). */
export const tolerance = { virial: 0.05, residual: 0.02 } as const;

/** How many times hotter a run begins: of the order of the kick, γ². */
export const hot = (gamma: number): number => Math.max(4, 4 * gamma * gamma);

/** By how much the long first steps shrink for rich networks, which they would only shake out of reach. */
export const shrink = (gamma: number): number => Math.min(1, 3 / gamma);

/**
 * Stages that cool down to the temperature asked for, and step by step. A cold start throws the particles far out (Δ = (Φ + T)⁻¹y of
 * the untrained kernel is large, and the kick goes like γ²Δ²), from where short steps bring them back slowly. Started hot they are
 * where they belong from the beginning: on the digits (P = 150, T = 0.05) 36 steps come to a virial of 0.98 at γ = 2 and 0.89 at γ = 5,
 * where 90 cold ones are at 1.3 and 170.
 */
const cooling = (gamma: number, steps: readonly (readonly [dt: number, count: number])[]): Stage[] =>
  steps.map(([dt, count], stage) => ({
    dt: dt > 0.05 ? dt * shrink(gamma) : dt,
    count,
    // hot, √hot, ⁴√hot, then as asked for.
    heat: stage < 3 ? 1 / 2 ** stage : 0,
  }));

/**
 * What many particles are given besides, since their noise would not hide what is left of the start and of the step: time for the wells of
 * a rich density to fill as they should (eight examples in two dimensions, γ = 2, T = 0.05: 2 to 4 % off without, virial and residual none
 * the wiser), and shorter last steps (γ = 0.5, δ = 10: 1.4 % off without). Where a step is much work there is less of both.
 */
const patience = (particles: number, dimension: number, examples: number): number =>
  particles < 2048 ? 0 : Math.min(1, 4e7 / (particles * examples * (4 * dimension + 2 * examples + 60)));

const fine = (gamma: number, patient: number): Schedule => ({
  stages: cooling(gamma, [
    [0.2, 12],
    [0.1, 14],
    [0.05, 14],
    [0.06, Math.round(300 * patient)],
    [0.03, 25],
    [0.01, 45],
    [0.003, Math.round(120 * patient)],
  ]).filter(({ count }) => count > 0),
  // More time first (slow modes cross from well to well), then shorter steps, each with time for an overshoot to decay.
  refinements: [[{ dt: 0.01, count: 300 }], [{ dt: 0.003, count: 600 }], [{ dt: 0.001, count: 800 }]],
  sharpening: [{ dt: 0.003, count: 100 }],
  growths: 1,
  growth: [
    { dt: 0.03, count: 30 },
    { dt: 0.01, count: 40 },
  ],
  copies: 4,
  snapshots: 6,
  controlled: true,
});

const coarse = (gamma: number): Schedule => ({
  stages: cooling(gamma, [
    [0.1, 8],
    [0.1, 6],
    [0.1, 4],
    [0.03, 10],
    [0.015, 9],
  ]),
  refinements: [],
  sharpening: [],
  growths: 0,
  growth: [],
  copies: 1,
  snapshots: 2,
  controlled: false,
});

/** Numbers that the samples of one point may take together. */
const sampleBudget = 2 ** 22;

/**
 * The schedule for M particles in D dimensions and P examples. A stretched one is taken as it is: it is there to show that the health figures tell.
 */
export function scheduleFor(
  quality: Run['quality'],
  gamma: number,
  stretch: number,
  particles: number,
  dimension: number,
  examples: number,
): Schedule {
  const plan = quality === 'coarse' ? coarse(gamma) : fine(gamma, patience(particles, dimension, examples));
  const snapshots = Math.min(plan.snapshots, Math.max(4, Math.floor(sampleBudget / (particles * dimension))));
  if (stretch === 1) return { ...plan, snapshots };
  const stages = plan.stages.map((stage) => ({ ...stage, dt: stage.dt * stretch }));
  return { ...plan, stages, refinements: [], sharpening: [], growths: 0, growth: [], snapshots };
}

/** Particles of a run: a whole number of groups, for the jackknife. */
export function particleCount(quality: Run['quality'], particles: number): number {
  const wanted = quality === 'coarse' ? Math.min(128, particles) : particles;
  return Math.ceil(wanted / groups) * groups;
}

/** Groups of particles of the delete-one-group jackknife. */
export const groups = 16;
