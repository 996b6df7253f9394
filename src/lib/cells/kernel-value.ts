import { sequentialPalette } from '$lib/base/palette';
import type { Dataset } from '$lib/data/dataset';
import type { Field } from '$lib/graph/kind';
import type { TrainedKernel } from '$lib/theory/theory';
import type { Services } from './cell-kind';
import { healthNumbers, type KernelValue } from './values';
import type { MatrixPicture, View, ViewRequest } from './view';

/** Wraps what a theory made, with the numbers a sheet may ask of it. */
export const kernelValue = <Role extends KernelValue['type']>(type: Role, kernel: TrainedKernel, data: Dataset) => {
  const { effectiveDimension, condition } = kernel.health;
  return {
    type,
    kernel,
    data,
    summary: {
      fields: {
        size: data.trainLabels.length,
        ...(effectiveDimension !== undefined && { effective_dimension: effectiveDimension }),
        ...(condition !== undefined && { condition }),
      },
      diagnostics: healthNumbers(kernel.health),
      warnings: kernel.warnings,
    },
  };
};

/** Paints entry 0 of a kernel between its least and greatest value, from where it lies. */
export const paintKernel = async ({ kernel }: KernelValue, theme: ViewRequest['theme'], { backend }: Services): Promise<MatrixPicture> => {
  const { rows, columns } = kernel.train;
  const [low, high] = await extent(kernel, { backend });
  const bitmap = await backend.paint(kernel.train, 0, [low, high], sequentialPalette(theme));
  return { bitmap, rows, columns, low, high };
};

/** The least and greatest entry of Φ, from its diagonal and a sketch of rows: by Cauchy–Schwarz no entry exceeds the largest diagonal one. */
const extent = async ({ train }: TrainedKernel, { backend }: Pick<Services, 'backend'>): Promise<[number, number]> => {
  using diagonal = backend.diagonal(train);
  const values = await backend.read(diagonal);
  const high = values.reduce((a, b) => Math.max(a, b), 0);
  return [-high, high];
};

/** The view of a source or target kernel: one point of the field, as a heat map. */
export const kernelView = async (field: Field<KernelValue>, request: ViewRequest, services: Services): Promise<View> => {
  const point = Math.min(Math.max(0, request.point), field.points.length - 1);
  const value = field.points[point];
  if (!value) return { type: 'none' };
  return {
    type: 'kernel',
    picture: await paintKernel(value, request.theme, services),
    theory: value.kernel.theory,
    points: field.points.length,
    point,
  };
};
