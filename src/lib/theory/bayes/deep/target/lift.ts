import { streams } from '$lib/base/random';
import type { Snapshot } from '$lib/theory/bayes/deep/target/block';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { inverseOf, match } from '$lib/theory/bayes/deep/target/match';
import { combined, meanOuter, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import { blend, type SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import { halves } from '$lib/theory/bayes/deep/target/stein';
import { covariancesOf, extend, meansOf, type Extension, type LayerKernels, type Prior, type Tie } from '$lib/theory/bayes/deep/target/tie';
import { Walkers } from '$lib/theory/bayes/deep/target/walkers';

/** Eigenvalues below this share of the largest are noise: what hangs on them is not carried to other examples. */
export const leastEigen = 1e-6;

/** Φ_d and Φ_d − Φ_o of one layer. */
export interface Pair {
  readonly d: Small;
  readonly apart: Small;
}

/** Φ of one layer between other examples and the training examples, [b, n], and among the others, [b, b]; Φ_c [P_s, b]. */
export interface Below {
  readonly between: Pair;
  readonly among: Pair;
  readonly c: Small;
}

/** What draws make of a layer: between others and the training examples, among the others, and on the training examples themselves. */
export interface Part {
  readonly part: number;
  readonly between: Pair;
  readonly among: Pair;
  readonly c: Small;
  readonly own: LayerKernels;
}

/** How h of other examples follows from what is known of the training examples. */
export interface Lifting {
  readonly pull: Small;
  readonly own: Extension;
  readonly thermal: Extension;
}

export function liftingTo(below: Below, train: Prior, sourceFactor: Small, examples: number, n: number, tie: Tie): Lifting {
  const b = below.among.d.length === 0 ? 0 : Math.sqrt(below.among.d.length);
  const wide = covariancesOf({ ...below.among, c: below.c }, sourceFactor, examples, b, tie);
  const square = tie.kappa ** 2;
  const ownBetween = combined(
    [square, below.between.d],
    [-square, below.between.apart],
    [-square, times(transposed(wide.pull, b), train.pull, examples)],
  );
  const thermalBetween = combined([square, below.between.apart], [tie.epsilon, below.between.d]);
  return {
    pull: wide.pull,
    own: extend(train.own, ownBetween, wide.own, n, leastOf(train, below)),
    thermal: extend(train.thermal, thermalBetween, wide.thermal, n, leastEigen),
  };
}

/** V is what is left of Φ_o when the source's part is taken off: noise of the latter is not to be carried. */
const leastOf = ({ own }: Prior, { between }: Pick<Below, 'between'>): number => {
  const scale = Math.max(...own.map(Math.abs));
  return scale === 0 ? 1 : Math.min(1, (1e-3 * Math.max(...between.d.map(Math.abs))) / scale);
};

/** Operations of one piece of the work between two looks at the clock. */
const piece = 1e7;

/** What one draw makes of a layer on other examples, in pieces of the draw. */
export async function seen(
  source: SourceLaw,
  snapshot: Snapshot,
  l: number,
  train: Prior,
  lifting: Lifting,
  sizes: { readonly n: number; readonly b: number },
  tie: Tie,
  { seed, step, breath }: { readonly seed: number; readonly step: number; readonly breath: Breath },
): Promise<Part> {
  const { bend, samples, examples } = source;
  const { n, b } = sizes;
  const { held, eta, z } = snapshot.layers[l]!;
  const normals = await whiteNormals(
    await breath.normals(3 * samples * b, seed, streams.deepTiedTest + l, step),
    snapshot,
    l,
    samples,
    sizes,
    breath,
  );
  const fromSource = lifting.pull.map((value) => tie.kappa * value);
  const fromOwn = times(train.ownRoot, transposed(lifting.own.weights, n), n);
  const fromThermal = times(transposed(train.factor, n), transposed(lifting.thermal.weights, n), n);
  const some = Math.max(16, Math.min(samples, Math.floor(piece / ((b + n) * (4 * b + 4 * n + examples + 20)))));
  let sum: Part | undefined;
  for (let first = 0; first < samples; first += some) {
    await breath.pause();
    const rows = Math.min(some, samples - first);
    const of = (x: Float64Array | Float32Array, width: number, from = first): Float64Array =>
      Float64Array.from(x.subarray(from * width, (from + rows) * width));
    const [heldZ, heldValues, white] = [of(held.z, examples), of(held.values, examples), of(eta, n)];
    const walkers = new Walkers(bend, rows, 2, n);
    const places = [of(z, n), of(z, n, samples + first)] as const;
    places.forEach((place, replica) => {
      walkers.z.set(place, replica * rows * n);
    });
    walkers.place({ factor: train.factor, conjugate: none, means: meansOf(train, heldZ, white, examples, n, tie) });
    const shared = combined(
      [1, times(heldZ, fromSource, examples)],
      [1, times(white, fromOwn, n)],
      [1, times(of(normals, b), lifting.own.rest, b)],
    );
    const h = new Float64Array(2 * rows * b);
    places.forEach((place, replica) => {
      const own = times(of(normals, b, (replica + 1) * samples + first), lifting.thermal.rest, b);
      h.set(combined([1, shared], [1, times(place, fromThermal, n)], [1, own]), replica * rows * b);
    });
    const values = new Float64Array(h.length);
    bend.fill(h, values, h, 0, h.length);
    const now = partOf(snapshot.part, walkers.values, values, heldValues, { n, b, rows, examples });
    const weight = rows / (first + rows);
    sum = sum ? blendParts(sum, now, weight) : now;
  }
  if (!sum) throw new Error('a draw without samples');
  return sum;
}

const none = new Float64Array();

/** Examples for which normals are made white: the cost grows as their square. */
const mostWhitened = 32;

/** `inverseOf` the columns of a layer of a snapshot: all lots of other examples, and both climbs, go beside the same. */
const inverses = new WeakMap<object, Small>();

/** Normals of η and of both replicas, [3M, b], made white and uncorrelated with what they go beside, as those of the training examples are. */
async function whiteNormals(
  normals: Float64Array,
  { layers }: Snapshot,
  l: number,
  samples: number,
  { n, b }: { readonly n: number; readonly b: number },
  breath: Breath,
): Promise<Float64Array> {
  if (b > mostWhitened) return normals;
  const layer = layers[l]!;
  const { held, eta, z } = layer;
  const all = [held.z, Float64Array.from(eta), Float64Array.from(z.subarray(0, samples * n)), Float64Array.from(z.subarray(samples * n))];
  const columns = beside(all, samples);
  using sides = breath.engine.upload({ rows: samples, columns: columns.length / samples }, columns);
  const inverse = async (): Promise<Small> => {
    const known = inverses.get(layer) ?? (await inverseOf(breath.engine, sides));
    inverses.set(layer, known);
    return known;
  };
  for (let kind = 0; kind < 3; kind++) {
    await breath.pause();
    using own = breath.engine.upload({ rows: samples, columns: b }, normals.subarray(kind * samples * b, (kind + 1) * samples * b));
    await match(breath.engine, own, sides, inverse);
    normals.set(await breath.engine.read(own), kind * samples * b);
  }
  return normals;
}

/** Arrays of as many rows side by side. */
function beside(arrays: readonly Float64Array[], rows: number): Float64Array {
  const widths = arrays.map((array) => array.length / rows);
  const wide = widths.reduce((sum, width) => sum + width, 0);
  const out = new Float64Array(rows * wide);
  let from = 0;
  arrays.forEach((array, a) => {
    const width = widths[a]!;
    for (let k = 0; k < rows; k++) out.set(array.subarray(k * width, (k + 1) * width), k * wide + from);
    from += width;
  });
  return out;
}

function partOf(
  part: number,
  own: Float64Array,
  others: Float64Array,
  held: Float64Array,
  { n, b, rows, examples }: { readonly n: number; readonly b: number; readonly rows: number; readonly examples: number },
): Part {
  const [ours, theirs] = [halves(own), halves(others)];
  const apart = (x: Float64Array, y: Float64Array, p: number, q: number): Small => combined([0.5, meanOuter(x, y, p, q, rows)]);
  return {
    part,
    between: { d: meanOuter(others, own, b, n, 2 * rows), apart: apart(theirs.apart, ours.apart, b, n) },
    among: { d: meanOuter(others, others, b, b, 2 * rows), apart: apart(theirs.apart, theirs.apart, b, b) },
    c: meanOuter(held, theirs.mean, examples, b, rows),
    own: {
      d: meanOuter(own, own, n, n, 2 * rows),
      apart: apart(ours.apart, ours.apart, n, n),
      c: meanOuter(held, ours.mean, examples, n, rows),
    },
  };
}

const blendPairs = (old: Pair, now: Pair, weight: number): Pair => ({
  d: blend(old.d, now.d, weight),
  apart: blend(old.apart, now.apart, weight),
});

const blendParts = (old: Part, now: Part, weight: number): Part => ({
  part: old.part,
  between: blendPairs(old.between, now.between, weight),
  among: blendPairs(old.among, now.among, weight),
  c: blend(old.c, now.c, weight),
  own: { ...blendPairs(old.own, now.own, weight), c: blend(old.own.c, now.own.c, weight) },
});
