import { combined, meanOuter, size, solveLower, symmetric, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import { halves, type Conveyed, type HeldLayer } from '$lib/theory/bayes/deep/target/stein';
import type { Prior, Tie } from '$lib/theory/bayes/deep/target/tie';
import type { Walkers } from '$lib/theory/bayes/deep/target/walkers';

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

  /** Takes in a step, after `pull` in the field that the walkers moved in. */
  add(walkers: Walkers, held: HeldLayer, prior: Prior, sourceFactor: Small, conveyed: Conveyed, tie: Tie): void {
    const { n, samples, count, z, pulls } = walkers;
    const { factor, pull } = prior;
    const examples = held.z.length / samples;
    const across = transposed(factor, n);
    const white = (a: Small): Small => times(across, times(a, factor, n), n);
    const second = meanOuter(z, z, n, n, count);
    const along = meanOuter(pulls, z, n, n, count);
    let virial = 0;
    for (let i = 0; i < n; i++) {
      virial += second[i * n + i]!;
      for (let j = 0; j <= i; j++) virial -= factor[i * n + j]! * along[i * n + j]!;
    }
    const { mean, apart } = halves(z);
    const covariance = combined([0.5, meanOuter(apart, apart, n, n, samples)]);
    const twins = symmetric(meanOuter(z, z, n, n, samples, 0, samples), n);
    for (let i = 0; i < n; i++) {
      second[i * n + i]! -= 1;
      covariance[i * n + i]! -= 1;
    }
    // κK R⁻ᵀ, [P_s, n].
    const turned = dividedRight(pull, factor, n).map((value) => tie.kappa * value);
    const crossed = times(times(transposed(sourceFactor, examples), conveyed.cross, examples), factor, n);
    const moment = combined([1, meanOuter(held.z, mean, examples, n, samples)], [-1, times(turned, covariance, n)]);
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
