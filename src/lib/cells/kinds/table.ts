import * as v from 'valibot';
import { table as readTable } from '$lib/data/table';
import { defineKind } from '../cell-kind';
import { datasetBytes, datasetDigest, datasetValue, datasetView, filedDatasets } from '../dataset-value';
import { integer, oneOf, optional, text, boolean, type Parameter } from '../parameter';

const fileOrCount: Parameter<string | number> = {
  schema: v.union([v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))]),
  expected: 'a file, or how many rows',
  meaning: 'another file, or how many of the last rows',
};

const column: Parameter<string | number> = {
  schema: v.union([v.string(), v.pipe(v.number(), v.safeInteger())]),
  expected: 'the name of a column, or its number from 0 on',
  meaning: 'the column to predict: its name, or its number from 0 on (-1 is the last)',
};

const names: Parameter<string | string[]> = {
  schema: v.union([v.string(), v.array(v.string())]),
  expected: 'a column or a list of columns',
  meaning: 'the columns that train; with a minus before each ("-id") all but these',
};

const tableClasses = (meaning: string): Parameter<string | number | (string | number)[]> => ({
  schema: v.union([v.string(), v.number(), v.array(v.union([v.string(), v.number()]))]),
  expected: 'a class or a list of classes, as they stand in the column',
  meaning,
});

/** Without what was not given. */
const given = <T extends object>(parameters: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };

/** Someone's own data. */
export const table = defineKind({
  name: 'table',
  version: 2,
  purpose: 'data',
  meaning: 'a table (CSV and the like, Parquet, NPY, NPZ): beside the sheet, dropped on it, at a URL, or in the sheet itself as a data URL',
  example: 'table("measurements.csv", label: "y", test: 50)',
  makes: 'dataset',
  positional: ['file'],
  parameters: {
    file: text({ meaning: 'file or URL' }),
    label: column,
    inputs: optional(names, 'all but the label'),
    positive: optional(tableClasses('classes with label +1'), 'labels are numbers'),
    negative: optional(tableClasses('classes with label −1'), 'all others'),
    test: optional(fileOrCount, 'no test set'),
    train: optional(integer({ min: 1, meaning: 'how many of the first rows' }), 'all that are not tested on'),
    standardise: boolean({ meaning: 'shift and scale inputs to mean 0 and variance 1', fallback: false }),
    seed: optional(integer({ min: 0, meaning: 'draws the rows at random' }), 'rows in the order of the file'),
    stratify: boolean({ meaning: 'training and test set have the classes in the same shares', fallback: false }),
    header: optional(boolean({ meaning: 'whether the first row names the columns' }), 'true, and a first row of numbers is refused'),
    sha256: optional(text({ meaning: 'SHA-256 of the file: another one is refused' }), 'any file of this name'),
    decimal: oneOf(['.', ','], { meaning: 'the decimal separator of numbers', fallback: '.' }),
  },
  bytes: datasetBytes,
  digest: datasetDigest,
  needs: () => 0,
  compute: filedDatasets(async (parameters, context, { files }) => {
    const progress = (fraction: number): void => {
      context.progress(fraction);
    };
    return datasetValue(await readTable(given(parameters), files, context.signal, progress));
  }),
  view: datasetView,
});
