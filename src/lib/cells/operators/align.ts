import type { Axis, Field } from '$lib/graph/kind';

/** Fields seen over the same axes, in order of first appearance; axes of one name must be equal (the graph has seen to it). */
export const alignFields = (fields: readonly Field[]): { axes: Axis[]; points: (readonly unknown[])[] } => {
  const axes: Axis[] = [];
  for (const field of fields) for (const axis of field.axes) if (!axes.some(({ name }) => name === axis.name)) axes.push(axis);
  const count = axes.reduce((product, axis) => product * axis.values.length, 1);
  const points = Array.from({ length: count }, (_, point) => {
    const steps = new Map<string, number>();
    axes.reduceRight((rest, axis) => {
      steps.set(axis.name, rest % axis.values.length);
      return Math.floor(rest / axis.values.length);
    }, point);
    return fields.map(
      (field) => field.points[field.axes.reduce((index, axis) => index * axis.values.length + (steps.get(axis.name) ?? 0), 0)],
    );
  });
  return { axes, points };
};
