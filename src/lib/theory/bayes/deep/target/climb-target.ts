import { streams } from '$lib/base/random';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import type { Snapshot } from '$lib/theory/bayes/deep/target/block';
import type { Crossed } from '$lib/theory/bayes/deep/target/crossed';
import { gramOf } from '$lib/theory/bayes/deep/target/gram';
import { combined, meanOuter, pseudoInverse, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import { halves } from '$lib/theory/bayes/deep/target/stein';
import { blend, type SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import {
  covariancesOf,
  extend,
  meansOf,
  priorOf,
  type Extension,
  type LayerKernels,
  type Prior,
  type Tie,
} from '$lib/theory/bayes/deep/target/tie';
import { Walkers } from '$lib/theory/bayes/deep/target/walkers';
import type { Task } from '$lib/theory/theory';

/** A solved target: its draws, and Φ of layers 0 … L averaged over them. */
export interface TargetLaw {
  readonly source: SourceLaw;
  readonly tie: Tie;
  readonly snapshots: readonly Snapshot[];
  /** Whether parts of the run are groups of particles, which share only where they began, and not draws of one group. */
  readonly independent: boolean;
  readonly kernels: readonly LayerKernels[];
  /** How alike source and target are, layers 1 … L. */
  readonly crossed: readonly Crossed[];
}

/** Φ of one layer between other examples and the training examples, [b, n], and among the others, [b, b]; Φ_c [P_s, b]. */
export interface Widened {
  readonly between: { readonly d: Small; readonly apart: Small };
  readonly among: { readonly d: Small; readonly apart: Small };
  readonly c: Small;
  /** Weights B with which features of the training examples foretell those of the others, [b, n], and the same without each part of the run. */
  readonly weights: Small;
  readonly without: readonly Small[];
}

/** Eigenvalues below this share of the largest are noise: what hangs on them is not carried to other examples. */
const least = 1e-6;

/**
 * Φ of layers 1 … `upTo` on other examples, row-major [b, D]. Others feel no force: given the training examples their h are Gaussian, so that
 * the draws are lifted to them by C and V on both. Then Φ(x, ·) is corrected by B(Φ − Φ of the draws), B the regression of features of x
 * on those of the training examples: what noise the draws have beside the averages over time goes, and a training example among
 * the others gets its own Φ. Cost for each layer: 4 M S b(2n + b + P_s) operations for S draws.
 */
export async function climbTarget(
  law: TargetLaw,
  task: Task,
  others: Float64Array,
  upTo: number,
  seed: number,
  first: number,
  breath: Breath,
): Promise<readonly Widened[]> {
  const { source, tie, kernels } = law;
  const { dimension, trainInputs } = task;
  const n = task.trainLabels.length;
  const b = others.length / dimension;
  const among = gramOf(others, others, dimension);
  const between = gramOf(others, trainInputs, dimension);
  let below: Pick<Widened, 'between' | 'among' | 'c'> = {
    between: { d: between, apart: new Float64Array(b * n) },
    among: { d: among, apart: new Float64Array(b * b) },
    c: gramOf(source.inputs, others, dimension),
  };
  const layers: Widened[] = [];
  for (let l = 0; l < upTo; l++) {
    const train = priorOf(kernels[l]!, source.factors[l]!, source.examples, n, tie);
    const lifted = liftingTo(below, train, source.factors[l]!, source.examples, n, tie);
    const parts: Part[] = [];
    for (const [s, snapshot] of law.snapshots.entries())
      parts.push(await seen(source, snapshot, l, train, lifted, { n, b }, tie, { seed, step: 128 * first + s, breath }));
    layers.push((below = corrected(parts, kernels[l + 1]!, n)));
  }
  return layers;
}

interface Pair {
  readonly d: Small;
  readonly apart: Small;
}

/** What draws make of a layer: between others and the training examples, among the others, and on the training examples themselves. */
interface Part {
  readonly part: number;
  readonly between: Pair;
  readonly among: Pair;
  readonly c: Small;
  readonly own: LayerKernels;
}

interface Lifting {
  readonly pull: Small;
  readonly own: Extension;
  readonly thermal: Extension;
}

function liftingTo(
  below: Pick<Widened, 'between' | 'among' | 'c'>,
  train: Prior,
  sourceFactor: Small,
  examples: number,
  n: number,
  tie: Tie,
): Lifting {
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
    thermal: extend(train.thermal, thermalBetween, wide.thermal, n, least),
  };
}

/** V is what is left of Φ_o when the source's part is taken off: noise of the latter is not to be carried. */
const leastOf = ({ own }: Prior, { between }: Pick<Widened, 'between'>): number => {
  const scale = Math.max(...own.map(Math.abs));
  return scale === 0 ? 1 : Math.min(1, (1e-3 * Math.max(...between.d.map(Math.abs))) / scale);
};

/** Operations of one piece of the work between two looks at the clock. */
const piece = 1e7;

/** What one draw makes of a layer on other examples, in pieces of the draw. */
async function seen(
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
  const normals = await breath.normals(3 * samples * b, seed, streams.deepTiedTest + l, step);
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

/** The mean over draws, brought to the averages over time. */
function corrected(parts: readonly Part[], train: LayerKernels, n: number): Widened {
  const mean = (of: (part: Part) => Small, left = -1): Small => {
    const kept = parts.filter(({ part }) => part !== left);
    return combined(...kept.map((part) => [1 / kept.length, of(part)] as const));
  };
  const weightsOf = (left: number): Small =>
    times(
      mean(({ between }) => between.d, left),
      pseudoInverse(
        mean(({ own }) => own.d, left),
        n,
        least,
      ),
      n,
    );
  const weights = weightsOf(-1);
  const toward = (which: 'd' | 'apart'): Small => combined([1, train[which]], [-1, mean(({ own }) => own[which])]);
  const fix = (which: 'd' | 'apart'): { between: Small; among: Small } => {
    const carried = times(weights, toward(which), n);
    return {
      between: combined([1, mean(({ between }) => between[which])], [1, carried]),
      among: combined([1, mean(({ among }) => among[which])], [1, times(carried, transposed(weights, n), n)]),
    };
  };
  const [d, apart] = [fix('d'), fix('apart')];
  const missed = combined([1, train.c], [-1, mean(({ own }) => own.c)]);
  return {
    between: { d: d.between, apart: apart.between },
    among: { d: d.among, apart: apart.among },
    c: combined([1, mean(({ c }) => c)], [1, times(missed, transposed(weights, n), n)]),
    weights,
    without: [...new Set(parts.map(({ part }) => part))].map(weightsOf),
  };
}
