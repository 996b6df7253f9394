import { normals } from '$lib/base/philox';
import { Problem } from '$lib/base/problem';
import { streams } from '$lib/base/random';
import type { Dataset } from './dataset';
import { inputVariances } from './input-spectrum';
import { checkCount, checkSeed, checkSize } from './limits';
import { alignedTeacher, freshTeacher, teacherOf } from './teacher';

/** What a task with a teacher on Gaussian inputs is told. */
export interface TeacherTaskParameters {
  /** D; a task like another has the other's, and may leave it out. */
  readonly dim?: number | undefined;
  readonly train: number;
  readonly test: number;
  /** Standard deviation of the label noise, ≥ 0. */
  readonly noise: number;
  /** Size of the noiseless labels: their variance is scale². */
  readonly scale: number;
  readonly seed: number;
  /** α of the input variances ∝ k^−α, ≥ 0; a task like another has the other's, any other 0. */
  readonly spectrum?: number | undefined;
}

/** The task that this one is like, and the overlap β·β′/D of their teachers, −1…1. */
export interface Likeness {
  readonly source: Dataset;
  readonly alignment: number;
}

const dimensionOf = (given: number | undefined, like: Likeness | undefined): number => {
  const same = like?.source.dimension;
  if (given === undefined && same === undefined) throw new Problem('dim: is required; must be a whole number ≥ 1');
  if (given !== undefined) checkCount('dim', given, 1);
  if (given !== undefined && same !== undefined && given !== same) {
    throw new Problem(`dim: must be ${same} as in the task it is like, got ${given}`, { path: ['dim'] });
  }
  return given ?? same!;
};

/** x ~ N(0, diag λ), row-major [count, D]. */
const drawInputs = (count: number, dimension: number, variances: Float64Array | undefined, seed: number, stream: number, step: number) => {
  const inputs = normals(count * dimension, { seed, stream, step });
  if (!variances) return inputs;
  const deviations = variances.map(Math.sqrt);
  return inputs.map((value, index) => value * deviations[index % dimension]!);
};

/** y = scale·link(β·x/√D) + noise·ξ for rows x of `inputs`. */
const labelsOf = (
  inputs: Float64Array,
  teacher: Float64Array,
  link: (field: number) => number,
  { scale, noise }: TeacherTaskParameters,
  noises: Float64Array,
): Float64Array => {
  const dimension = teacher.length;
  return noises.map((xi, row) => {
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += teacher[d]! * inputs[row * dimension + d]!;
    return scale * link(sum / Math.sqrt(dimension)) + noise * xi;
  });
};

/**
 * A task with a teacher: inputs x ~ N(0, Σ), labels y = scale·link(β·x/√D) + noise·ξ, ξ ~ N(0, 1), with β·x/√D of variance 1 exactly.
 * Σ = I unless `spectrum` says otherwise (`inputVariances`).
 *
 * Choice: the labels of the test set carry noise too, so that `test` is the error on new data as it would be measured; the error
 * against the noiseless teacher is less by noise².
 *
 * A task like another has a teacher of overlap exactly β·β′/D = alignment with the other's, and inputs, noise and the rest of its
 * teacher from streams of their own, even when the seeds are equal (Philox `step` = how many tasks it descends from). Examples are
 * counted through, so a larger `train` begins with the smaller one's rows.
 *
 * @param name what it is called in its title, e.g. `linear task`
 * @param link the function of the teacher's field
 * @throws Problem for numbers out of range, sizes that do not fit, a source without teacher, an alignment that cannot be.
 */
export const teacherTask = (
  name: string,
  link: (field: number) => number,
  parameters: TeacherTaskParameters,
  like: Likeness | undefined,
): Dataset => {
  const { train, test, noise, scale, seed } = parameters;
  const dimension = dimensionOf(parameters.dim, like);
  checkCount('train', train, 1);
  checkCount('test', test, 0);
  checkSeed(seed);
  checkSize(train + test, dimension);
  if (!(noise >= 0 && noise < Infinity)) throw new Problem(`noise: must be a number ≥ 0, got ${noise}`, { path: ['noise'] });
  if (!Number.isFinite(scale)) throw new Problem(`scale: must be a number, got ${scale}`, { path: ['scale'] });
  const generation = like ? (like.source.generation ?? 0) + 1 : 0;
  const spectrum = parameters.spectrum ?? like?.source.spectrum ?? 0;
  const variances = inputVariances(dimension, spectrum);
  const teacher = like
    ? alignedTeacher(teacherOf(like.source), like.alignment, seed, generation, variances)
    : freshTeacher(dimension, seed, variances);
  const trainInputs = drawInputs(train, dimension, variances, seed, streams.inputs, generation);
  const testInputs = drawInputs(test, dimension, variances, seed, streams.testInputs, generation);
  // Training and test noise share a stream: even steps are training's, odd ones the test's.
  const noises = (count: number, set: 0 | 1): Float64Array =>
    normals(count, { seed, stream: streams.labelNoise, step: 2 * generation + set });
  return {
    title: `${name}, D = ${dimension}${like ? `, alignment ${like.alignment}` : ''}`,
    dimension,
    trainInputs,
    trainLabels: labelsOf(trainInputs, teacher, link, parameters, noises(train, 0)),
    testInputs,
    testLabels: labelsOf(testInputs, teacher, link, parameters, noises(test, 1)),
    teacher,
    generation,
    ...(spectrum > 0 && { spectrum }),
  };
};
