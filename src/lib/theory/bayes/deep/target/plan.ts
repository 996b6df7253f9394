import type { Run } from '$lib/base/run';
import type { Stride } from '$lib/theory/bayes/deep/target/stir';

/** How a deep coupled run goes about its work. */
export interface Plan {
  /** While kernels and conjugates follow the particles at every step, and while they stand nearly still. */
  readonly live: Stride;
  readonly still: Stride;
  readonly source: { readonly settling: number; readonly every: number };
  /** Steps with the first disorder: gamma² grows, then all is live, then averages. */
  readonly start: { readonly ramp: number; readonly live: number; readonly average: number };
  /** Draws of the disorder that count; one more comes first and does not. */
  readonly blocks: number;
  /** Steps in a field that stands still after each draw, and those then counted. */
  readonly settling: number;
  readonly counted: number;
}

/** Angle of a step where the field stands still: near a quarter turn z forgets most for its cost. */
const turn = 1.5;

/** The longest leapfrog by depth: with longer ones kernels and conjugates that follow at every step run away from each other. */
const longest = (depth: number): number => (depth <= 2 ? 0.3 : depth === 3 ? 0.2 : 0.15);

/**
 * The plan for a depth; `halvings` of the leapfrogs after a run whose virial figure was missed. Rich and cold networks take shorter ones from
 * the start. Settling goes by angle, so that it does not depend on them.
 */
export function planFor(quality: Run['quality'], depth: number, gamma: number, temperature: number, halvings: number): Plan {
  const rich = gamma > 1.5 || temperature < 0.05 ? 1 : 0;
  const dt = longest(depth) * 0.5 ** (halvings + rich);
  const stride = (angle: number): Stride => ({ dt, leaps: Math.max(2, Math.round(angle / dt)) });
  const longer = Math.min(4, Math.round((0.3 / dt) ** 2));
  const shared = { live: { dt, leaps: 2 }, still: stride(turn) };
  if (quality === 'coarse')
    return {
      ...shared,
      source: { settling: 5, every: 2 },
      start: { ramp: 15, live: 10, average: 10 },
      blocks: 4,
      settling: 5,
      counted: 5,
    };
  return {
    ...shared,
    source: { settling: 30 * longer, every: 12 },
    start: { ramp: 60 * longer, live: 40 * longer, average: 40 },
    blocks: 8,
    settling: 20,
    counted: 10,
  };
}
