import { Problem } from '$lib/base/problem';
import type { Check } from '$lib/theory/proportional/check';
import type { Scales, TargetOrders } from '$lib/theory/proportional/equations';
import type { MomentSource, TargetKernels } from '$lib/theory/proportional/moments';
import { isSolution, targetSaddle, tolerances, type BranchPoint, type Slopes } from '$lib/theory/proportional/target-saddle';

/** The longest and the shortest step in κ = δ/(1+δ). */
const longest = 0.34;
const shortest = 1e-3;

/** Points at most from which the next is carried on. */
const nodes = 6;

/** Makes the moments at one κ and lends them to `use`; from kernels at hand where there are any. */
export type WithMoments = <T>(kappa: number, kernels: TargetKernels | undefined, use: (moments: MomentSource) => Promise<T>) => Promise<T>;

interface Passed extends BranchPoint {
  readonly kappa: number;
}

/**
 * The branch of saddles that starts at δ = 0, where R̂ = Q̂_o = 0 and Q̂_d solves the equation of a single task, followed in
 * κ = δ/(1+δ) ∈ [0, 1]. Every saddle found serves those asked for later, so a sweep is best asked for in the order of δ.
 */
export class Branch {
  private readonly passed = new Map<number, Passed>();

  /** `order`: Q̂_d at δ = 0. */
  constructor(
    private readonly order: number,
    private readonly scales: Scales,
    private readonly withMoments: WithMoments,
    private readonly check: Check,
  ) {}

  /**
   * The saddle at κ: at once from between the points known where they are near, else walking up from the nearest below in steps that are
   * halved where the iteration fails. Throws a Problem naming δ where the branch is lost.
   */
  async at(kappa: number, delta: number, kernels?: TargetKernels): Promise<BranchPoint> {
    const near = this.nearest(kappa)[0];
    if (near && Math.abs(near.kappa - kappa) <= longest) {
      const found = await this.tried(kappa, this.start(kappa), kernels);
      if (found?.solves) return found.point;
    }
    let step = longest;
    for (;;) {
      const below = this.nearest(kappa).find((point) => point.kappa < kappa);
      const from = below?.kappa ?? 0;
      const next = kappa - from <= step ? kappa : from + step;
      const orders = below?.orders ?? { same: this.order, other: 0, cross: 0 };
      const found = await this.tried(next, { orders }, next === kappa ? kernels : undefined, next === kappa);
      if (found?.solves && next === kappa) return found.point;
      if (found?.solves) continue;
      if (next - from < shortest) throw lost(delta, next, found?.point);
      step = (next - from) / 2;
    }
  }

  /** One iteration at κ, its point remembered where it solves the equations. */
  private async tried(
    kappa: number,
    start: { readonly orders: TargetOrders; readonly slopes?: Slopes },
    kernels: TargetKernels | undefined,
    wanted = true,
  ): Promise<{ readonly point: BranchPoint; readonly solves: boolean } | undefined> {
    const goal = wanted ? tolerances.settled : tolerances.passing;
    const point = await this.withMoments(kappa, kernels, (moments) => targetSaddle(moments, this.scales, start, goal, this.check));
    if (!point) return undefined;
    const solves = isSolution(point, goal);
    if (solves) this.passed.set(kappa, { ...point, kappa });
    return { point, solves };
  }

  private nearest(kappa: number): readonly Passed[] {
    return [...this.passed.values()].sort((a, b) => Math.abs(a.kappa - kappa) - Math.abs(b.kappa - kappa));
  }

  /** Carried on from the points known: in a sweep of many δ two or three evaluations then do. */
  private start(kappa: number): { readonly orders: TargetOrders; readonly slopes?: Slopes } {
    const known = this.nearest(kappa);
    const [first, second] = known;
    if (!first) return { orders: { same: this.order, other: 0, cross: 0 } };
    if (!second || first.kappa === kappa) return first;
    const share = (kappa - first.kappa) / (second.kappa - first.kappa);
    const slopes: Slopes = share > 0 ? blended(first.slopes, second.slopes, share) : first.slopes;
    return { orders: interpolated(known.filter(isAccurate).slice(0, nodes), kappa) ?? first.orders, slopes };
  }
}

const isAccurate = ({ residual }: BranchPoint): boolean => residual <= tolerances.accepted;

const blended = (a: Slopes, b: Slopes, share: number): Slopes => [
  a[0] + share * (b[0] - a[0]),
  a[1] + share * (b[1] - a[1]),
  a[2] + share * (b[2] - a[2]),
  a[3] + share * (b[3] - a[3]),
];

/** Lagrange's polynomial through the points, nearest first; undefined where it strays far from the nearest, as between distant points. */
const interpolated = (points: readonly Passed[], kappa: number): TargetOrders | undefined => {
  const [first] = points;
  if (!first) return undefined;
  const weights = points.map(({ kappa: own }) =>
    points.reduce((product, { kappa: node }) => (node === own ? product : (product * (kappa - node)) / (own - node)), 1),
  );
  const through = (of: (orders: TargetOrders) => number): number =>
    points.reduce((sum, { orders }, i) => sum + (weights[i] as number) * of(orders), 0);
  const gap = through(({ same, other }) => Math.log(same - other));
  const other = through((orders) => orders.other);
  const { same, other: known } = first.orders;
  if (!(Math.abs(gap - Math.log(same - known)) < 1 && other >= 0 && other < known + same)) return undefined;
  return { same: other + Math.exp(gap), other, cross: first.orders.cross };
};

const lost = (delta: number, kappa: number, found: BranchPoint | undefined): Problem =>
  new Problem(
    `no physical saddle was found at delta = ${delta}: the branch from delta = 0 is lost near delta = ${(kappa / (1 - kappa)).toPrecision(3)} ` +
      `with residual ${found ? found.residual.toExponential(1) : 'not finite'}; raise temperature or width`,
    { path: ['delta'] },
  );
