import { normalSteps, permutationSteps } from '$lib/base/philox';
import { Problem } from '$lib/base/problem';
import { streams } from '$lib/base/random';
import { activationFunctions } from '$lib/base/special';
import { atOnce, numbers, part, STEP, stretches, type Steps } from '$lib/base/steps';
import type { Dataset, HiddenManifold } from './dataset';
import { checkCount, checkSeed, checkSize, maximumEntries } from './limits';
import { alignedTeacher, freshTeacher } from './teacher';

export const manifoldActivations = ['tanh', 'erf', 'sign', 'relu', 'linear'] as const;
export type ManifoldActivation = (typeof manifoldActivations)[number];

const actOf = (name: string): ((u: number) => number) =>
  name === 'sign' ? (u) => (u < 0 ? -1 : 1) : activationFunctions[name as Exclude<ManifoldActivation, 'sign'>].value;

/** What `manifold_task` is told; a task like another has the other's `latent`, `dim` and `activation`. */
export interface ManifoldTaskParameters {
  /** d. */
  readonly latent?: number | undefined;
  /** D. */
  readonly dim?: number | undefined;
  readonly activation?: ManifoldActivation | undefined;
  readonly train: number;
  readonly test: number;
  readonly seed: number;
}

/** The task that this one is like: overlap q of the latent teachers, η of the features, the fraction of rows of F drawn anew. */
export interface ManifoldLikeness {
  readonly source: Dataset;
  readonly taskOverlap: number;
  readonly featureOverlap: number;
  readonly redraw: number;
}

/** What is given, or what the other task has, which must be the same. */
const shared = <T extends number | string>(name: string, given: T | undefined, other: T | undefined, fallback: T): T => {
  if (given !== undefined && other !== undefined && given !== other) {
    throw new Problem(`${name}: must be ${other} as in the task it is like, got ${given}`, { path: [name] });
  }
  return given ?? other ?? fallback;
};

const checkFraction = (name: string, value: number, least: number): void => {
  if (value >= least && value <= 1) return;
  throw new Problem(`${name}: must be a number from ${least} to 1, got ${value}`, { path: [name] });
};

/** F_t = η F_s + √(1−η²) ξ, with round(redraw·d) of its rows ξ alone. */
function* likeFeatures(
  from: HiddenManifold,
  { featureOverlap, redraw }: ManifoldLikeness,
  seed: number,
  generation: number,
): Steps<Float64Array> {
  checkFraction('feature_overlap', featureOverlap, -1);
  checkFraction('redraw', redraw, 0);
  const { latent, features } = from;
  const dimension = features.length / latent;
  const fresh = yield* normalSteps(features.length, { seed, stream: streams.hiddenFeatures, step: generation });
  const order = yield* permutationSteps(latent, { seed, stream: streams.shuffle, step: generation });
  const redrawn = new Uint8Array(latent);
  for (const row of order.subarray(0, Math.round(redraw * latent))) redrawn[row] = 1;
  const rest = Math.sqrt(1 - featureOverlap ** 2);
  return yield* numbers(features.length, (index) => {
    const xi = fresh[index]!;
    return redrawn[Math.floor(index / dimension)] === 1 ? xi : featureOverlap * features[index]! + rest * xi;
  });
}

/** Adds c F to `into`, [D], and answers c·W. */
function* project({ latent, features, weights }: HiddenManifold, c: Float64Array, into: Float64Array): Steps<number> {
  const dimension = into.length;
  let field = 0;
  // Of one wide row of F a part after the other, of narrow ones many at once.
  const [across, down] = [Math.min(dimension, STEP), Math.max(1, Math.floor(STEP / dimension))];
  for (let k = 0; k < latent; k += down) {
    const end = Math.min(latent, k + down);
    for (let from = 0; from < dimension; from += across) {
      const to = Math.min(dimension, from + across);
      for (let row = k; row < end; row++) {
        const factor = c[row]!;
        const first = row * dimension;
        for (let d = from; d < to; d++) into[d]! += factor * features[first + d]!;
      }
      yield end / latent;
    }
    for (let row = k; row < end; row++) field += c[row]! * weights[row]!;
  }
  return field;
}

