import type { Outcome } from './outcome';

const quote = (value: unknown): string => {
  const text = Array.isArray(value) ? value.join(' ') : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/**
 * The table of a cell (`--csv`): a column an axis, then a column a field, a row a point, row-major as the axes are. Fields that are
 * not one number a point are left out.
 *
 * @returns undefined for a cell without numbers, texts or truths.
 */
export const csvText = (outcome: Outcome): string | undefined => {
  if (outcome.status !== 'ok') return undefined;
  const { axes, fields } = outcome;
  const points = axes.reduce((product, { values }) => product * values.length, 1);
  const columns = Object.entries(fields).flatMap(([name, values]) => {
    const list: readonly unknown[] = axes.length === 0 ? [values] : Array.isArray(values) ? values : [];
    return list.length === points && !list.some(Array.isArray) ? [{ name, list }] : [];
  });
  if (columns.length === 0) return undefined;
  const axisValues = (point: number): unknown[] => {
    let rest = point;
    const values: unknown[] = [];
    for (const axis of [...axes].reverse()) {
      values.unshift(axis.values[rest % axis.values.length]);
      rest = Math.floor(rest / axis.values.length);
    }
    return values;
  };
  const header = [...axes.map(({ name }) => name), ...columns.map(({ name }) => name)];
  const rows = Array.from({ length: points }, (_, point) => [...axisValues(point), ...columns.map(({ list }) => list[point])]);
  return [header, ...rows].map((row) => `${row.map(quote).join(',')}\n`).join('');
};

/** The file name of a cell's table: its key, without what file names must not have. */
export const csvName = (key: string): string => `${key.replaceAll(/[^A-Za-z0-9_]/g, '-')}.csv`;
