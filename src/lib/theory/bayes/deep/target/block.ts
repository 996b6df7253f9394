import { blendKernels } from '$lib/theory/bayes/deep/target/chain-parts';
import type { TargetChain } from '$lib/theory/bayes/deep/target/target-chain';
import type { HeldLayer } from '$lib/theory/bayes/deep/target/stein';
import type { LayerKernels } from '$lib/theory/bayes/deep/target/tie';

/** A draw of the disorder with its particles at the end of their run, layer by layer; single precision, as there are many. */
export interface Snapshot {
  /** Which independent part of the run it is of: a group of particles, or, of one group, a draw. */
  readonly part: number;
  readonly layers: readonly {
    /** The source's; shared by all targets of it. */
    readonly held: HeldLayer;
    /** White normals of η, [M, n], and z of both replicas, [2M, n]. */
    readonly eta: Float32Array;
    readonly z: Float32Array;
  }[];
  /** Φ of every layer from the first, averaged over the counted steps of this draw. */
  readonly kernels: readonly LayerKernels[];
}

/** Gathers what the counted steps of a run say, draw by draw. */
export class Gatherer {
  readonly snapshots: Snapshot[] = [];
  readonly #chain: TargetChain;
  #sums: (LayerKernels | undefined)[] = [];
  #steps = 0;

  constructor(chain: TargetChain) {
    this.#chain = chain;
  }

  /** After a counted step. */
  count(): void {
    this.#steps++;
    this.#sums = this.#chain.seen.map((kernels, l) => blendKernels(this.#sums[l], kernels, 1 / this.#steps));
  }

  /** At the end of a draw. */
  async close(part: number): Promise<void> {
    const { engine, layers, disorder } = this.#chain;
    const kept = layers.map(async (neurons, l) => {
      const own = disorder.layers[l];
      if (!own) throw new Error(`no disorder at layer ${l + 1}`);
      return { held: own.source, eta: Float32Array.from(await engine.read(own.eta)), z: Float32Array.from(await neurons.places()) };
    });
    this.snapshots.push({
      part,
      layers: await Promise.all(kept),
      kernels: this.#sums.flatMap((kernels) => (kernels ? [kernels] : [])),
    });
    this.#sums = [];
    this.#steps = 0;
  }
}

/** The independent parts of a run. */
export const partsOf = (snapshots: readonly Snapshot[]): readonly number[] => [...new Set(snapshots.map(({ part }) => part))];

/** Φ averaged over draws; without those of one part of the run where `left` names it. */
export const averageOver = (snapshots: readonly Snapshot[], l: number, left = -1): LayerKernels => {
  let sum: LayerKernels | undefined;
  let count = 0;
  for (const { part, kernels } of snapshots) {
    const own = kernels[l];
    if (part === left || !own) continue;
    sum = blendKernels(sum, own, 1 / ++count);
  }
  if (!sum) throw new Error('a run without draws');
  return sum;
};
