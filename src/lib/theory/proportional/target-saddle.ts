import type { Check } from '$lib/theory/proportional/check';
import { leftover, type Leftover, type Scales, type TargetOrders } from '$lib/theory/proportional/equations';
import { movedMoments, type Evaluation, type MomentSource } from '$lib/theory/proportional/moments';

type Pair = readonly [number, number];

/** The slopes of the leftovers, row-major, in the unknowns of `unknowns`. */
export type Slopes = readonly [number, number, number, number];

/** A point of the branch: what the next one starts from. */
export interface BranchPoint {
  readonly orders: TargetOrders;
  /** The largest leftover of the equations, each in units of its largest term. */
  readonly residual: number;
  readonly slopes: Slopes;
}

interface Trial {
  readonly at: Pair;
  readonly found: Evaluation;
  readonly left: Leftover;
  readonly size: number;
}

/** Residuals at which to stop, of a point that is wanted and of one on the way, and below which a point counts as a solution. */
export const tolerances = { settled: 5e-11, passing: 1e-3, accepted: 1e-8 } as const;

const mostSteps = 40;

/** Leftovers from which a step with slopes that are carried on comes to the goal, or nearly. */
const nearby = 3e-7;

/**
 * The saddle of a target at one δ near a starting point, by a quasi-Newton iteration in (log(Q̂_d − Q̂_o), Q̂_o): slopes by differences,
 * carried on by Broyden's update, steps halved until the leftovers fall. The iteration keeps to D positive definite and Q̂_d > Q̂_o.
 * Returns where it came to rest, a solution or not (see `isSolution`).
 */
export async function targetSaddle(
  moments: MomentSource,
  scales: Scales,
  start: { readonly orders: TargetOrders; readonly slopes?: Slopes },
  goal: number,
  check: Check,
): Promise<BranchPoint | undefined> {
  const trial = async (at: Pair): Promise<Trial | undefined> => {
    await check();
    const [other, same] = [at[1], Math.exp(at[0]) + at[1]];
    const found = same > 0 ? await moments.at(same, other) : undefined;
    const left = found && leftover(found, same, other, scales);
    const size = left ? Math.max(...left.values.map(Math.abs)) : NaN;
    return found && left && Number.isFinite(size) ? { at, found, left, size } : undefined;
  };
  const slopesAt = (from: Trial): Promise<Slopes | undefined> =>
    from.found.slopes ? exactSlopes(from, from.found.slopes, scales) : differences(from, trial);
  let now = await trial([Math.log(start.orders.same - start.orders.other), start.orders.other]);
  if (!now) return undefined;
  // Slopes of their own are worth what they cost from wherever the leftovers are not yet as good as gone.
  const wants = (from: Trial): boolean => from.found.slopes !== undefined && from.size > nearby;
  let fresh = !start.slopes || wants(now);
  let slopes = fresh && now.size > goal ? await slopesAt(now) : start.slopes;
  for (let step = 0; step < mostSteps && now.size > goal && slopes; step++) {
    const from: Trial = now;
    const direction = solved(slopes, from.left.values);
    let next: Trial | undefined;
    let scale = 1;
    for (let halving = 0; direction && halving < (fresh && from.size > tolerances.accepted ? 20 : 3); halving++, scale /= 2) {
      next = await trial([from.at[0] - scale * direction[0], from.at[1] - scale * direction[1]]);
      if (next && next.size < (1 - 0.1 * scale) * from.size) break;
      next = undefined;
    }
    if (next && direction) {
      now = next;
      fresh = now.size > goal && wants(now);
      slopes = fresh ? await slopesAt(now) : updated(slopes, direction, scale, from.left.values, next.left.values);
    } else if (fresh) break;
    else {
      slopes = await slopesAt(from);
      fresh = true;
    }
  }
  const other = now.at[1];
  return {
    orders: { same: Math.exp(now.at[0]) + other, other, cross: now.left.cross },
    residual: now.size,
    slopes: slopes ?? [1, 0, 0, 1],
  };
}

/** Whether a point solves the equations and is of the physical branch: the overlap of two replicas cannot be negative. */
export const isSolution = ({ orders, residual }: BranchPoint, goal: number = tolerances.settled): boolean => {
  const bound = Math.max(goal, tolerances.accepted);
  return residual <= bound && orders.other >= -bound;
};

async function differences(from: Trial, trial: (at: Pair) => Promise<Trial | undefined>): Promise<Slopes | undefined> {
  const columns: Pair[] = [];
  for (const axis of [0, 1]) {
    const h = axis === 0 ? 1e-6 : 1e-6 * (Math.exp(from.at[0]) + Math.abs(from.at[1]));
    const moved = await trial(axis === 0 ? [from.at[0] + h, from.at[1]] : [from.at[0], from.at[1] + h]);
    if (!moved) return undefined;
    columns.push([(moved.left.values[0] - from.left.values[0]) / h, (moved.left.values[1] - from.left.values[1]) / h]);
  }
  const [first, second] = columns as [Pair, Pair];
  return [first[0], second[0], first[1], second[1]];
}

/** Slopes of the leftovers from those of the moments: differences of what is linear in the moments' place of evaluation costs nothing. */
async function exactSlopes(from: Trial, momentSlopes: NonNullable<Evaluation['slopes']>, scales: Scales): Promise<Slopes | undefined> {
  const slopes = await momentSlopes();
  const other = from.at[1];
  const same = Math.exp(from.at[0]) + other;
  const valuesAt = (place: Pair): Pair | undefined => {
    const [o, q] = [place[1], Math.exp(place[0]) + place[1]];
    return leftover(movedMoments(from.found, slopes, q - same, o - other), q, o, scales)?.values;
  };
  const columns = [0, 1].map((axis) => {
    const h = axis === 0 ? 1e-5 : 1e-5 * (Math.exp(from.at[0]) + Math.abs(other));
    const [plus, minus] = [1, -1].map((sign) => valuesAt([from.at[0] + (axis === 0 ? sign * h : 0), other + (axis === 1 ? sign * h : 0)]));
    return plus && minus ? ([(plus[0] - minus[0]) / (2 * h), (plus[1] - minus[1]) / (2 * h)] as const) : undefined;
  });
  const [first, second] = columns;
  return first && second ? [first[0], second[0], first[1], second[1]] : undefined;
}

function solved([a, b, c, d]: Slopes, [x, y]: Pair): Pair | undefined {
  const determinant = a * d - b * c;
  const direction: Pair = [(d * x - b * y) / determinant, (a * y - c * x) / determinant];
  if (!direction.every(Number.isFinite)) return undefined;
  // A step of more than a factor e² in Q̂_d − Q̂_o says that the slopes are not to be trusted so far.
  const shrink = Math.min(1, 2 / Math.abs(direction[0]));
  return [shrink * direction[0], shrink * direction[1]];
}

/** Broyden's update after the step −scale · direction. */
function updated([a, b, c, d]: Slopes, direction: Pair, scale: number, before: Pair, after: Pair): Slopes {
  const step: Pair = [-scale * direction[0], -scale * direction[1]];
  const square = step[0] * step[0] + step[1] * step[1];
  const wrong: Pair = [after[0] - before[0] - a * step[0] - b * step[1], after[1] - before[1] - c * step[0] - d * step[1]];
  if (!(square > 0)) return [a, b, c, d];
  return [
    a + (wrong[0] * step[0]) / square,
    b + (wrong[0] * step[1]) / square,
    c + (wrong[1] * step[0]) / square,
    d + (wrong[1] * step[1]) / square,
  ];
}
