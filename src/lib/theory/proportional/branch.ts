import { Problem } from '$lib/base/problem';
import type { Check } from '$lib/theory/proportional/check';
import type { Scales, TargetOrders } from '$lib/theory/proportional/equations';
import type { MomentSource, TargetKernels } from '$lib/theory/proportional/moments';
import { isSolution, targetSaddle, tolerances, type BranchPoint } from '$lib/theory/proportional/target-saddle';

/** The longest and the shortest step in κ = δ/(1+δ). */
const longest = 0.34;
const shortest = 1e-3;

/** Points through which the next is extrapolated. */
const remembered = 4;

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
  /** The last few points, the latest first. */
  private passed: readonly Passed[] = [];

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
      const last = this.passed[0];
      const from = last?.kappa ?? 0;
      const arrived = kappa - from <= step;
      const next = arrived ? kappa : from + step;
      const start = { orders: this.predicted(next), ...(last && { slopes: last.slopes }) };
      const goal = arrived ? tolerances.settled : tolerances.passing;
      const found = await this.withMoments(next, arrived ? kernels : undefined, (moments) =>
        targetSaddle(moments, this.scales, start, goal, this.check),
      );
      if (found && isSolution(found, goal)) {
        // A second visit to the same κ (two points of one δ) replaces the first.
        this.passed = [{ ...found, kappa: next }, ...this.passed.filter((point) => point.kappa !== next)].slice(0, remembered);
        if (arrived) return found;
        continue;
      }
      if (next - from < shortest) throw lost(delta, next, found);
      step = (next - from) / 2;
    }
  }

  /** Extrapolated through the last few points: in a sweep of many δ one or two evaluations then do. */
  private predicted(kappa: number): TargetOrders {
    const { passed } = this;
    const [last] = passed;
    if (!last) return { same: this.order, other: 0, cross: 0 };
    if (kappa === last.kappa) return last.orders;
    const weights = passed.map(({ kappa: own }) =>
      passed.reduce((product, { kappa: node }) => (node === own ? product : (product * (kappa - node)) / (own - node)), 1),
    );
    const through = (of: (orders: TargetOrders) => number): number =>
      passed.reduce((sum, { orders }, i) => sum + (weights[i] as number) * of(orders), 0);
    const gap = through(({ same, other }) => Math.log(same - other));
    const other = through((orders) => orders.other);
    // Points far from one another extrapolate wildly: then the last is the better start.
    const { same, other: known } = last.orders;
    if (!(Math.abs(gap - Math.log(same - known)) < 1 && other >= 0 && other < known + same)) return last.orders;
    return { same: other + Math.exp(gap), other, cross: last.orders.cross };
  }
}

const lost = (delta: number, kappa: number, found: BranchPoint | undefined): Problem =>
  new Problem(
    `no physical saddle was found at delta = ${delta}: the branch from delta = 0 is lost near delta = ${(kappa / (1 - kappa)).toPrecision(3)} ` +
      `with residual ${found ? found.residual.toExponential(1) : 'not finite'}; raise temperature or width`,
    { path: ['delta'] },
  );
