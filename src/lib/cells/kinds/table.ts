import * as v from 'valibot';
import { table as readTable } from '$lib/data/table';
import { defineKind, pointwise } from '../cell-kind';
import { datasetBytes, datasetValue, datasetView } from '../dataset-value';
import { integer, optional, text, truth, type Parameter } from '../parameter';

const fileOrCount: Parameter<string | number> = {
  schema: v.union([v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))]),
  expected: 'a file, or how many rows',
  meaning: 'another file, or how many of the last rows',
};

/** Someone's own data. */
export const table = defineKind({
  name: 'table',
  version: 1,
  keeps: [],
  purpose: 'data',
  meaning: 'a CSV file with a header: beside the sheet, dropped on it, at a URL, or in the sheet itself as a data URL',
  example: 'table("measurements.csv", label: "y", test: 50)',
  makes: 'dataset',
  positional: ['file'],
  parameters: {
    file: text({ meaning: 'file or URL' }),
    label: text({ meaning: 'the column to predict' }),
    test: optional(fileOrCount, 'no test set'),
    train: optional(integer({ min: 1, meaning: 'how many of the first rows' }), 'all that are not tested on'),
    standardise: truth({ meaning: 'shift and scale inputs to mean 0 and variance 1', fallback: false }),
  },
  bytes: datasetBytes,
  compute: pointwise(async ({ file, label, test, train, standardise }, { signal }, { files }) =>
    datasetValue(
      await readTable(
        { file, label, standardise, ...(test !== undefined && { test }), ...(train !== undefined && { train }) },
        files,
        signal,
      ),
    ),
  ),
  view: datasetView,
});
