import { normals } from '$lib/base/philox';
import { Problem } from '$lib/base/problem';
import { streams } from '$lib/base/random';
import type { Dataset } from './dataset';

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, index) => sum + value * b[index]!, 0);

/** The vector along `a` of squared length D. */
const normalised = (a: Float64Array): Float64Array => {
  const factor = Math.sqrt(a.length / dot(a, a));
  return a.map((value) => value * factor);
};

/** β of a task of its own: a Gaussian direction (stream `teacher`, step 0), |β|² = D. */
export const freshTeacher = (dimension: number, seed: number): Float64Array =>
  normalised(normals(dimension, { seed, stream: streams.teacher, step: 0 }));

/**
 * β′ = ρ β + √(1−ρ²) ξ with ξ a Gaussian direction (stream `teacher`, step = generation) made orthogonal to β, |ξ|² = D: so that
 * |β′|² = D and β·β′/D = ρ exactly, not only on average.
 *
 * @throws Problem when the source has no teacher, ρ is not in −1…1, or D = 1 leaves no room for another direction.
 */
export const alignedTeacher = (source: Dataset, alignment: number, seed: number, generation: number): Float64Array => {
  if (!(Math.abs(alignment) <= 1)) {
    throw new Problem(`alignment: must be a number from -1 to 1, got ${alignment}`, { path: ['alignment'] });
  }
  if (!source.teacher) throw new Problem(`like: must be a task with a teacher, got ${source.title}`, { path: ['like'] });
  const teacher = source.teacher;
  const dimension = teacher.length;
  if (Math.abs(alignment) === 1) return teacher.map((value) => value * alignment);
  if (dimension === 1) throw new Problem(`alignment: must be 1 or -1 when dim is 1, got ${alignment}`, { path: ['alignment'] });
  const drawn = normals(dimension, { seed, stream: streams.teacher, step: generation });
  const along = dot(drawn, teacher) / dimension;
  const other = normalised(drawn.map((value, index) => value - along * teacher[index]!));
  return teacher.map((value, index) => alignment * value + Math.sqrt(1 - alignment ** 2) * other[index]!);
};
