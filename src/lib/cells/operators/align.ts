import { align } from '$lib/graph/axes';
import type { Axis, Field } from '$lib/graph/kind';

/**
 * Fields seen over the same axes, in order of first appearance; of one name they must be equal.
 * @throws Problem when axes of one name differ, or when there would be too many points
 */
export const alignFields = (fields: readonly Field[]): { axes: readonly Axis[]; points: (readonly unknown[])[] } => {
  const { axes, size, index } = align(fields.map((field) => field.axes));
  const points = Array.from({ length: size }, (_, point) => fields.map((field, s) => field.points[index[s]![point]!]));
  return { axes, points };
};
