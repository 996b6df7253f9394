import type { Activation } from '$lib/base/activation';
import { streams } from '$lib/base/random';
import type { Matrix, WalkerBackend } from '$lib/backend/backend';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { mostWhitened, type Lifting, type Wanted } from '$lib/theory/bayes/deep/target/lifting';
import { match } from '$lib/theory/bayes/deep/target/match';
import { blended } from '$lib/theory/bayes/deep/target/on-engine';
import { combined, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import type { HeldLayer } from '$lib/theory/bayes/deep/target/stein';
import type { Prior, Tie } from '$lib/theory/bayes/deep/target/tie';

/**
 * Means over neurons at h = m, where those of the target are as δ → ∞, between b other examples and n training examples: [b, n], [b, b], [P_s, b];
 * [n, n] and [P_s, n] on the training examples alone. No force acts on m: its law is that of the source's neurons and of η.
 */
export interface Frozen {
  readonly between: Small;
  readonly among: Small;
  readonly c: Small;
  readonly own: Small;
  readonly ownC: Small;
}

const none = new Float64Array();

/** φ(h). */
function valuesAt(engine: WalkerBackend, activation: Activation, h: Matrix): Matrix {
  using nothing = engine.zeros({ rows: h.rows, columns: 1 });
  using across = engine.zeros({ rows: h.columns, columns: 1 });
  return engine.shiftedFeatures(activation, nothing, across, h);
}

/** The means over some neurons: m on the training examples [·, M, n] and on the others [·, M, b], φ_s [M, P_s]. */
export async function frozenMeans(
  { engine, pause }: { readonly engine: WalkerBackend; readonly pause: () => Promise<void> },
  activation: Activation,
  { ours, theirs, held }: { readonly ours: Matrix; readonly theirs: Matrix; readonly held: Matrix },
  wanted: Wanted,
): Promise<Frozen> {
  using own = valuesAt(engine, activation, ours);
  using others = valuesAt(engine, activation, theirs);
  const pairs = [[others, own], [own, own], [others, others], [held, others], [held, own]] as const; // prettier-ignore
  const [between, second, among = none, c = none, ownC = none] = await engine.outerMeans(pairs.slice(0, wanted === 'all' ? 5 : 2), pause);
  return { between: between!, own: second!, among, c, ownC };
}

/** The two parts of m of the others, [M, b]: what follows from z_s, and what from η and from normals [M, b] for what is new in them. */
export function meansOfOthers(
  engine: WalkerBackend,
  train: Prior,
  { pull, own }: Pick<Lifting, 'pull' | 'own'>,
  { heldZ, eta, normals }: { readonly heldZ: Matrix; readonly eta: Matrix; readonly normals: Matrix },
  n: number,
  tie: Tie,
): { readonly held: Matrix; readonly drawn: Matrix } {
  const fromSource = pull.map((value) => tie.kappa * value);
  return {
    held: blended(engine, [heldZ, fromSource]),
    drawn: blended(engine, [eta, times(train.ownRoot, transposed(own.weights, n), n)], [normals, own.rest]),
  };
}

/**
 * The same means over all neurons of one snapshot of the source, with η of its own and with −η: what is odd in η is noise. `step` names its random
 * numbers.
 */
export async function frozenOf(
  activation: Activation,
  { z, values }: HeldLayer,
  train: Prior,
  lifting: Pick<Lifting, 'pull' | 'own'>,
  { examples, n, b, l }: { readonly examples: number; readonly n: number; readonly b: number; readonly l: number },
  tie: Tie,
  { seed, step, wanted, breath }: { readonly seed: number; readonly step: number; readonly wanted: Wanted; readonly breath: Breath },
): Promise<Frozen> {
  const { engine } = breath;
  const rows = z.length / examples;
  const pause = (): Promise<void> => breath.pause();
  using heldZ = engine.upload({ rows, columns: examples }, z);
  using held = engine.upload({ rows, columns: examples }, values);
  using eta = engine.normal({ rows, columns: n }, { seed, stream: streams.deepFrozen + 2 * l, step });
  await match(engine, eta, [heldZ], pause);
  await pause();
  using normals = engine.normal({ rows, columns: b }, { seed, stream: streams.deepFrozen + 2 * l + 1, step });
  if (b <= mostWhitened) await match(engine, normals, [heldZ, eta], pause);
  await pause();
  const { held: theirsHeld, drawn: theirsDrawn } = meansOfOthers(engine, train, lifting, { heldZ, eta, normals }, n, tie);
  using ourHeld = blended(engine, [heldZ, train.pull.map((value) => tie.kappa * value)]);
  using ourDrawn = blended(engine, [eta, train.ownRoot]);
  using ours = bothWays(engine, ourHeld, ourDrawn);
  using theirs = bothWays(engine, theirsHeld, theirsDrawn);
  for (const matrix of [theirsHeld, theirsDrawn]) matrix[Symbol.dispose]();
  return await frozenMeans({ engine, pause }, activation, { ours, theirs, held }, wanted);
}

/** A + B and A − B. */
const bothWays = (engine: WalkerBackend, a: Matrix, b: Matrix): Matrix =>
  engine.combine([
    [[1, 1], a],
    [[1, -1], b],
  ]);

/** The mean of some, each weighed. */
export const blendFrozen = (all: readonly (readonly [number, Frozen])[]): Frozen => {
  const of = (one: (frozen: Frozen) => Small): Small => combined(...all.map(([weight, frozen]) => [weight, one(frozen)] as const));
  return {
    between: of(({ between }) => between),
    among: of(({ among }) => among),
    c: of(({ c }) => c),
    own: of(({ own }) => own),
    ownC: of(({ ownC }) => ownC),
  };
};
