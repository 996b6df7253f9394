import { zipSync } from 'fflate';
import { npyBytes } from '$lib/data/npy';
import type { Axis, AxisValue } from '$lib/graph/kind';
import type { Outcome } from '../outcome';

const tuple = (shape: readonly number[]): string => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`);

const magic = [0x93, ...Array.from('NUMPY', (letter) => letter.charCodeAt(0)), 1, 0];

/** An array of texts or booleans as `.npy`: texts as UTF-32 of the longest one's length, booleans as bytes. */
const npyOther = (shape: readonly number[], values: readonly (string | boolean)[]): Uint8Array => {
  const booleans = values.every((value) => typeof value === 'boolean');
  const points = booleans ? [] : values.map((value) => Array.from(String(value), (letter) => letter.codePointAt(0) ?? 0));
  const longest = points.reduce((most, each) => Math.max(most, each.length), 1);
  const type = booleans ? '|b1' : `<U${longest}`;
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple(shape)}, }`;
  const padding = 64 - ((magic.length + 2 + dictionary.length + 1) % 64 || 64);
  const header = new TextEncoder().encode(`${dictionary}${' '.repeat(padding)}\n`);
  const start = magic.length + 2 + header.length;
  const bytes = new Uint8Array(start + values.length * (booleans ? 1 : 4 * longest));
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint16(magic.length, header.length, true);
  bytes.set(header, magic.length + 2);
  if (booleans) bytes.set(values.map(Number), start);
  else
    for (const [i, each] of points.entries())
      for (const [j, point] of each.entries()) view.setUint32(start + 4 * (i * longest + j), point, true);
  return bytes;
};

/** An array of numbers, texts or booleans; not a number at gaps; undefined for anything else. */
const npyOf = (shape: readonly number[], values: readonly unknown[]): Uint8Array | undefined => {
  const size = shape.reduce((product, length) => product * length, 1);
  if (values.length !== size) return undefined;
  if (values.every((value) => typeof value === 'number' || value === null || value === undefined))
    return npyBytes({ shape, data: Float64Array.from(values, (value) => (typeof value === 'number' ? value : NaN)) });
  if (values.every((value) => typeof value === 'boolean')) return npyOther(shape, values);
  if (values.every((value) => typeof value === 'string' || typeof value === 'boolean')) return npyOther(shape, values.map(String));
  return undefined;
};

const flat = (value: AxisValue): number | string | boolean =>
  Array.isArray(value) ? value.join(' ') : (value as number | string | boolean);

const lengths = (axes: readonly Axis[]): number[] => axes.map(({ values }) => values.length);

/**
 * Arrays of cells, by the names they have in an `.npz`: each field of a cell as `err.test` over its axes, the values of an axis under
 * `axis.delta`, and the names of a cell's axes, in their order, under `err.axes`.
 */
export const cellArrays = (outcomes: readonly Outcome[]): Map<string, Uint8Array> => {
  const arrays = new Map<string, Uint8Array>();
  for (const outcome of outcomes) {
    if (outcome.status !== 'ok') continue;
    const { key, axes, fields } = outcome;
    let any = false;
    for (const [name, values] of Object.entries(fields)) {
      const array = npyOf(lengths(axes), axes.length > 0 && Array.isArray(values) ? (values as readonly unknown[]) : [values]);
      if (!array) continue;
      arrays.set(`${key}.${name}`, array);
      any = true;
    }
    if (!any) continue;
    if (axes.length > 0)
      arrays.set(
        `${key}.axes`,
        npyOther(
          [axes.length],
          axes.map(({ name }) => name),
        ),
      );
    for (const { name, values } of axes) {
      const array =
        npyOf([values.length], values.map(flat)) ??
        npyOther(
          [values.length],
          values.map((value) => String(flat(value))),
        );
      arrays.set(`axis.${name}`, array);
    }
  }
  return arrays;
};

/** A matrix as `.npy`. */
export const matrixArray = (rows: number, columns: number, data: readonly number[]): Uint8Array =>
  npyBytes({ shape: [rows, columns], data: Float64Array.from(data) });

/** Arrays as one `.npz` file; the same arrays give the same bytes. */
export const npzBytes = (arrays: ReadonlyMap<string, Uint8Array>): Uint8Array =>
  zipSync(Object.fromEntries([...arrays].map(([name, bytes]) => [`${name}.npy`, bytes])), { level: 6, mtime: new Date(1980, 0, 2) });
