import type { Matrix, WalkerBackend } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { match } from '$lib/theory/bayes/deep/target/match';
import { blended, meansOn } from '$lib/theory/bayes/deep/target/on-engine';
import type { Small } from '$lib/theory/bayes/deep/target/small';
import type { SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import type { HeldLayer } from '$lib/theory/bayes/deep/target/stein';
import type { Prior, Tie } from '$lib/theory/bayes/deep/target/tie';
import { Owned } from '$lib/theory/owned';

/** One layer's disorder: the source's neurons, here and on the engine, and white normals for η and ζ, [M, n]. */
export interface LayerDisorder {
  readonly source: HeldLayer;
  readonly held: HeldLayer<Matrix>;
  readonly eta: Matrix;
  readonly zeta: Matrix;
}

/** A draw of the disorder on the engine: neurons of a snapshot of the source, η and ζ. */
export class Disorder {
  readonly layers: readonly LayerDisorder[];
  readonly #engine: WalkerBackend;
  readonly #made: Owned;

  private constructor(engine: WalkerBackend, layers: readonly LayerDisorder[], made: Owned) {
    this.#engine = engine;
    this.layers = layers;
    this.#made = made;
  }

  /** `snapshot` counts round; `step` names the random numbers. */
  static async draw(
    { snapshots, samples, examples }: SourceLaw,
    n: number,
    { seed, snapshot, step }: { readonly seed: number; readonly snapshot: number; readonly step: number },
    breath: Breath,
  ): Promise<Disorder> {
    const { engine } = breath;
    const sources = snapshots[snapshot % snapshots.length];
    if (!sources) throw new Error('a source without snapshots');
    using building = new Owned();
    const made = new Owned();
    building.keep(made);
    const on = (numbers: Float64Array): Matrix => made.keep(engine.upload({ rows: samples, columns: examples }, numbers));
    const layers: LayerDisorder[] = [];
    for (const [l, source] of sources.entries()) {
      const held = { z: on(source.z), values: on(source.values), slopes: on(source.slopes), pulls: on(source.pulls) };
      const white = async (kind: number, columns: Matrix): Promise<Matrix> => {
        const normals = made.keep(
          engine.normal({ rows: samples, columns: n }, { seed, stream: streams.deepDisorder + 2 * l + kind, step }),
        );
        await match(engine, normals, [columns], () => breath.pause());
        await breath.pause();
        return normals;
      };
      layers.push({ source, held, eta: await white(0, held.z), zeta: await white(1, held.values) });
    }
    building.handOver();
    return new Disorder(engine, layers, made);
  }

  /** m for every sample, [M, n]. */
  means(l: number, prior: Prior, tie: Tie): Matrix {
    const { held, eta } = this.#layer(l);
    return meansOn(this.#engine, prior, held.z, eta, tie);
  }

  /** b = ζ + A_cᵀφ_s for every sample, [M, n], `root` the root of A_o and `cross` A_c. */
  tilts(l: number, root: Small, cross: Small): Matrix {
    const { held, zeta } = this.#layer(l);
    return blended(this.#engine, [zeta, root], [held.values, cross]);
  }

  #layer(l: number): LayerDisorder {
    const found = this.layers[l];
    if (!found) throw new Error(`no disorder at layer ${l + 1}`);
    return found;
  }

  [Symbol.dispose](): void {
    this.#made[Symbol.dispose]();
  }
}
