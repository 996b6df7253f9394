import type { Activation } from '$lib/base/activation';
import type { Matrix } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import type { Snapshot } from '$lib/theory/bayes/deep/target/block';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { inverseOf, match } from '$lib/theory/bayes/deep/target/match';
import { bentOn, blended, meansOn, someRows } from '$lib/theory/bayes/deep/target/on-engine';
import { combined, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import { blend } from '$lib/theory/bayes/deep/target/source-chain';
import type { SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import { covariancesOf, extend, type Extension, type LayerKernels, type Prior, type Tie } from '$lib/theory/bayes/deep/target/tie';
import { Owned } from '$lib/theory/owned';

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
interface Seen {
  readonly between: Pair;
  readonly among: Pair;
  readonly c: Small;
  readonly own: LayerKernels;
}

/** The same, and which independent part of the run it is of. */
export interface Part extends Seen {
  readonly part: number;
}

/** What is wanted of a layer: all, or only Φ_d between others and the training examples and among these, the rest being empty. */
export type Wanted = 'all' | 'weights';

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
const piece = 2e7;

/** One layer of a draw on the engine, and normals of other examples beside it. */
interface Side {
  /** z_s and φ_s, [M, P_s]; white normals of η, [M, n]; z of both replicas, [2, M, n]. */
  readonly heldZ: Matrix;
  readonly heldValues: Matrix;
  readonly eta: Matrix;
  readonly z: Matrix;
  /** Of η and of both replicas, [3, M, b]. */
  readonly normals: Matrix;
}

/**
 * What one draw makes of a layer on other examples, in pieces of the draw, for each of several ways to lift it, all with the same random numbers.
 */
export async function seen(
  source: SourceLaw,
  snapshot: Snapshot,
  l: number,
  train: Prior,
  liftings: readonly Lifting[],
  sizes: { readonly n: number; readonly b: number },
  tie: Tie,
  { seed, step, wanted, breath }: { readonly seed: number; readonly step: number; readonly wanted: Wanted; readonly breath: Breath },
): Promise<readonly Part[]> {
  const { samples, examples } = source;
  const { n, b } = sizes;
  const { engine } = breath;
  const layer = snapshot.layers[l]!;
  const { held, eta, z } = layer;
  using made = new Owned();
  const on = (columns: number, numbers: ArrayLike<number>): Matrix =>
    made.keep(engine.upload({ batch: numbers.length / (samples * columns), rows: samples, columns }, numbers));
  using drawn = engine.normal({ rows: 3 * samples, columns: b }, { seed, stream: streams.deepTiedTest + l, step });
  const normals = made.keep(engine.reshape(drawn, { batch: 3, rows: samples, columns: b }));
  const side: Side = { heldZ: on(examples, held.z), heldValues: on(examples, held.values), eta: on(n, eta), z: on(n, z), normals };
  if (b <= mostWhitened) await whiten(side, layer, breath);
  const some = Math.max(16, Math.min(samples, Math.floor(piece / ((b + n) * (4 * b + 4 * n + examples + 20)))));
  const sums: Seen[] = [];
  for (let first = 0; first < samples; first += some) {
    const rows = Math.min(some, samples - first);
    using parts = new Owned();
    const of = (matrix: Matrix): Matrix => parts.keep(someRows(engine, matrix, first, rows));
    const own = { heldZ: of(side.heldZ), heldValues: of(side.heldValues), eta: of(side.eta), z: of(side.z), normals: of(side.normals) };
    const weight = rows / (first + rows);
    for (const [i, lifting] of liftings.entries()) {
      await breath.pause();
      const now = await partOf(own, source.bend.activation, train, lifting, n, tie, wanted, breath);
      const sum = sums[i];
      sums[i] = sum ? blendParts(sum, now, weight) : now;
    }
  }
  return sums.map((sum) => ({ part: snapshot.part, ...sum }));
}

/** Examples for which normals are made white: the cost grows as their square. */
const mostWhitened = 32;

/** `inverseOf` the columns of a layer of a snapshot: all lots of other examples go beside the same. */
const inverses = new WeakMap<object, Small>();

/** Makes normals white and uncorrelated with what they go beside, as those of the training examples are. */
async function whiten({ heldZ, eta, z, normals }: Side, layer: Snapshot['layers'][number], breath: Breath): Promise<void> {
  const { engine } = breath;
  using first = engine.slice(z, 0);
  using second = engine.slice(z, 1);
  const sides = [heldZ, eta, first, second];
  const inverse = async (): Promise<Small> => {
    const known = inverses.get(layer) ?? (await inverseOf(engine, sides));
    inverses.set(layer, known);
    return known;
  };
  for (let kind = 0; kind < 3; kind++) {
    await breath.pause();
    using own = engine.slice(normals, kind);
    await match(engine, own, sides, inverse);
  }
}

/** Features of the training examples and of the others, each of both replicas, and their averages. */
async function partOf(
  { heldZ, heldValues, eta, z, normals }: Side,
  activation: Activation,
  train: Prior,
  { pull, own: known, thermal }: Lifting,
  n: number,
  tie: Tie,
  wanted: Wanted,
  breath: Breath,
): Promise<Seen> {
  const { engine } = breath;
  const fromSource = pull.map((value) => tie.kappa * value);
  const fromOwn = times(train.ownRoot, transposed(known.weights, n), n);
  const across = transposed(train.factor, n);
  const fromThermal = times(across, transposed(thermal.weights, n), n);
  using means = meansOn(engine, train, heldZ, eta, tie);
  using ours = bentOn(engine, activation, z, across, means);
  using first = engine.slice(normals, 0);
  using replicas = engine.slice(normals, 1, 2);
  using shared = blended(engine, [heldZ, fromSource], [eta, fromOwn], [first, known.rest]);
  await breath.pause();
  using carried = blended(engine, [z, fromThermal]);
  using shift = engine.combine([[1, carried], [1, shared]]); // prettier-ignore
  using theirs = bentOn(engine, activation, replicas, thermal.rest, shift);
  const pause = (): Promise<void> => breath.pause();
  if (wanted === 'weights') {
    const [between, own] = await engine.outerMeans([[theirs, ours], [ours, ours]], pause); // prettier-ignore
    return { ...nothing, between: { d: between!, apart: none }, own: { d: own!, apart: none, c: none } };
  }
  const [own, others] = [{ apart: ours }, { apart: theirs }];
  const averages = await engine.outerMeans(
    [
      [theirs, ours],
      [others, own],
      [theirs, theirs],
      [others, others],
      [heldValues, theirs],
      [ours, ours],
      [own, own],
      [heldValues, ours],
    ],
    pause,
  );
  const [between, betweenApart, among, amongApart, c, ownD, ownApart, ownC] = averages as [
    ...[Small, Small, Small, Small],
    ...[Small, Small, Small, Small],
  ];
  const half = (x: Small): Small => combined([0.5, x]);
  return {
    between: { d: between, apart: half(betweenApart) },
    among: { d: among, apart: half(amongApart) },
    c,
    own: { d: ownD, apart: half(ownApart), c: ownC },
  };
}

const none = new Float64Array();
const nothing = { among: { d: none, apart: none }, c: none };

const blendPairs = (old: Pair, now: Pair, weight: number): Pair => ({
  d: blend(old.d, now.d, weight),
  apart: blend(old.apart, now.apart, weight),
});

const blendParts = (old: Seen, now: Seen, weight: number): Seen => ({
  between: blendPairs(old.between, now.between, weight),
  among: blendPairs(old.among, now.among, weight),
  c: blend(old.c, now.c, weight),
  own: { ...blendPairs(old.own, now.own, weight), c: blend(old.own.c, now.own.c, weight) },
});
