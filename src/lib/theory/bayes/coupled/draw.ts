import type { Backend } from '$lib/backend/backend';
import { uniforms } from '$lib/base/philox';
import { streamOf, streams } from '$lib/base/random';
import type { Coupling } from '$lib/theory/bayes/coupled/links';
import type { Held, Tie } from '$lib/theory/bayes/coupled/origin';
import { groups } from '$lib/theory/common/jackknife';
import { addAlong, collectSamples, type Samples } from '$lib/theory/bayes/span/particles';
import { opposedNormals, projectOut, type Layout } from '$lib/theory/bayes/span/points';
import type { Span } from '$lib/theory/bayes/span/span';

/** A law that is known at places about anchors. */
export interface DrawnLaw {
  readonly coupling: Coupling;
  readonly dual: Float64Array;
  /** Whether its anchors are on one side of the origin only, for the law given −m is that given m turned about the origin. */
  readonly folded: boolean;
  /** Whether bins of anchors are wide compared with the conditional prior: then a target is placed as far from m as from its anchor. */
  readonly narrow: boolean;
  /** About the width of a bin. */
  readonly width: number;
}

/** The fractional part of the golden ratio: the step of the sequence that spreads targets. Anchors have other steps. */
const golden = 0.6180339887498949;

/**
 * The step of the sequence that spreads the target of a stage. Steps of different stages are linearly independent over the rationals: else the place of
 * a particle would depend on that of its anchor. Stage 0 has the golden ratio, which uses √5; later stages have the roots of the other primes.
 */
export function spreadOf(stage: number): number {
  if (stage === 0) return golden;
  const isPrime = (n: number): boolean => {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
    return true;
  };
  let prime = 2;
  for (let left = stage - 1; left > 0; left--)
    do prime++;
    while (prime === 5 || !isPrime(prime));
  return Math.sqrt(prime) % 1;
}

/**
 * Particles of a target whose law in the span is known: of each held particle one place there, from the law given an anchor
 * near it, by evenly spread numbers; in all other directions the conditional prior. Control variates are of the conditional prior in all.
 */
export async function drawTarget(
  backend: Backend,
  { basis, rank }: Span,
  held: readonly Held[],
  layout: Layout,
  { delta, stage, seed }: Tie & { readonly seed: number },
  law: DrawnLaw,
  breathe: () => Promise<void>,
): Promise<Samples> {
  const dimension = basis.length / rank;
  const kappa = delta / (1 + delta);
  const deviation = Math.sqrt(1 / (1 + delta));
  const key = { seed, stream: streamOf(streams.targetSpan, stage) };
  const step = spreadOf(stage);
  const starts = uniforms(groups, { ...key, step: 0 });
  const each = layout.particles / groups;
  const places = new Places(law, rank);
  return collectSamples(backend, layout, dimension, async (k) => {
    const { weights, controlVariate } = held[k % held.length]!;
    const own = await backend.read(weights);
    const twin = await backend.read(controlVariate);
    const noise = opposedNormals(layout, dimension, k, key);
    const controlled = noise.map((value, at) => kappa * twin[at]! + deviation * value);
    const rest = projectOut(
      noise.map((value, at) => kappa * own[at]! + deviation * value),
      basis,
      dimension,
    );
    await breathe();
    const mx = Float64Array.from({ length: layout.particles }, (_, i) => kappa * along(own, i * dimension, basis, 0, dimension));
    const my = mx.map((_, i) => (rank === 2 ? kappa * along(own, i * dimension, basis, dimension, dimension) : 0));
    places.assign(mx, my).forEach((anchor, i) => {
      const share = starts[Math.floor(i / each)]! + (k * each + (i % each) + 1) * step;
      addAlong(rest, i * dimension, basis, dimension, places.at(anchor, mx[i]!, my[i]!, share - Math.floor(share)));
    });
    return [rest, controlled];
  });
}

/** x [D] at a place of `all`, times a direction. */
function along(all: Float64Array, at: number, basis: Float64Array, from: number, dimension: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) sum += all[at + d]! * basis[from + d]!;
  return sum;
}

/** Chooses places of a law given m. */
class Places {
  readonly #law: DrawnLaw;
  readonly #sums: Float64Array;
  readonly #rank: number;

  constructor(law: DrawnLaw, rank: number) {
    this.#law = law;
    this.#sums = law.coupling.cumulative(law.dual);
    this.#rank = rank;
  }

  /**
   * An anchor near each m, each anchor as often as its mass wants: both are put in order along strips, and the masses of the anchors laid beside the
   * particles.
   */
  assign(mx: Float64Array, my: Float64Array): Uint32Array {
    const { anchors } = this.#law.coupling;
    const turned = mx.map((x) => this.#sign(x));
    const own = inStrips(
      mx.map((x, i) => turned[i]! * x),
      my.map((y, i) => turned[i]! * y),
      this.#law.width,
    );
    const theirs = inStrips(anchors.x, anchors.y, this.#law.width);
    const out = new Uint32Array(mx.length);
    let next = 0;
    let upTo = anchors.mass[theirs[0]!]!;
    own.forEach((particle, rank) => {
      while (next < theirs.length - 1 && (rank + 0.5) / own.length > upTo) upTo += anchors.mass[theirs[++next]!]!;
      out[particle] = theirs[next]!;
    });
    return out;
  }

  #sign(mx: number): number {
    return this.#law.folded && mx < 0 ? -1 : 1;
  }

  /** The place of a particle at m up to which a share of the anchor's mass lies, in the order of its links. */
  at(anchor: number, mx: number, my: number, share: number): readonly number[] {
    const { coupling, narrow } = this.#law;
    const { anchors, links, places } = coupling;
    const sign = this.#sign(mx);
    let low = links.first[anchor]!;
    let high = links.first[anchor + 1]! - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sums[middle]! > share) high = middle;
      else low = middle + 1;
    }
    const place = links.at[low]!;
    const [x, y] = narrow
      ? [mx + sign * (places.x[place]! - anchors.x[anchor]!), my + sign * (places.y[place]! - anchors.y[anchor]!)]
      : [sign * places.x[place]!, sign * places.y[place]!];
    return this.#rank === 1 ? [x] : [x, y];
  }
}

/** The points in order: strip by strip of a width in x, up and down in y. */
function inStrips(x: Float64Array, y: Float64Array, width: number): number[] {
  const strip = (i: number): number => Math.floor(x[i]! / width);
  const height = (i: number): number => (strip(i) % 2 === 0 ? y[i]! : -y[i]!);
  return [...x.keys()].sort((a, b) => strip(a) - strip(b) || height(a) - height(b));
}
