import { Problem } from '$lib/base/problem';
import type { Likeness } from '$lib/data/teacher-task';
import { integer, number, optional } from '../parameter';
import { valueOf, type DatasetValue } from '../values';

/** What every task with a teacher on Gaussian inputs can be told. */
export const teacherParameters = {
  dim: optional(integer({ min: 1, meaning: 'input dimension D' }), 'that of the task it is like'),
  train: integer({ min: 1, meaning: 'training examples', fallback: 100 }),
  test: integer({ min: 0, meaning: 'test examples', fallback: 200 }),
  noise: number({ min: 0, meaning: 'standard deviation of the label noise', fallback: 0 }),
  scale: number({ meaning: 'size of the labels', fallback: 1 }),
  seed: integer({ min: 0, meaning: 'of the random numbers', fallback: 1 }),
  like: optional(valueOf(['dataset'], 'a task whose teacher this one resembles'), 'a teacher of its own'),
  alignment: optional(number({ min: -1, max: 1, meaning: 'overlap ρ with the teacher of like' }), '1 when like is given'),
  spectrum: optional(
    number({ min: 0, max: 10, meaning: 'α of the input variances, ∝ k^−α with sum D; 0 is flat' }),
    'that of the task it is like, or 0',
  ),
};

/** The task to be like. @throws Problem for an alignment with nothing. */
export const likenessOf = (like: DatasetValue | undefined, alignment: number | undefined): Likeness | undefined => {
  if (alignment !== undefined && !like) throw new Problem('alignment: needs like:, the task to be aligned with', { path: ['alignment'] });
  return like && { source: like.data, alignment: alignment ?? 1 };
};
