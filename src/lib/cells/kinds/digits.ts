import { digits as drawDigits } from '$lib/data/images';
import { defineKind } from '../cell-kind';
import { classes } from '../classes';
import { datasetBytes, datasetValue, datasetView, filedDatasets } from '../dataset-value';
import { integer } from '../parameter';

/** Handwritten digits, two groups of classes told apart. */
export const digits = defineKind({
  name: 'digits',
  purpose: 'data',
  meaning: '8×8 handwritten digits, one group of classes against another',
  example: 'digits(positive: [0, 1, 2], negative: [5, 6, 7], train: 12, test: 200, seed: 1)',
  makes: 'dataset',
  recipes: [
    {
      name: 'source',
      formula: 'digits(positive: [0, 1, 2, 3, 4], negative: [5, 6, 7, 8, 9], train: 150, test: 200, seed: 1)',
      meaning: 'handwritten digits, 0–4 against 5–9',
    },
    {
      name: 'target',
      formula: 'digits(positive: [0, 1, 2], negative: [5, 6, 7], train: 12, test: 200, seed: 1)',
      meaning: 'few handwritten digits, 0–2 against 5–7',
    },
  ],
  positional: [],
  parameters: {
    positive: classes('digits with label +1'),
    negative: classes('digits with label −1'),
    train: integer({ min: 1, meaning: 'training examples', fallback: 100 }),
    test: integer({ min: 0, meaning: 'test examples', fallback: 200 }),
    seed: integer({ min: 0, meaning: 'of the draw', fallback: 1 }),
  },
  bytes: datasetBytes,
  needs: () => 0,
  compute: filedDatasets(async (inputs, { signal }, { files }) => datasetValue(await drawDigits(inputs, files, signal))),
  view: datasetView,
});