/** Rows x = act(cF/√d) [count, D] and their labels sign(c·W) for latent c ~ N(0, I_d). */
function* draw(
  manifold: HiddenManifold,
  count: number,
  seed: number,
  stream: number,
  step: number,
): Steps<{ inputs: Float64Array; labels: Float64Array }> {
  const { latent, features } = manifold;
  const dimension = features.length / latent;
  const act = actOf(manifold.activation);
  const inputs = new Float64Array(count * dimension);
  const labels = new Float64Array(count);
  const activate = (into: Float64Array, from: number, to: number): void => {
    for (let d = from; d < to; d++) into[d] = act(into[d]! / Math.sqrt(latent));
  };
  // Latent vectors are made four at a time, which is where a stream can begin, or more where rows are short.
  const short = latent * dimension < STEP;
  const group = short ? 4 * Math.ceil(STEP / (4 * latent * dimension)) : 4;
  for (let first = 0; first < count; first += group) {
    const rows = Math.min(group, count - first);
    const latents = yield* part(normalSteps(latent * rows, { seed, stream, step }, first * latent), first / count, first / count);
    for (let row = first; row < first + rows; row++) {
      const into = inputs.subarray(row * dimension, (row + 1) * dimension);
      const c = latents.subarray((row - first) * latent, (row - first + 1) * latent);
      const [before, after] = [row / count, (row + 1) / count];
      const field = short ? atOnce(project(manifold, c, into)) : yield* part(project(manifold, c, into), before, after);
      labels[row] = field < 0 ? -1 : 1;
      if (short) activate(into, 0, dimension);
      else {
        const acting = stretches(dimension, STEP, (from, to) => {
          activate(into, from, to);
        });
        yield* part(acting, after, after);
      }
    }
    yield (first + rows) / count;
  }
  return { inputs, labels };
}

/** Bytes of the arrays that a manifold task is made of; none of one that is refused before they are made. */
export const manifoldTaskBytes = ({ train, test, ...given }: ManifoldTaskParameters, like?: ManifoldLikeness): number => {
  const latent = given.latent ?? like?.source.manifold?.latent ?? 20;
  const dimension = given.dim ?? like?.source.dimension ?? 100;
  const largest = Math.max((train + test) * Math.max(dimension, latent), latent * dimension);
  return largest > maximumEntries ? 0 : 8 * ((train + test) * (dimension + 1) + latent * (dimension + 1));
};

/**
 * `manifold_task(latent:, dim:, activation:, train:, test:, seed:)`: the hidden manifold model, inputs x = act(cF/√d) and labels
 * y = sign(c·W) for a latent c ~ N(0, I_d), F [d, D] of standard normals (stream `hiddenFeatures`), |W|² = d (stream `teacher`).
 *
 * With `like`, the correlated hidden manifold of Gerace et al. as Ingrosso et al. (arXiv 2407.07168) use it: W_t = q W_s + √(1−q²) ξ
 * with overlap exactly q, F_t = η F_s + √(1−η²) ξ with a fraction of its rows drawn anew; latent vectors are its own even when the seeds
 * are equal. Examples are counted through, so a larger `train` begins with the smaller one's rows.
 *
 * @throws Problem for numbers out of range, sizes that do not fit or are not the other task's, a source that is no manifold task.
 */
export function* manifoldTask(parameters: ManifoldTaskParameters, like?: ManifoldLikeness): Steps<Dataset> {
  const { train, test, seed } = parameters;
  const from = like?.source.manifold;
  if (like && !from) throw new Problem(`like: must be a manifold_task, got ${like.source.title}`, { path: ['like'] });
  const latent = shared('latent', parameters.latent, from?.latent, 20);
  const dimension = shared('dim', parameters.dim, like?.source.dimension, 100);
  const activation = shared('activation', parameters.activation, from?.activation as ManifoldActivation | undefined, 'tanh');
  checkCount('latent', latent, 1);
  checkCount('dim', dimension, 1);
  checkCount('train', train, 1);
  checkCount('test', test, 0);
  checkSeed(seed);
  checkSize(train + test, Math.max(dimension, latent));
  checkSize(latent, dimension);
  const generation = like ? (like.source.generation ?? 0) + 1 : 0;
  if (like) checkFraction('task_overlap', like.taskOverlap, -1);
  // By far the most is the product of latent vectors and features; of it each example is an equal part.
  const [begun, trained] = [1, train + 1].map((examples) => examples / (train + test + 1)) as [number, number];
  const features =
    like && from
      ? likeFeatures(from, like, seed, generation)
      : normalSteps(latent * dimension, { seed, stream: streams.hiddenFeatures, step: generation });
  const weights = like && from ? alignedTeacher(from.weights, like.taskOverlap, seed, generation) : freshTeacher(latent, seed);
  const manifold: HiddenManifold = {
    latent,
    activation,
    features: yield* part(features, 0, begun),
    weights: yield* part(weights, begun, begun),
  };
  const training = yield* part(draw(manifold, train, seed, streams.inputs, generation), begun, trained);
  const testing = yield* part(draw(manifold, test, seed, streams.testInputs, generation), trained, 1);
  return {
    title: `manifold task, d = ${latent}, D = ${dimension}${like ? `, overlap ${like.taskOverlap}` : ''}`,
    dimension,
    trainInputs: training.inputs,
    trainLabels: training.labels,
    testInputs: testing.inputs,
    testLabels: testing.labels,
    manifold,
    generation,
  };
}
