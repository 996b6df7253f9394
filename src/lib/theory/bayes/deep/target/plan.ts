import type { Run } from '$lib/base/run';
import type { Stride } from '$lib/theory/bayes/deep/target/stir';

/** Live steps of a run that begins where another has come to, and those that are averaged then. */
export interface Following {
  readonly live: number;
  readonly average: number;
}

/** How a deep coupled run goes about its work. */
export interface Plan {
  /** While kernels and conjugates follow the particles at every step, and while they stand nearly still. */
  readonly live: Stride;
  readonly still: Stride;
  /** Whether what drives particles is averaged over time, or follows them at every step throughout. */
  readonly averaged: boolean;
  readonly source: { readonly settling: number; readonly every: number };
  /** Steps with the first disorder: gamma² grows, then all is live, then averages. */
  readonly start: { readonly ramp: number; readonly live: number; readonly average: number };
  /** Of the groups that begin where the first one has come to, and of all at a δ near by. */
  readonly follow: Following;
  readonly near: Following;
  /** Draws of the disorder of each group that count, at least and at most; and standard errors of f, relative to the labels, and of its kernel at which they end. */
  readonly blocks: { readonly least: number; readonly most: number };
  readonly wanted: { readonly fit: number; readonly kernel: number };
  /** Steps in a field that stands still after each draw, at least and at most, and those then counted. */
  readonly settling: { readonly least: number; readonly most: number };
  readonly counted: number;
}

/** Angle of a step where the field stands still: near a quarter turn z forgets most for its cost. */
const turn = 1.5;

/** The longest leapfrog by depth: with longer ones kernels and conjugates that follow at every step run away from each other. */
const longest = (depth: number): number => (depth <= 2 ? 0.3 : depth === 3 ? 0.2 : 0.15);

/** Attempts at a run whose virial figure is missed: leapfrogs are halved, twice; in the last, whole again, nothing that drives particles is averaged. */
export const attempts = 4;

/**
 * The plan for a depth; `attempt` counts runs whose virial figure was missed. Rich and cold networks take shorter leapfrogs from the start. Settling goes
 * by angle, so that it does not depend on them. Where lower layers at a fixed Δ are unstable (`deep-transfer.md`), averages run away however short the
 * leapfrogs are, and particles whose kernels and conjugates follow at every step do not.
 */
export function planFor(quality: Run['quality'], depth: number, gamma: number, temperature: number, attempt: number): Plan {
  const averaged = attempt < attempts - 1;
  const halvings = averaged ? attempt : 0;
  const rich = gamma > 1.5 || temperature < 0.05 ? 1 : 0;
  const dt = longest(depth) * 0.5 ** (halvings + rich);
  const stride = (angle: number): Stride => ({ dt, leaps: Math.max(2, Math.round(angle / dt)) });
  const live = { dt, leaps: 2 };
  // Fields that follow want short steps: as many more as turn as far.
  const still = averaged ? stride(turn) : live;
  const longer = Math.min(4, Math.round((0.3 / dt) ** 2));
  const more = averaged ? 1 : Math.round(turn / (dt * live.leaps));
  const shared = { live, still, averaged };
  if (quality === 'coarse')
    return {
      ...shared,
      source: { settling: 5, every: 2 * more },
      start: { ramp: 15, live: 10, average: 10 },
      follow: { live: 5, average: 5 },
      near: { live: 2, average: 5 },
      blocks: { least: 1, most: 4 },
      wanted: { fit: 0.02, kernel: 0.05 },
      settling: { least: 3 * more, most: 5 * more },
      counted: 5 * more,
    };
  return {
    ...shared,
    source: { settling: 30 * longer, every: 20 * more },
    start: { ramp: 60 * longer, live: 40 * longer, average: 40 },
    follow: { live: 10 * longer, average: 15 },
    near: { live: 4 * longer, average: 10 },
    blocks: { least: 2, most: 8 },
    wanted: { fit: 0.003, kernel: 0.01 },
    settling: { least: 16 * more, most: 24 * more },
    counted: 8 * more,
  };
}
