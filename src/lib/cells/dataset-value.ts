import type { Dataset } from '$lib/data/dataset';
import { nearestValue, type Gapped } from '$lib/graph/gap';
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
  const labels = [...new Set(trainLabels)].sort((a, b) => b - a);
  if (labels.length > 10 || (labels.length > 2 && labels.length === trainLabels.length)) return [];
  const count = (all: Float64Array, label: number): number => all.reduce((sum, each) => sum + (each === label ? 1 : 0), 0);
  return labels.map((value) => ({ value, train: count(trainLabels, value), test: count(testLabels, value) }));
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
