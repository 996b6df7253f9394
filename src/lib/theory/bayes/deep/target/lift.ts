import type { Activation } from '$lib/base/activation';
import type { Matrix } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import type { Snapshot } from '$lib/theory/bayes/deep/target/block';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { blendFrozen, frozenMeans, meansOfOthers, type Frozen } from '$lib/theory/bayes/deep/target/frozen';
import { mostWhitened, type Lifting, type Pair, type Wanted } from '$lib/theory/bayes/deep/target/lifting';
import { inverseOf, match } from '$lib/theory/bayes/deep/target/match';
import { bentOn, blended, meansOn, someRows } from '$lib/theory/bayes/deep/target/on-engine';
import { combined, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import { blend } from '$lib/theory/bayes/deep/target/source-chain';
import type { SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import type { LayerKernels, Prior, Tie } from '$lib/theory/bayes/deep/target/tie';
import { Owned } from '$lib/theory/owned';

/** What draws make of a layer: between others and the training examples, among the others, and on the training examples themselves. */
interface Seen {
  readonly between: Pair;
  readonly among: Pair;
  readonly c: Small;
  readonly own: LayerKernels;
  /** What the same neurons make of it at h = m. Of the first of several ways to lift. */
  readonly frozen?: Frozen;
}

/** The same, and which independent part of the run it is of. */
export interface Part extends Seen {
  readonly part: number;
}

/** ε = 1/(1 + δ) up to which neurons at h = m are looked at: above it the noise of draws is that of the target's own particles. */
const mostThermal = 0.01;

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
      const withFrozen = i === 0 && tie.epsilon <= mostThermal;
      const now = await partOf(own, source.bend.activation, train, lifting, n, tie, wanted, breath, withFrozen);
      const sum = sums[i];
      sums[i] = sum ? blendParts(sum, now, weight) : now;
    }
  }
  return sums.map((sum) => ({ part: snapshot.part, ...sum }));
}

/** `inverseOf` the columns of a layer of a snapshot: all lots of other examples go beside the same. */
const inverses = new WeakMap<object, Small>();

/** Makes normals white and uncorrelated with what they go beside, as those of the training examples are. */
async function whiten({ heldZ, eta, z, normals }: Side, layer: Snapshot['layers'][number], breath: Breath): Promise<void> {
  const { engine } = breath;
  using first = engine.slice(z, 0);
  using second = engine.slice(z, 1);
  const sides = [heldZ, eta, first, second];
  const pause = (): Promise<void> => breath.pause();
  const inverse = async (): Promise<Small> => {
    const known = inverses.get(layer) ?? (await inverseOf(engine, sides, pause));
    inverses.set(layer, known);
    return known;
  };
  for (let kind = 0; kind < 3; kind++) {
    await pause();
    using own = engine.slice(normals, kind);
    await match(engine, own, sides, pause, inverse);
  }
}

/** Features of the training examples and of the others, each of both replicas, and their averages. */
async function partOf(
  { heldZ, heldValues, eta, z, normals }: Side,
  activation: Activation,
  train: Prior,
  lifting: Lifting,
  n: number,
  tie: Tie,
  wanted: Wanted,
  breath: Breath,
  withFrozen: boolean,
): Promise<Seen> {
  const { engine } = breath;
  const { thermal } = lifting;
  const across = transposed(train.factor, n);
  const fromThermal = times(across, transposed(thermal.weights, n), n);
  using means = meansOn(engine, train, heldZ, eta, tie);
  using ours = bentOn(engine, activation, z, across, means);
  using first = engine.slice(normals, 0);
  using replicas = engine.slice(normals, 1, 2);
  const parts = meansOfOthers(engine, train, lifting, { heldZ, eta, normals: first }, n, tie);
  using drawn = parts.drawn;
  using shared = parts.held;
  engine.combine([[1, shared], [1, drawn]], shared); // prettier-ignore
  await breath.pause();
  using carried = blended(engine, [z, fromThermal]);
  using shift = engine.combine([[1, carried], [1, shared]]); // prettier-ignore
  using theirs = bentOn(engine, activation, replicas, thermal.rest, shift);
  const pause = (): Promise<void> => breath.pause();
  const still = withFrozen && {
    frozen: await frozenMeans({ engine, pause }, activation, { ours: means, theirs: shared, held: heldValues }, wanted),
  };
  if (wanted === 'weights') {
    const [between, own] = await engine.outerMeans([[theirs, ours], [ours, ours]], pause); // prettier-ignore
    return { ...nothing, between: { d: between!, apart: none }, own: { d: own!, apart: none, c: none }, ...still };
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
    ...still,
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
  ...(old.frozen && now.frozen && { frozen: blendFrozen([[1 - weight, old.frozen], [weight, now.frozen]]) }), // prettier-ignore
});
