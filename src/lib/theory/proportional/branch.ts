import { Problem } from '$lib/base/problem';
import type { Check } from '$lib/theory/proportional/check';
import type { Scales, TargetOrders } from '$lib/theory/proportional/equations';
import type { MomentSource, TargetKernels } from '$lib/theory/proportional/moments';
import { isSolution, targetSaddle, tolerances, type BranchPoint } from '$lib/theory/proportional/target-saddle';

/** The longest and the shortest step in κ = δ/(1+δ). */
const longest = 0.34;
const shortest = 1e-3;

/** Makes the moments at one κ and lends them to `use`; from kernels at hand where there are any. */
export type WithMoments = <T>(kappa: number, kernels: TargetKernels | undefined, use: (moments: MomentSource) => Promise<T>) => Promise<T>;

interface Passed extends BranchPoint {
  readonly kappa: number;
}

/**
 * The branch of saddles that starts at δ = 0, where R̂ = Q̂_o = 0 and Q̂_d solves the equation of a single task, followed in
 * κ = δ/(1+δ) ∈ [0, 1]. Couplings must be asked for in ascending order; each starts from the ones before.
 */
export class Branch {
  private last: Passed | undefined;
  private before: Passed | undefined;

  /** `order`: Q̂_d at δ = 0. */
  constructor(
    private readonly order: number,
    private readonly scales: Scales,
    private readonly withMoments: WithMoments,
    private readonly check: Check,
  ) {}

  /** The saddle at κ, reached in steps that are halved where the iteration fails; throws a Problem naming δ where the branch is lost. */
  async at(kappa: number, delta: number, kernels?: TargetKernels): Promise<BranchPoint> {
    let step = longest;
    for (;;) {
      const from = this.last?.kappa ?? 0;
      const arrived = kappa - from <= step;
      const next = arrived ? kappa : from + step;
      const start = { orders: this.predicted(next), ...(this.last && { slopes: this.last.slopes }) };
      const goal = arrived ? tolerances.settled : tolerances.passing;
      const found = await this.withMoments(next, arrived ? kernels : undefined, (moments) =>
        targetSaddle(moments, this.scales, start, goal, this.check),
      );
      if (found && isSolution(found, goal)) {
        // A second visit to the same κ (two points of one δ) must not be taken for a step.
        if (this.last && next > this.last.kappa) this.before = this.last;
        this.last = { ...found, kappa: next };
        if (arrived) return found;
        continue;
      }
      if (next - from < shortest) throw lost(delta, next, found);
      step = (next - from) / 2;
    }
  }

  /** The secant through the last two points, within reason. */
  private predicted(kappa: number): TargetOrders {
    const { last, before } = this;
    if (!last) return { same: this.order, other: 0, cross: 0 };
    if (!before) return last.orders;
    const ratio = Math.min(2, (kappa - last.kappa) / (last.kappa - before.kappa));
    const gap = ({ orders }: Passed): number => Math.log(orders.same - orders.other);
    const other = Math.max(0, last.orders.other + ratio * (last.orders.other - before.orders.other));
    return { same: other + Math.exp(gap(last) + ratio * (gap(last) - gap(before))), other, cross: last.orders.cross };
  }
}

const lost = (delta: number, kappa: number, found: BranchPoint | undefined): Problem =>
  new Problem(
    `no physical saddle was found at delta = ${delta}: the branch from delta = 0 is lost near delta = ${(kappa / (1 - kappa)).toPrecision(3)} ` +
      `with residual ${found ? found.residual.toExponential(1) : 'not finite'}; raise temperature or width`,
    { path: ['delta'] },
  );
