import { Problem } from '$lib/base/problem';
import type { Scales } from '$lib/theory/proportional/equations';
import type { MomentSource } from '$lib/theory/proportional/moments';
import { isSolution, targetSaddle, type BranchPoint } from '$lib/theory/proportional/target-saddle';

/** The longest and the shortest step in κ = δ/(1+δ). */
const longest = 0.25;
const shortest = 1e-3;

/**
 * The branch of saddles that starts at δ = 0, where R̂ = Q̂_o = 0 and Q̂_d solves the equation of a single task, followed in
 * κ = δ/(1+δ) ∈ [0, 1]. Couplings must be asked for in ascending order; each starts from the one before.
 */
export class Branch {
  private kappa = 0;
  private point: BranchPoint;

  /** `order`: Q̂_d at δ = 0. `momentsAt` gives the moments at one κ. */
  constructor(
    order: number,
    private readonly scales: Scales,
    private readonly momentsAt: (kappa: number) => Promise<MomentSource>,
    private readonly check: () => Promise<void>,
  ) {
    this.point = { orders: { same: order, other: 0, cross: 0 }, residual: NaN, slopes: [1, 0, 0, 1] };
  }

  /** The saddle at κ, reached in steps that are halved where the iteration fails; throws a Problem naming δ where the branch is lost. */
  async at(kappa: number, delta: number): Promise<BranchPoint> {
    let step = longest;
    for (;;) {
      const next = kappa - this.kappa <= step ? kappa : this.kappa + step;
      using moments = await this.momentsAt(next);
      const { orders, residual, slopes } = this.point;
      const carried = Number.isNaN(residual) ? { orders } : { orders, slopes };
      const found = await targetSaddle(moments, this.scales, carried, this.check);
      if (found && isSolution(found)) {
        this.point = found;
        this.kappa = next;
        if (next === kappa) return found;
        continue;
      }
      if (next - this.kappa < shortest) throw lost(delta, next, found);
      step = (next - this.kappa) / 2;
    }
  }
}

const lost = (delta: number, kappa: number, found: BranchPoint | undefined): Problem =>
  new Problem(
    `no physical saddle was found at delta = ${delta}: the branch from delta = 0 is lost at delta = ${(kappa / (1 - kappa)).toPrecision(3)} ` +
      `with residual ${found ? found.residual.toExponential(1) : 'not finite'}; raise temperature or width`,
    { path: ['delta'] },
  );
