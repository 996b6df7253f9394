import { images as drawImages } from '$lib/data/images';
import { defineKind, pointwise } from '../cell-kind';
import { classes } from '../classes';
import { datasetBytes, datasetValue, datasetView } from '../dataset-value';
import { integer, oneOf } from '../parameter';

/** Larger pictures, loaded when first used. */
export const images = defineKind({
  name: 'images',
  version: 1,
  keeps: [],
  purpose: 'data',
  meaning: '28×28 pictures, one group of classes against another',
  example: 'images("fashion-mnist", positive: [0, 2], negative: [1, 3], train: 200, test: 400, seed: 1)',
  makes: 'dataset',
  positional: ['set'],
  parameters: {
    set: oneOf(['mnist', 'fashion-mnist'], { meaning: 'which pictures' }),
    positive: classes('classes with label +1'),
    negative: classes('classes with label −1'),
    train: integer({ min: 1, meaning: 'training examples', fallback: 100 }),
    test: integer({ min: 0, meaning: 'test examples', fallback: 200 }),
    seed: integer({ min: 0, meaning: 'of the draw', fallback: 1 }),
  },
  bytes: datasetBytes,
  compute: pointwise(async ({ set, ...inputs }, { signal }, { files }) => datasetValue(await drawImages(set, inputs, files, signal))),
  view: datasetView,
});
