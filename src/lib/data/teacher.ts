import { normalSteps } from '$lib/base/philox';
import { Problem } from '$lib/base/problem';
import { streams } from '$lib/base/random';
import { numbers, sum, type Steps } from '$lib/base/steps';
import type { Dataset } from './dataset';

/** Σ λ_d a_d b_d: the covariance of a·x and b·x; without λ the plain product. */
const dot = (a: Float64Array, b: Float64Array, variances?: Float64Array): Steps<number> =>
  sum(a.length, (index) => a[index]! * b[index]! * (variances ? variances[index]! : 1));

/** The vector along `a` with a·x of variance D. */
function* normalised(a: Float64Array, variances?: Float64Array): Steps<Float64Array> {
  const factor = Math.sqrt(a.length / (yield* dot(a, a, variances)));
  return yield* numbers(a.length, (index) => a[index]! * factor);
}

/**
 * β of a task of its own: a Gaussian direction (stream `teacher`, step 0) with Σ λ_d β_d² = D, so that β·x/√D has variance 1; without
 * λ (`inputVariances`) this is |β|² = D.
 */
export function* freshTeacher(dimension: number, seed: number, variances?: Float64Array): Steps<Float64Array> {
  return yield* normalised(yield* normalSteps(dimension, { seed, stream: streams.teacher, step: 0 }), variances);
}

/**
 * β′ = ρ β + √(1−ρ²) ξ with ξ a Gaussian direction (stream `teacher`, step = generation) made orthogonal to β, |ξ|² = D: so that
 * |β′|² = D and β·β′/D = ρ exactly, not only on average. With an input spectrum λ all products are weighted by λ, so that ρ is the
 * correlation of β·x and β′·x on this task's inputs; a β made for another spectrum is normalised anew.
 *
 * @throws Problem when ρ is not in −1…1, or D = 1 leaves no room for another direction.
 */
export function* alignedTeacher(
  source: Float64Array,
  alignment: number,
  seed: number,
  generation: number,
  variances?: Float64Array,
): Steps<Float64Array> {
  if (!(Math.abs(alignment) <= 1)) {
    throw new Problem(`alignment: must be a number from -1 to 1, got ${alignment}`, { path: ['alignment'] });
  }
  const dimension = source.length;
  const size = (yield* dot(source, source, variances)) / dimension;
  // What is normalised but for rounding stays as it is: a task like another at ρ = 1 has the very same teacher.
  const teacher = Math.abs(size - 1) < 1e-12 ? source : yield* normalised(source, variances);
  if (Math.abs(alignment) === 1) return yield* numbers(dimension, (index) => teacher[index]! * alignment);
  if (dimension === 1) throw new Problem(`alignment: must be 1 or -1 when dim is 1, got ${alignment}`, { path: ['alignment'] });
  const drawn = yield* normalSteps(dimension, { seed, stream: streams.teacher, step: generation });
  const along = (yield* dot(drawn, teacher, variances)) / dimension;
  const rest = yield* numbers(dimension, (index) => drawn[index]! - along * teacher[index]!);
  const other = yield* normalised(rest, variances);
  return yield* numbers(dimension, (index) => alignment * teacher[index]! + Math.sqrt(1 - alignment ** 2) * other[index]!);
}

/** The teacher of a task. @throws Problem when it has none. */
export const teacherOf = (source: Dataset): Float64Array => {
  if (!source.teacher) throw new Problem(`like: must be a task with a teacher, got ${source.title}`, { path: ['like'] });
  return source.teacher;
};
