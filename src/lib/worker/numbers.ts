import { sizeOf, valuesAt } from '$lib/graph/axes';
import type { Axis } from '$lib/graph/kind';
import type { FieldValues } from './protocol';

/** What tables are made of: the axes of a cell and its fields over them. */
export interface Numbers {
  readonly axes: readonly Axis[];
  readonly fields: Readonly<Record<string, FieldValues>>;
}

/** A column an axis, then a column a field; a row a point, row-major as the axes are. */
export interface NumberTable {
  readonly axes: readonly string[];
  readonly fields: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * The table of a cell. Fields that are not one number a point are left out.
 * @returns undefined for a cell without numbers, texts or booleans.
 */
export const numberTable = ({ axes, fields }: Numbers): NumberTable | undefined => {
  const points = sizeOf(axes);
  const columns = Object.entries(fields).flatMap(([name, values]) => {
    const list: readonly unknown[] = axes.length === 0 ? [values] : Array.isArray(values) ? values : [];
    return list.length === points && !list.some(Array.isArray) ? [{ name, list }] : [];
  });
  if (columns.length === 0) return undefined;
  return {
    axes: axes.map(({ name }) => name),
    fields: columns.map(({ name }) => name),
    rows: Array.from({ length: points }, (_, point) => [...valuesAt(axes, point), ...columns.map(({ list }) => list[point])]),
  };
};

/** What a point does not have, undefined, is joined to an empty cell. */
const quote = (value: unknown): string => {
  const text = (Array.isArray(value) ? value : [value]).join(' ');
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A table as CSV with a header. */
export const csvOf = ({ axes, fields, rows }: NumberTable): string =>
  [[...axes, ...fields], ...rows].map((row) => `${row.map(quote).join(',')}\n`).join('');
