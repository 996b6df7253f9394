import { partsOf, type Snapshot } from '$lib/theory/bayes/deep/target/block';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { controlOf, type Control } from '$lib/theory/bayes/deep/target/control';
import type { Crossed } from '$lib/theory/bayes/deep/target/crossed';
import { gramOf } from '$lib/theory/bayes/deep/target/gram';
import { blendFrozen, type Frozen } from '$lib/theory/bayes/deep/target/frozen';
import { seen, type Part } from '$lib/theory/bayes/deep/target/lift';
import { leastEigen, liftingTo, type Below, type Lifting, type Pair, type Wanted } from '$lib/theory/bayes/deep/target/lifting';
import { combined, pseudoInverse, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import type { SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import { priorOf, type LayerKernels, type Tie } from '$lib/theory/bayes/deep/target/tie';
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

/** What is known of a layer on other examples, and the weights B with which features of the training examples foretell theirs, [b, n]. */
export interface Widened extends Below {
  readonly weights: Small;
}

/** B of every layer, and of the last without each part of the run, in the order of `partsOf`. */
export interface ForwardInParts {
  readonly layers: readonly Pick<Widened, 'weights'>[];
  readonly without: readonly Small[];
}

/** How other examples are carried forward. */
interface Way {
  readonly upTo: number;
  readonly seed: number;
  /** Which of several lots of examples these are: each has random numbers of its own. */
  readonly first: number;
  readonly breath: Breath;
}

/**
 * Φ of layers 1 … `upTo` on other examples, row-major [b, D]. Others feel no force: given the training examples their h are Gaussian, so that
 * the draws are lifted to them by C and V on both. Then Φ(x, ·) is corrected by B(Φ − Φ of the draws), B the regression of features of x
 * on those of the training examples: what noise the draws have beside the averages over time goes, and a training example among
 * the others gets its own Φ. Cost for each layer: 4 M S b(2n + b + P_s) operations for S draws.
 */
export async function forwardTarget(law: TargetLaw, task: Task, others: Float64Array, way: Way): Promise<readonly Widened[]> {
  let below = bottom(law, task, others);
  const layers: Widened[] = [];
  for (let l = 0; l < way.upTo; l++) {
    const { found, control } = await seenBy(law, task, l, 'all', way, () => [below]);
    layers.push((below = corrected(meansOf(firstOf(found), control), law.kernels[l + 1]!)));
  }
  return layers;
}

/**
 * B of every layer, and what a jackknife over parts of the run wants. Noise of every layer comes through to the last: without a part, what lies below a
 * layer is a little different, and by how much that changes what is seen there the part's own draws tell, with the same random numbers. Less than twice
 * the cost of a forward pass.
 */
export async function forwardInParts(law: TargetLaw, task: Task, others: Float64Array, way: Way): Promise<ForwardInParts> {
  const parts = partsOf(law.snapshots);
  const n = task.trainLabels.length;
  let below = bottom(law, task, others);
  const layers: Pick<Widened, 'weights'>[] = [];
  let left: readonly Below[] = parts.map(() => below);
  for (let l = 0; l < way.upTo; l++) {
    const kernels = law.kernels[l + 1]!;
    const top = l === way.upTo - 1;
    const under = (part: number): readonly Below[] => (l === 0 ? [below] : [below, left[parts.indexOf(part)]!]);
    const { found, control } = await seenBy(law, task, l, top ? 'weights' : 'all', way, under);
    const seen = firstOf(found);
    const kept = (part: number): readonly Part[] => (parts.length === 1 ? seen : seen.filter((one) => one.part !== part));
    const own = (part: number, which: 0 | 1): readonly Part[] => found.flatMap((two) => (two[which]?.part === part ? [two[which]] : []));
    if (top) {
      const without = parts.map((part) => {
        const plain = weightsOf(meansOf(kept(part), control, part), n);
        return l === 0 ? plain : combined([1, plain], [1, weightsOf(meansOf(own(part, 1)), n)], [-1, weightsOf(meansOf(own(part, 0)), n)]);
      });
      return { layers: [...layers, { weights: weightsOf(meansOf(seen, control), n) }], without };
    }
    left = parts.map((part) => {
      const without = corrected(meansOf(kept(part), control, part), kernels);
      return l === 0 ? without : moved(without, corrected(meansOf(own(part, 0)), kernels), corrected(meansOf(own(part, 1)), kernels));
    });
    const widened = corrected(meansOf(seen, control), kernels);
    layers.push(widened);
    below = widened;
  }
  throw new Error('a forward pass through no layers');
}

/** Of what each draw makes of a layer, the first. */
const firstOf = (found: readonly (readonly Part[])[]): readonly Part[] => found.flatMap(([first]) => (first ? [first] : []));

/** x + after − before. */
function moved(x: Widened, before: Widened, after: Widened): Widened {
  const add = (of: (one: Widened) => Small): Small => combined([1, of(x)], [1, of(after)], [-1, of(before)]);
  return {
    between: { d: add(({ between }) => between.d), apart: add(({ between }) => between.apart) },
    among: { d: add(({ among }) => among.d), apart: add(({ among }) => among.apart) },
    c: add(({ c }) => c),
    weights: add(({ weights }) => weights),
  };
}

/** Layer 0: the inputs. */
function bottom({ source }: TargetLaw, { trainInputs, trainLabels, dimension }: Task, others: Float64Array): Below {
  const b = others.length / dimension;
  return {
    between: { d: gramOf(others, trainInputs, dimension), apart: new Float64Array(b * trainLabels.length) },
    among: { d: gramOf(others, others, dimension), apart: new Float64Array(b * b) },
    c: gramOf(source.inputs, others, dimension),
  };
}

/** What draws make of a layer, and its control variate. */
interface SeenLayer {
  readonly found: readonly (readonly Part[])[];
  readonly control: Control | undefined;
}

/** What draws make of layer l + 1, draw by draw, given each of what may lie below it for a draw of a part of the run. */
async function seenBy(
  law: TargetLaw,
  task: Task,
  l: number,
  wanted: Wanted,
  { seed, first, breath }: Way,
  belows: (part: number) => readonly Below[],
): Promise<SeenLayer> {
  const { source, tie, snapshots, kernels } = law;
  const n = task.trainLabels.length;
  const train = priorOf(kernels[l]!, source.factors[l]!, source.examples, n, tie);
  const known = new Map<Below, Lifting>();
  const lifted = (below: Below): Lifting => {
    const made = known.get(below) ?? liftingTo(below, train, source.factors[l]!, source.examples, n, tie);
    known.set(below, made);
    return made;
  };
  const found: (readonly Part[])[] = [];
  const [under] = belows(snapshots[0]!.part) as [Below];
  const sizes = { n, b: Math.sqrt(under.among.d.length) };
  for (const [s, snapshot] of snapshots.entries()) {
    const way = { seed, step: 128 * first + s, wanted, breath };
    found.push(await seen(source, snapshot, l, train, belows(snapshot.part).map(lifted), sizes, tie, way));
  }
  const seenParts = firstOf(found);
  const plain = weightsOf(meansOf(seenParts), n);
  const layer = { l, ...sizes, train, lifting: lifted(under) };
  const control = await controlOf(source, seenParts, plain, layer, tie, (sample) => partOfSample(law, sample), {
    ...{ seed, first, wanted, breath },
  });
  return { found, control };
}

/** The part of the run that a sample of the source is of, or -1 for none. */
function partOfSample({ source, snapshots, independent }: TargetLaw, sample: number): number {
  const parts = partsOf(snapshots);
  if (independent) return parts[Math.floor((sample * parts.length) / source.snapshots.length)]!;
  const [first] = source.snapshots[sample]!;
  return snapshots.find(({ layers }) => layers[0]?.held === first)?.part ?? -1;
}

/** The mean over draws, less what its control variate deviates by from its own over all samples of the source. */
function meansOf(parts: readonly Part[], control?: Control, left?: number): Below & { readonly own: LayerKernels } {
  const mean = (of: (part: Part) => Small): Small => combined(...parts.map((part) => [1 / parts.length, of(part)] as const));
  const pair = (of: (part: Part) => Pair): Pair => ({ d: mean((part) => of(part).d), apart: mean((part) => of(part).apart) });
  const plain = {
    between: pair(({ between }) => between),
    among: pair(({ among }) => among),
    c: mean(({ c }) => c),
    own: { ...pair(({ own }) => own), c: mean(({ own }) => own.c) },
  };
  if (!control) return plain;
  const deviation = blendFrozen([
    [control.share, control.expected(left)],
    ...parts.flatMap(({ frozen }) => (frozen ? [[-control.share / parts.length, frozen] as const] : [])),
  ]);
  const less = (x: Small, of: (frozen: Frozen) => Small): Small => combined([1, x], [1, of(deviation)]);
  const { between, among, c, own } = plain;
  return {
    between: { ...between, d: less(between.d, (frozen) => frozen.between) },
    among: { ...among, d: less(among.d, (frozen) => frozen.among) },
    c: less(c, (frozen) => frozen.c),
    own: { ...own, d: less(own.d, (frozen) => frozen.own), c: less(own.c, (frozen) => frozen.ownC) },
  };
}

/** B, [b, n]. */
const weightsOf = ({ between, own }: Pick<Below, 'between'> & { readonly own: LayerKernels }, n: number): Small =>
  times(between.d, pseudoInverse(own.d, n, leastEigen), n);

/** The mean over draws, brought to the averages over time. */
function corrected(mean: Below & { readonly own: LayerKernels }, train: LayerKernels): Widened {
  const n = Math.sqrt(train.d.length);
  const weights = weightsOf(mean, n);
  const fix = (which: 'd' | 'apart'): { between: Small; among: Small } => {
    const carried = times(weights, combined([1, train[which]], [-1, mean.own[which]]), n);
    return {
      between: combined([1, mean.between[which]], [1, carried]),
      among: combined([1, mean.among[which]], [1, times(carried, transposed(weights, n), n)]),
    };
  };
  const [d, apart] = [fix('d'), fix('apart')];
  const missed = combined([1, train.c], [-1, mean.own.c]);
  return {
    between: { d: d.between, apart: apart.between },
    among: { d: d.among, apart: apart.among },
    c: combined([1, mean.c], [1, times(missed, transposed(weights, n), n)]),
    weights,
  };
}
