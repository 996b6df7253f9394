import { normals } from '$lib/base/philox';
import { Problem } from '$lib/base/problem';
import { streams } from '$lib/base/random';
import type { Dataset } from './dataset';
import { checkCount, checkSeed, checkSize } from './limits';
import { alignedTeacher, freshTeacher } from './teacher';

/** What `linear_task` is told. */
export interface LinearTaskParameters {
  /** D; a task like another has the other's, and may leave it out. */
  readonly dim?: number;
  readonly train: number;
  readonly test: number;
  /** Standard deviation of the label noise, ≥ 0. */
  readonly noise: number;
  /** Size of the noiseless labels: their variance is scale². */
  readonly scale: number;
  readonly seed: number;
}

/** The task that this one is like, and the overlap β·β′/D of their teachers, −1…1. */
export interface Likeness {
  readonly source: Dataset;
  readonly alignment: number;
}

/** y = scale·β·x/√D + noise·ξ for rows x of `inputs`. */
const labelsOf = (inputs: Float64Array, teacher: Float64Array, scale: number, noise: number, noises: Float64Array): Float64Array => {
  const dimension = teacher.length;
  return noises.map((xi, row) => {
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += teacher[d]! * inputs[row * dimension + d]!;
    return (scale * sum) / Math.sqrt(dimension) + noise * xi;
  });
};

const dimensionOf = (given: number | undefined, like: Likeness | undefined): number => {
  const same = like?.source.dimension;
  if (given === undefined && same === undefined) throw new Problem('dim: is required; must be a whole number ≥ 1');
  if (given !== undefined) checkCount('dim', given, 1);
  if (given !== undefined && same !== undefined && given !== same) {
    throw new Problem(`dim: must be ${same} as in the task it is like, got ${given}`, { path: ['dim'] });
  }
  return given ?? same!;
};

/**
 * `linear_task(dim:, train:, test:, noise:, scale:, seed:)` and `linear_task(like:, alignment:, …)`: inputs x ~ N(0, I_D), labels
 * y = scale·β·x/√D + noise·ξ with |β|² = D exactly and ξ ~ N(0, 1).
 *
 * Choice: the labels of the test set carry noise too, so that `test` is the error on new data as it would be measured; the error
 * against the noiseless teacher is less by noise².
 *
 * A task like another has a teacher of overlap exactly β·β′/D = alignment with the other's, and inputs, noise and the rest of its
 * teacher from streams of their own, even when the seeds are equal (Philox `step` = how many tasks it descends from). Examples are
 * counted through, so a larger `train` begins with the smaller one's rows.
 *
 * @throws Problem for numbers out of range, sizes that do not fit, a source without teacher, an alignment that cannot be.
 */
export const linearTask = (parameters: LinearTaskParameters, like?: Likeness): Dataset => {
  const { train, test, noise, scale, seed } = parameters;
  const dimension = dimensionOf(parameters.dim, like);
  checkCount('train', train, 1);
  checkCount('test', test, 0);
  checkSeed(seed);
  checkSize(train + test, dimension);
  if (!(noise >= 0 && noise < Infinity)) throw new Problem(`noise: must be a number ≥ 0, got ${noise}`, { path: ['noise'] });
  if (!Number.isFinite(scale)) throw new Problem(`scale: must be a number, got ${scale}`, { path: ['scale'] });
  const generation = like ? (like.source.generation ?? 0) + 1 : 0;
  const teacher = like ? alignedTeacher(like.source, like.alignment, seed, generation) : freshTeacher(dimension, seed);
  const trainInputs = normals(train * dimension, { seed, stream: streams.inputs, step: generation });
  const testInputs = normals(test * dimension, { seed, stream: streams.testInputs, step: generation });
  // Training and test noise share a stream: even steps are training's, odd ones the test's.
  const noises = (count: number, set: 0 | 1): Float64Array =>
    normals(count, { seed, stream: streams.labelNoise, step: 2 * generation + set });
  return {
    title: `linear task, D = ${dimension}${like ? `, alignment ${like.alignment}` : ''}`,
    dimension,
    trainInputs,
    trainLabels: labelsOf(trainInputs, teacher, scale, noise, noises(train, 0)),
    testInputs,
    testLabels: labelsOf(testInputs, teacher, scale, noise, noises(test, 1)),
    teacher,
    generation,
  };
};
