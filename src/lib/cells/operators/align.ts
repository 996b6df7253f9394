import { align } from '$lib/graph/axes';
import type { Axis, Field } from '$lib/graph/kind';

/** Fields seen over the same axes, in order of first appearance; axes of one name must be equal (the graph has seen to it). */
export const alignFields = (fields: readonly Field[]): { axes: readonly Axis[]; points: (readonly unknown[])[] } => {
  const { axes, size, index } = align(fields.map((field) => field.axes));
  const points = Array.from({ length: size }, (_, point) => fields.map((field, s) => field.points[index[s]![point]!]));
  return { axes, points };
};
