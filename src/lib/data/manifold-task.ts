import { normals, permutation } from '$lib/base/philox';
import { Problem } from '$lib/base/problem';
import { streams } from '$lib/base/random';
import { activationFunctions } from '$lib/base/special';
import type { Dataset, HiddenManifold } from './dataset';
import { checkCount, checkSeed, checkSize } from './limits';
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
const likeFeatures = (
  from: HiddenManifold,
  { featureOverlap, redraw }: ManifoldLikeness,
  seed: number,
  generation: number,
): Float64Array => {
  checkFraction('feature_overlap', featureOverlap, -1);
  checkFraction('redraw', redraw, 0);
  const { latent, features } = from;
  const dimension = features.length / latent;
  const fresh = normals(features.length, { seed, stream: streams.hiddenFeatures, step: generation });
  const order = permutation(latent, { seed, stream: streams.shuffle, step: generation });
  const redrawn = new Set(order.subarray(0, Math.round(redraw * latent)));
  const rest = Math.sqrt(1 - featureOverlap ** 2);
  return fresh.map((xi, index) => (redrawn.has(Math.floor(index / dimension)) ? xi : featureOverlap * features[index]! + rest * xi));
};

/** Rows x = act(cF/√d) [count, D] and their labels sign(c·W) for latent c ~ N(0, I_d). */
const draw = (manifold: HiddenManifold, count: number, seed: number, stream: number, step: number) => {
  const { latent, features, weights } = manifold;
  const dimension = features.length / latent;
  const act = actOf(manifold.activation);
  const latents = normals(count * latent, { seed, stream, step });
  const inputs = new Float64Array(count * dimension);
  const labels = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const into = inputs.subarray(row * dimension, (row + 1) * dimension);
    let field = 0;
    for (let k = 0; k < latent; k++) {
      const c = latents[row * latent + k]!;
      field += c * weights[k]!;
      for (let d = 0; d < dimension; d++) into[d]! += c * features[k * dimension + d]!;
    }
    for (let d = 0; d < dimension; d++) into[d] = act(into[d]! / Math.sqrt(latent));
    labels[row] = field < 0 ? -1 : 1;
  }
  return { inputs, labels };
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
export const manifoldTask = (parameters: ManifoldTaskParameters, like?: ManifoldLikeness): Dataset => {
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
  const manifold: HiddenManifold = {
    latent,
    activation,
    features:
      like && from
        ? likeFeatures(from, like, seed, generation)
        : normals(latent * dimension, { seed, stream: streams.hiddenFeatures, step: generation }),
    weights: like && from ? alignedTeacher(from.weights, like.taskOverlap, seed, generation) : freshTeacher(latent, seed),
  };
  const training = draw(manifold, train, seed, streams.inputs, generation);
  const testing = draw(manifold, test, seed, streams.testInputs, generation);
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
};
