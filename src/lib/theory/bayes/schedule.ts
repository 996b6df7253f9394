import type { Run } from '$lib/base/run';
import { groups } from '$lib/theory/common/jackknife';

/** A stretch of steps of one length, at a temperature times hot(γ) to the power of `annealing` (0 when not given). */
export interface ScheduleStage {
  readonly dt: number;
  readonly count: number;
  readonly annealing?: number;
}

/** How a particle run goes about its work. */
export interface Schedule {
  /** Annealed in step and temperature: long hot steps to arrive, short ones to be right. Averages are taken over the last. */
  readonly stages: readonly ScheduleStage[];
  /** When the virial identity is missed: further rounds, one after another, until it holds; the last stage of each is averaged over. */
  readonly refinements: readonly (readonly ScheduleStage[])[];
  /** When it holds and the residual does not: a shorter step first, for part of the residual is the step's. */
  readonly sharpening: readonly ScheduleStage[];
  /** When that did not help: `copies` snapshots go on together as one ensemble. */
  readonly growths: number;
  readonly growth: readonly ScheduleStage[];
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
const cooling = (gamma: number, steps: readonly (readonly [dt: number, count: number, annealing?: number])[]): ScheduleStage[] =>
  steps.map(([dt, count, annealing = 0]) => ({ dt: dt > 0.05 ? dt * shrink(gamma) : dt, count, annealing }));

/**
 * As many steps whatever the number of particles, so that twice as many take at most twice the time. Many particles have less noise to
 * hide what is left of the start and of the step, which asks for two things. Time at the temperature asked for, in steps long enough to
 * cross between the wells of a rich density, before they are short enough to be right: without the second 0.2 classes in two dimensions
 * (γ = 2, T = 0.05, δ = 0.1 and 1) are 3 and 5 % off, virial and residual none the wiser, with it and 16 steps of 0.06 it is 1.5 and 0.8 %,
 * where 6000 steps leave 1.2 and 0.3 %; 40 of 0.06 bring relu networks (γ = 2, δ = 10) from 0.7 to 0.5 %. And last steps shorter than 0.01,
 * with which strongly coupled ones (erf, γ = 0.5 and 2, δ = 10) are 1.3 % off, with these less than one. (16384 particles.)
 */
const fine = (gamma: number): Schedule => ({
  stages: cooling(gamma, [
    [0.2, 8, 1],
    [0.1, 6, 1 / 2],
    [0.2, 20],
    [0.06, 40],
    [0.03, 10],
    [0.01, 30],
    [0.004, 50],
  ]),
  // More time first (slow modes cross from well to well), then shorter steps, each with time for an overshoot to decay. It is time that
  // slow modes want: classes (γ from 1 to 3, δ = 10) end 1.4 to 3.7 % off with 300, 600, 800 steps, 1.1 to 2.4 % with these (8192 particles).
  refinements: [[{ dt: 0.01, count: 500 }], [{ dt: 0.003, count: 700 }], [{ dt: 0.001, count: 500 }]],
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
    [0.1, 8, 1],
    [0.1, 6, 1 / 2],
    [0.1, 4, 1 / 4],
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
 * The schedule for M particles in D dimensions. A stretched one is taken as it is: it is there to show that the health figures tell.
 */
export function scheduleFor(quality: Run['quality'], gamma: number, stretch: number, particles: number, dimension: number): Schedule {
  const plan = quality === 'coarse' ? coarse(gamma) : fine(gamma);
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
