import { Problem } from '$lib/base/problem';
import type { Axis, Field } from '$lib/graph/kind';

const positions = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Splits a row-major field at one axis: `lines[outer]` holds the values along it. */
export const alongAxis = <T>(field: Field<T>, index: number): { rest: Axis[]; lines: T[][] } => {
  const sizes = field.axes.map((axis) => axis.values.length);
  const inner = sizes.slice(index + 1).reduce((a, b) => a * b, 1);
  const length = sizes[index] ?? 1;
  const rest = field.axes.filter((_, i) => i !== index);
  const count = field.points.length / Math.max(length, 1);
  const lines = positions(count).map((line) => {
    const start = Math.floor(line / inner) * inner * length + (line % inner);
    return positions(length).map((step) => field.points[start + step * inner] as T);
  });
  return { rest, lines };
};

/**
 * Index of a named axis.
 * @param path the parameter that named it
 * @throws Problem naming those there are, or saying that the name is not a stable one.
 */
export const findAxis = (field: Field, name: string, path: string): number => {
  const index = field.axes.findIndex((axis) => axis.name === name);
  if (index < 0) {
    const known = field.axes.map((axis) => axis.name).join(', ');
    throw new Problem(`${path}: there is no axis ${name} here; ${known ? `the axes are ${known}` : 'the value does not vary'}`, {
      path: [path],
    });
  }
  if (isUnstable(field.axes, index))
    throw new Problem(
      `${path}: ${name} is one of several axes made inside formulas, and lines above add to their numbers; ` +
        `give the axis a cell of its own and say ${path === 'axis' ? 'that cell' : `${path}: that cell`}`,
      { path: [path] },
    );
  return index;
};

/**
 * Axes made inside formulas are numbered through the sheet, so a line more before them moves their numbers. Where a field has several of
 * one kind, a number could then silently mean another of them; only while each stands at the place that its number says, it is sure.
 * A single one is safe: its old number is then no axis of the field at all.
 */
const isUnstable = (axes: readonly Axis[], index: number): boolean => {
  const nested = axes[index]?.nested;
  if (!nested) return false;
  const alike = axes.filter((axis) => axis.nested?.kind === nested.kind);
  return alike.length > 1 && alike.findIndex((axis) => axis === axes[index]) + 1 !== nested.nth;
};
