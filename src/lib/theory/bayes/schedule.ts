import type { Run } from '$lib/base/run';

/** A stretch of steps of one length. */
export interface Stage {
  readonly dt: number;
  readonly count: number;
}

/** How a particle run goes about its work. */
export interface Schedule {
  /** Annealed: long steps to arrive, short ones to be right. Averages are taken over the last. */
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
}

/** Of the last stage, the part that is let pass before averages begin. */
export const burn = 1 / 3;

/** Bounds of health beyond which a result is repaired, and if that fails carries a warning (issue: 5 % and 2 %). */
export const tolerance = { virial: 0.05, residual: 0.02 } as const;

/** Length of the long first steps: shorter for rich networks, which they would only shake out of reach. */
export const firstStep = (gamma: number): number => Math.max(0.03, 0.1 * Math.min(1, 2 / gamma));

const fine = (gamma: number): Schedule => ({
  stages: [
    { dt: firstStep(gamma), count: 60 },
    { dt: 0.03, count: 60 },
    { dt: 0.01, count: 60 },
  ],
  // More time first (slow modes cross from well to well), then shorter steps, each with time for an overshoot to decay.
  refinements: [[{ dt: 0.01, count: 300 }], [{ dt: 0.003, count: 600 }], [{ dt: 0.001, count: 800 }]],
  sharpening: [{ dt: 0.003, count: 100 }],
  growths: 1,
  growth: [
    { dt: 0.03, count: 30 },
    { dt: 0.01, count: 40 },
  ],
  copies: 4,
  snapshots: 12,
});

const coarse = (gamma: number): Schedule => ({
  stages: [
    { dt: firstStep(gamma), count: 30 },
    { dt: 0.03, count: 30 },
    { dt: 0.01, count: 30 },
  ],
  refinements: [],
  sharpening: [],
  growths: 0,
  growth: [],
  copies: 1,
  snapshots: 4,
});

/** Numbers that the samples of one point may take together. */
const sampleBudget = 2 ** 22;

/**
 * The schedule for M particles in D dimensions. A stretched one is taken as it is: it is there to show that the health figures tell.
 */
export function scheduleFor(quality: Run['quality'], gamma: number, stretch: number, particles: number, dimension: number): Schedule {
  const plan = quality === 'coarse' ? coarse(gamma) : fine(gamma);
  const snapshots = Math.max(4, Math.min(plan.snapshots, Math.floor(sampleBudget / (particles * dimension))));
  if (stretch === 1) return { ...plan, snapshots };
  const stages = plan.stages.map(({ dt, count }) => ({ dt: dt * stretch, count }));
  return { ...plan, stages, refinements: [], sharpening: [], growths: 0, growth: [], snapshots };
}

/** Particles of a run: a whole number of groups, for the jackknife. */
export function particleCount(quality: Run['quality'], particles: number): number {
  const wanted = quality === 'coarse' ? Math.min(128, particles) : particles;
  return Math.ceil(wanted / groups) * groups;
}

/** Groups of particles of the delete-one-group jackknife. */
export const groups = 16;
