import type { Matrix } from '$lib/backend/backend';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import type { Neurons } from '$lib/theory/bayes/deep/target/neurons';
import { combined, size, solveLower, symmetric, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import type { Conveyed, HeldLayer } from '$lib/theory/bayes/deep/target/stein';
import type { Prior, Tie } from '$lib/theory/bayes/deep/target/tie';

/** Health figures of one target layer. */
export interface LayerFigures {
  /** ⟨z·(z − Rᵀ∂g)⟩/n, 1 for the right law. */
  readonly virial: number;
  /** What the gradient form of A_d/ρ, A_o/κ² and A_c/κ differs by from the moment form, whitened, root mean square. */
  readonly d: number;
  readonly o: number;
  readonly c: number;
}

/**
 * The conjugates of a layer by two routes, compared: gradients (`targetStein`) against moments of z,
 * RᵀA_dR/ρ = E⟨zzᵀ⟩ − 1, RᵀA_oR/κ² = E ẑẑᵀ, R_sᵀA_cR/κ = E z_sẑᵀ − κK R⁻ᵀ(E Cov z − 1). Divergence, long steps, wells that are
 * not filled and settling that is too short make them differ. Where R is small (large δ) the noise of the last is its factor κK R⁻ᵀ: it is
 * divided by it.
 */
export class Watch {
  #steps = 0;
  #virial = 0;
  #d: Small | undefined;
  #o: Small | undefined;
  #c: Small | undefined;

  /** Takes in a step, after which `pulls` are ∂g in the field of the moment. */
  async add(
    neurons: Neurons,
    pulls: Matrix,
    held: HeldLayer<Matrix>,
    prior: Prior,
    sourceFactor: Small,
    conveyed: Conveyed,
    tie: Tie,
    breath: Breath,
  ): Promise<void> {
    const { engine, n, state } = neurons;
    const { z } = state;
    const { factor, pull } = prior;
    const examples = held.z.columns;
    const across = transposed(factor, n);
    const white = (a: Small): Small => times(across, times(a, factor, n), n);
    using first = engine.slice(z, 0);
    using other = engine.slice(z, 1);
    const apart = { apart: z };
    const means = await engine.outerMeans([[z, z], [pulls, z], [apart, apart], [first, other], [held.z, z]], () => breath.pause()); // prettier-ignore
    const [second, along, spread, twin, own] = means as [Small, Small, Small, Small, Small];
    let virial = 0;
    for (let i = 0; i < n; i++) {
      virial += second[i * n + i]!;
      for (let j = 0; j <= i; j++) virial -= factor[i * n + j]! * along[i * n + j]!;
    }
    const covariance = spread.map((value) => 0.5 * value);
    const twins = symmetric(twin, n);
    for (let i = 0; i < n; i++) {
      second[i * n + i]! -= 1;
      covariance[i * n + i]! -= 1;
    }
    // κK R⁻ᵀ, [P_s, n].
    const turned = dividedRight(pull, factor, n).map((value) => tie.kappa * value);
    const crossed = times(times(transposed(sourceFactor, examples), conveyed.cross, examples), factor, n);
    const moment = combined([1, own], [-1, times(turned, covariance, n)]);
    const scale = 1 / Math.max(1, size(turned) / Math.sqrt(n));
    const added = (old: Small | undefined, now: Small): Small => (old ? combined([1, old], [1, now]) : now);
    this.#d = added(this.#d, combined([1, white(combined([1, conveyed.mean], [1, conveyed.bend]))], [-1, second]));
    this.#o = added(this.#o, combined([1, white(combined([1, conveyed.mean], [-1, conveyed.spread]))], [-1, twins]));
    this.#c = added(this.#c, combined([scale, crossed], [-scale, moment]));
    this.#virial += virial / n;
    this.#steps++;
  }

  /** Of one layer in several runs: what they miss is averaged before it is measured. */
  static figures(watches: readonly Watch[]): LayerFigures {
    const steps = watches.reduce((sum, watch) => sum + watch.#steps, 0);
    const of = (sums: readonly (Small | undefined)[]): number => {
      const all = combined(...sums.flatMap((sum) => (sum ? [[1 / steps, sum] as const] : [])));
      return all.length === 0 ? 0 : size(all) / Math.sqrt(Math.sqrt(all.length));
    };
    return {
      virial: watches.reduce((sum, watch) => sum + watch.#virial, 0) / steps,
      d: of(watches.map((watch) => watch.#d)),
      o: of(watches.map((watch) => watch.#o)),
      c: of(watches.map((watch) => watch.#c)),
    };
  }
}

/** X R⁻ᵀ for X [p, n] and lower R. */
const dividedRight = (x: Small, factor: Small, n: number): Small => transposed(solveLower(factor, transposed(x, n), n), x.length / n);
