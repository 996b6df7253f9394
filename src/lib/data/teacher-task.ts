import { normalSteps } from '$lib/base/philox';
import { Problem } from '$lib/base/problem';
import { streams } from '$lib/base/random';
import { part, STEP, stretches, type Steps } from '$lib/base/steps';
import type { Dataset } from './dataset';
import { inputVariances } from './input-spectrum';
import { checkCount, checkSeed, checkSize, maximumEntries } from './limits';
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

/** One of the two sets of examples: how many, and which of the streams are its own. */
interface Half {
  readonly count: number;
  readonly inputs: number;
  readonly noise: 0 | 1;
}

/** x ~ N(0, diag λ), row-major [count, D]. */
function* drawInputs(
  { count, inputs: stream }: Half,
  dimension: number,
  variances: Float64Array | undefined,
  seed: number,
  step: number,
): Steps<Float64Array> {
  const inputs = yield* normalSteps(count * dimension, { seed, stream, step });
  if (!variances) return inputs;
  yield* stretches(inputs.length, STEP, (first, end) => {
    for (let index = first; index < end; index++) inputs[index]! *= Math.sqrt(variances[index % dimension]!);
  });
  return inputs;
}

/** y = scale·link(β·x/√D) + noise·ξ for rows x of `inputs`, into `labels`, which hold ξ. */
function* label(
  labels: Float64Array,
  inputs: Float64Array,
  teacher: Float64Array,
  link: (field: number) => number,
  { scale, noise }: TeacherTaskParameters,
): Steps<void> {
  const dimension = teacher.length;
  let field = 0;
  yield* stretches(inputs.length, STEP, (first, end) => {
    for (let index = first; index < end; index++) {
      const d = index % dimension;
      field += teacher[d]! * inputs[index]!;
      if (d < dimension - 1) continue;
      const row = (index - d) / dimension;
      labels[row] = scale * link(field / Math.sqrt(dimension)) + noise * labels[row]!;
      field = 0;
    }
  });
}

/** Bytes of the arrays that a task with a teacher is made of; none of one that is refused before they are made. */
export const teacherTaskBytes = (parameters: TeacherTaskParameters, like: Likeness | undefined): number => {
  const dimension = parameters.dim ?? like?.source.dimension ?? 0;
  const examples = parameters.train + parameters.test;
  return examples * dimension > maximumEntries ? 0 : 8 * (examples * (dimension + 1) + dimension);
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
export function* teacherTask(
  name: string,
  link: (field: number) => number,
  parameters: TeacherTaskParameters,
  like: Likeness | undefined,
): Steps<Dataset> {
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
  const variances = yield* part(inputVariances(dimension, spectrum), 0, 0);
  const teacher = yield* part(
    like ? alignedTeacher(teacherOf(like.source), like.alignment, seed, generation, variances) : freshTeacher(dimension, seed, variances),
    0,
    1 / (train + test + 1),
  );
  function* half({ count, ...streamsOf }: Half): Steps<{ inputs: Float64Array; labels: Float64Array }> {
    const inputs = yield* part(drawInputs({ count, ...streamsOf }, dimension, variances, seed, generation), 0, 0.9);
    // Training and test noise share a stream: even steps are training's, odd ones the test's.
    const noise = normalSteps(count, { seed, stream: streams.labelNoise, step: 2 * generation + streamsOf.noise });
    const labels = yield* part(noise, 0.9, 0.9);
    yield* part(label(labels, inputs, teacher, link, parameters), 0.9, 1);
    return { inputs, labels };
  }
  const [begun, trained] = [1, train + 1].map((examples) => examples / (train + test + 1)) as [number, number];
  const training = yield* part(half({ count: train, inputs: streams.inputs, noise: 0 }), begun, trained);
  const testing = yield* part(half({ count: test, inputs: streams.testInputs, noise: 1 }), trained, 1);
  return {
    title: `${name}, D = ${dimension}${like ? `, alignment ${like.alignment}` : ''}`,
    dimension,
    trainInputs: training.inputs,
    trainLabels: training.labels,
    testInputs: testing.inputs,
    testLabels: testing.labels,
    teacher,
    generation,
    ...(spectrum > 0 && { spectrum }),
  };
}
