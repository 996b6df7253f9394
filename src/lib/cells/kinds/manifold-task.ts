import { Problem } from '$lib/base/problem';
import { inTurns } from '$lib/data/in-turns';
import { manifoldActivations, manifoldTask as drawTask, manifoldTaskBytes, type ManifoldLikeness } from '$lib/data/manifold-task';
import { defineKind, pointwise } from '../cell-kind';
import { datasetBytes, datasetValue, datasetView } from '../dataset-value';
import { integer, number, oneOf, optional } from '../parameter';
import { valueOf, type DatasetValue } from '../values';

const likenessOf = (like: DatasetValue | undefined, taskOverlap = 1, featureOverlap = 1, redraw = 0): ManifoldLikeness | undefined =>
  like && { source: like.data, taskOverlap, featureOverlap, redraw };

/** The correlated hidden manifold of Ingrosso et al., arXiv 2407.07168. */
export const manifoldTask = defineKind({
  name: 'manifold_task',
  purpose: 'data',
  meaning: 'inputs and labels that both come from a hidden vector, alone or correlated with another such task',
  example: 'manifold_task(latent: 20, dim: 100, train: 100, seed: 1)',
  makes: 'dataset',
  equations: [
    String.raw`x = \mathrm{act}\!\Big(\frac{cF}{\sqrt d}\Big), \qquad y = \operatorname{sign}(c\cdot W), \qquad c \sim \mathcal N(0, I_d)`,
    String.raw`W_t = q\,W_s + \sqrt{1-q^2}\,\xi, \qquad F_t = \eta\,F_s + \sqrt{1-\eta^2}\,\xi`,
  ],
  positional: [],
  parameters: {
    latent: optional(integer({ min: 1, meaning: 'dimension d of the hidden vector' }), 'that of the task it is like, or 20'),
    dim: optional(integer({ min: 1, meaning: 'input dimension D' }), 'that of the task it is like, or 100'),
    activation: optional(oneOf(manifoldActivations, { meaning: 'act' }), 'that of the task it is like, or "tanh"'),
    train: integer({ min: 1, meaning: 'training examples', fallback: 100 }),
    test: integer({ min: 0, meaning: 'test examples', fallback: 200 }),
    seed: integer({ min: 0, meaning: 'of the random numbers', fallback: 1 }),
    like: optional(valueOf(['dataset'], 'the manifold task this one resembles'), 'a manifold of its own'),
    task_overlap: optional(number({ min: -1, max: 1, meaning: 'q, overlap of W with that of like' }), '1 when like is given'),
    feature_overlap: optional(number({ min: -1, max: 1, meaning: 'η, overlap of F with that of like' }), '1 when like is given'),
    redraw: optional(number({ min: 0, max: 1, meaning: 'fraction of the rows of F drawn anew' }), '0 when like is given'),
  },
  bytes: datasetBytes,
  needs: ({ like, task_overlap, feature_overlap, redraw, ...parameters }) =>
    manifoldTaskBytes(parameters, likenessOf(like, task_overlap, feature_overlap, redraw)),
  compute: pointwise(async ({ like, task_overlap, feature_overlap, redraw, ...parameters }, context) => {
    for (const [name, value] of Object.entries({ task_overlap, feature_overlap, redraw }))
      if (value !== undefined && !like) throw new Problem(`${name}: needs like:, the task to be correlated with`, { path: [name] });
    return datasetValue(await inTurns(drawTask(parameters, likenessOf(like, task_overlap, feature_overlap, redraw)), context));
  }),
  view: datasetView,
});
