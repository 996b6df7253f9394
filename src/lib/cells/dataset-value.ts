import { bytesText } from '$lib/base/bytes';
import { Problem } from '$lib/base/problem';
import type { Dataset } from '$lib/data/dataset';
import { datasetBudget } from '$lib/data/limits';
import { nearestValue, type Gapped } from '$lib/graph/gap';
import type { ComputeContext } from '$lib/graph/kind';
import { hash } from '$lib/graph/hash';
import { pointwise, type Services } from './cell-kind';
import { projectionOf } from './projection';
import type { DatasetValue } from './values';
import type { Thumbnails, View, ViewRequest } from './view';

/** Wraps what `data/` made, with the numbers a sheet may ask of it. */
export const datasetValue = (data: Dataset): DatasetValue => ({
  type: 'dataset',
  data,
  summary: {
    fields: { train: data.trainLabels.length, test: data.testLabels.length, dimension: data.dimension },
    ...(data.notes && { notes: data.notes }),
    ...(data.warnings && { warnings: data.warnings }),
  },
});

/** Bytes that remembering a dataset costs. */
export const datasetBytes = ({ data }: DatasetValue): number =>
  data.trainInputs.byteLength +
  data.testInputs.byteLength +
  data.trainLabels.byteLength +
  data.testLabels.byteLength +
  (data.manifold?.features.byteLength ?? 0) +
  (data.tiles?.data.byteLength ?? 0);

/**
 * Datasets read from files, point by point: how large one is, is known when it has been read. So the points of a sweep are made as long as
 * another one like the last has room.
 */
export const filedDatasets =
  <Inputs>(compute: (inputs: Inputs, context: ComputeContext, services: Services) => Promise<DatasetValue>) =>
  (points: readonly Inputs[], context: ComputeContext, services: Services): Promise<(DatasetValue | Problem)[]> => {
    let [used, last] = [0, 0];
    const read = pointwise(async (inputs: Inputs, own: ComputeContext, from: Services) => {
      if (used + last > datasetBudget)
        throw new Problem(
          `needs ${bytesText(last)} of memory; the data of a sheet may hold ${bytesText(datasetBudget)}, and ${bytesText(used)} are in use by the points before`,
        );
      const value = await compute(inputs, own, from);
      last = datasetBytes(value);
      used += last;
      return value;
    });
    return read(points, context, services);
  };
/** The same for the same content. For data from files: the name of a file says nothing of what it holds. */
export const datasetDigest = ({ data }: DatasetValue): string =>
  hash([data.title, data.dimension, data.trainInputs, data.trainLabels, data.testInputs, data.testLabels]);

const TILES = 48;
const TILE_COLUMNS = 8;

/** The first training examples as their files have them. */
const fileTiles = ({ width: wide, height: high, data }: NonNullable<Dataset['tiles']>, labels: Float64Array): Thumbnails => {
  const count = Math.floor(data.length / (3 * wide * high));
  const width = wide * TILE_COLUMNS;
  const height = high * Math.ceil(count / TILE_COLUMNS);
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let index = 0; index < count * wide * high; index++) {
    const tile = Math.floor(index / (wide * high));
    const x = (tile % TILE_COLUMNS) * wide + (index % wide);
    const y = Math.floor(tile / TILE_COLUMNS) * high + Math.floor((index % (wide * high)) / wide);
    pixels.set([...data.subarray(3 * index, 3 * index + 3), 255], 4 * (y * width + x));
  }
  const colour = data.some((level, index) => level !== data[index - (index % 3)]);
  return { image: { width, height, data: pixels }, colour, columns: TILE_COLUMNS, count, labels: [...labels.subarray(0, count)] };
};

/** The first training examples as grey tiles, the normalisation undone. */
const thumbnails = (data: Dataset): Thumbnails | undefined => {
  const { image, tiles, dimension, trainInputs, trainLabels } = data;
  if (tiles) return fileTiles(tiles, trainLabels);
  if (!image) return undefined;
  const count = Math.min(TILES, trainLabels.length);
  const width = image.width * TILE_COLUMNS;
  const height = image.height * Math.ceil(count / TILE_COLUMNS);
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let tile = 0; tile < count; tile++)
    for (let d = 0; d < dimension; d++) {
      const x = (tile % TILE_COLUMNS) * image.width + (d % image.width);
      const y = Math.floor(tile / TILE_COLUMNS) * image.height + Math.floor(d / image.width);
      const grey = 255 * ((image.mean[d] ?? 0) + image.scale * (trainInputs[tile * dimension + d] ?? 0));
      pixels.set([grey, grey, grey, 255], 4 * (y * width + x));
    }
  return { image: { width, height, data: pixels }, columns: TILE_COLUMNS, count, labels: [...trainLabels.subarray(0, count)] };
};

/** How many examples carry each label; nothing when labels are not few, or three and more that all differ: those are real numbers. */
const labelCounts = ({ trainLabels, testLabels }: Dataset): { value: number; train: number; test: number }[] => {
  const counts = new Map<number, { train: number; test: number }>();
  for (const label of trainLabels) {
    const one = counts.get(label) ?? { train: 0, test: 0 };
    one.train += 1;
    if (counts.set(label, one).size > 10) return [];
  }
  if (counts.size > 2 && counts.size === trainLabels.length) return [];
  for (const label of testLabels) {
    const one = counts.get(label);
    if (one) one.test += 1;
  }
  return [...counts].map(([value, count]) => ({ value, ...count })).sort((a, b) => b.value - a.value);
};

/** The view of a dataset: examples, as pictures or as points, sizes, classes. */
export const datasetView = (field: Gapped<DatasetValue>, { point }: ViewRequest): View => {
  const data = nearestValue(field, point)?.value.data;
  if (!data) return { type: 'none' };
  const tiles = thumbnails(data);
  return {
    type: 'dataset',
    title: data.title,
    train: data.trainLabels.length,
    test: data.testLabels.length,
    dimension: data.dimension,
    labels: labelCounts(data),
    labelEnds: [data.trainLabels.reduce((a, b) => Math.min(a, b), Infinity), data.trainLabels.reduce((a, b) => Math.max(a, b), -Infinity)],
    ...(tiles ? { thumbnails: tiles } : { projection: projectionOf(data) }),
    ...(data.attribution !== undefined && { attribution: data.attribution }),
  };
};
