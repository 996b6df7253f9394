import { Problem } from '$lib/base/problem';
import { linearTask as drawTask } from '$lib/data/linear-task';
import { defineKind, pointwise } from '../cell-kind';
import { datasetBytes, datasetValue, datasetView } from '../dataset-value';
import { integer, number, optional } from '../parameter';
import { valueOf } from '../values';

/** A linear teacher on Gaussian inputs: `theory.md` §0 and §5. */
export const linearTask = defineKind({
  name: 'linear_task',
  version: 1,
  keeps: [],
  purpose: 'data',
  meaning: 'a linear teacher on Gaussian inputs, alone or aligned with another’s',
  example: 'linear_task(dim: 30, train: 60, test: 200, seed: 1)',
  equations: [
    String.raw`y = \text{scale}\cdot\frac{\beta\cdot x}{\sqrt D} + \text{noise}\cdot\xi, \qquad |\beta|^2 = D, \qquad \frac{\beta_s\cdot\beta_t}{D} = \rho`,
  ],
  positional: [],
  parameters: {
    dim: optional(integer({ min: 1, meaning: 'input dimension D' }), 'that of the task it is like'),
    train: integer({ min: 1, meaning: 'training examples', fallback: 100 }),
    test: integer({ min: 0, meaning: 'test examples', fallback: 200 }),
    noise: number({ min: 0, meaning: 'standard deviation of the label noise', fallback: 0 }),
    scale: number({ meaning: 'size of the labels', fallback: 1 }),
    seed: integer({ min: 0, meaning: 'of the random numbers', fallback: 1 }),
    like: optional(valueOf(['dataset'], 'a task whose teacher this one resembles'), 'a teacher of its own'),
    alignment: optional(number({ min: -1, max: 1, meaning: 'overlap ρ with the teacher of like' }), '1 when like is given'),
  },
  bytes: datasetBytes,
  compute: pointwise(({ dim, like, alignment, ...rest }) => {
    if (alignment !== undefined && !like) throw new Problem('alignment: needs like:, the task to be aligned with', { path: ['alignment'] });
    return datasetValue(drawTask({ ...rest, ...(dim !== undefined && { dim }) }, like && { source: like.data, alignment: alignment ?? 1 }));
  }),
  view: datasetView,
});
