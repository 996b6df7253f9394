import type { Backend } from '$lib/backend/backend';
import { sequentialPalette } from '$lib/base/palette';
import { Problem } from '$lib/base/problem';
import type { Dataset } from '$lib/data/dataset';
import type { NamedArray } from '$lib/data/npy';
import { nearestValue, type Gapped } from '$lib/graph/gap';
import type { Field } from '$lib/graph/kind';
import type { TrainedKernel } from '$lib/theory/theory';
import type { ArrayChoice } from './cell-kind';
import { healthNumbers, type KernelValue } from './values';
import type { EntryChoice, KernelEntry, MatrixPicture, View, ViewRequest } from './view';

/** Wraps what a theory made, with the numbers a sheet may ask of it. */
const kernelValue = <Role extends KernelValue['type']>(type: Role, kernel: TrainedKernel, data: Dataset, backend: Backend) => {
  const { effectiveDimension, condition } = kernel.health;
  return {
    type,
    kernel,
    data,
    backend,
    summary: {
      fields: {
        size: data.trainLabels.length,
        ...kernel.fields,
        ...(effectiveDimension !== undefined && { effective_dimension: effectiveDimension }),
        ...(condition !== undefined && { condition }),
      },
      diagnostics: healthNumbers(kernel.health),
      warnings: kernel.warnings,
    },
  };
};

/** What a theory answered for a batch of points, wrapped; problems as they are. */
export const kernelValues = <Role extends KernelValue['type']>(
  type: Role,
  kernels: readonly (TrainedKernel | Problem)[],
  batch: readonly { readonly data: { readonly data: Dataset } }[],
  backend: Backend,
) =>
  batch.map(({ data: { data } }, i) => {
    const kernel = kernels[i];
    if (!kernel) throw new Error(`${kernels.length} kernels for ${batch.length} points`);
    return kernel instanceof Problem ? kernel : kernelValue(type, kernel, data, backend);
  });

/** Training examples in the order of their classes, or of their labels where they have no class; ties as they stand. */
const byClass = ({ trainClasses, trainLabels }: Dataset): Uint32Array => {
  const rank = trainClasses ?? trainLabels;
  const order = Uint32Array.from(trainLabels, (_, row) => row);
  return order.sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0) || a - b);
};

/** Paints a kernel between its least and its greatest entry, rows and columns ordered by class, from where it lies. */
export const paintKernel = async (
  { kernel: { train }, data, backend }: KernelValue,
  theme: ViewRequest['theme'],
): Promise<MatrixPicture> => {
  using ordered = backend.reorder(train, byClass(data));
  using extremes = backend.rowExtremes(train);
  const ends = await backend.read(extremes);
  const low = ends.reduce((a, b) => Math.min(a, b), Infinity);
  const high = ends.reduce((a, b) => Math.max(a, b), -Infinity);
  const bitmap = await backend.paint(ordered, 0, [low, high], sequentialPalette(theme));
  return { bitmap, rows: train.rows, columns: train.columns, low, high };
};

/** The view of a source or target kernel: one point of the field, as a heat map. */
const kernelView = async (field: Gapped<KernelValue>, request: ViewRequest): Promise<View> => {
  const shown = nearestValue(field, request.point);
  if (!shown) return { type: 'none' };
  const { point, value } = shown;
  const { condition, effectiveDimension } = value.kernel.health;
  return {
    type: 'kernel',
    picture: await paintKernel(value, request.theme),
    theory: value.kernel.theory,
    points: field.points.length,
    point,
    ...(condition !== undefined && { condition }),
    ...(effectiveDimension !== undefined && { effectiveDimension }),
    warnings: value.kernel.warnings,
  };
};

/** The entry drawn in a row and a column. Four bytes are read back; the matrix stays where it is. */
export const kernelEntry = async (value: KernelValue, { row, column }: Omit<EntryChoice, 'point'>): Promise<KernelEntry | undefined> => {
  const { kernel, data, backend } = value;
  const { rows, columns } = kernel.train;
  const order = byClass(data);
  const [i, j] = [order[row], order[column]];
  if (i === undefined || j === undefined) return undefined;
  using entries = backend.reshape(kernel.train, { batch: rows * columns, rows: 1, columns: 1 });
  using entry = backend.slice(entries, i * columns + j);
  const [number = NaN] = await backend.read(entry);
  const { trainLabels, trainClasses } = data;
  return {
    value: number,
    labels: [trainLabels[i] ?? NaN, trainLabels[j] ?? NaN],
    ...(trainClasses && { classes: [trainClasses[i] ?? NaN, trainClasses[j] ?? NaN] }),
  };
};

/** A kernel as a file has it: Φ on the training inputs, [P, P]. */
const kernelArrays = async (field: Field<KernelValue>, { point }: ArrayChoice): Promise<readonly NamedArray[]> => {
  const value = field.points[point];
  if (!value) return [];
  const { rows, columns } = value.kernel.train;
  return [{ name: 'matrix', shape: [rows, columns], data: await value.backend.read(value.kernel.train) }];
};

/** What all kinds of kernels have in common. */
export const kernelTraits = {
  keeps: 'all',
  purpose: 'theory',
  graded: true,
  bytes: ({ kernel }: KernelValue) => kernel.bytes,
  dispose: ({ kernel }: KernelValue) => {
    kernel[Symbol.dispose]();
  },
  view: kernelView,
  arrays: kernelArrays,
} as const;
