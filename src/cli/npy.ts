import { sizeOf } from '$lib/graph/axes';
import { npyBytes, type NamedArray } from '$lib/data/npy';
import type { Evaluator } from './evaluator';
import type { Outcome } from './outcome';

/** A file to be written. */
export interface ArrayFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const clean = (text: string): string => text.replaceAll(/[^A-Za-z0-9_.]/g, '-');

/** The fields of a cell that are numbers, each over its axes; not-a-number at gaps, for the format has no other word for them. */
const fieldArrays = (outcome: Extract<Outcome, { status: 'ok' }>): NamedArray[] => {
  const shape = outcome.axes.map(({ values }) => values.length);
  const size = shape.reduce((product, length) => product * length, 1);
  return Object.entries(outcome.fields).flatMap(([name, values]) => {
    const list: readonly unknown[] = Array.isArray(values) ? values : [values];
    const isWhole = list.length === size && list.every((value) => typeof value === 'number' || value === null);
    return isWhole ? [{ name, shape, data: Float64Array.from(list, (value) => (typeof value === 'number' ? value : NaN)) }] : [];
  });
};

/**
 * The files of a cell (`--npy`): `err.test.npy` for each field that is a number, over its axes.
 * Kernels, and weights, features and outputs of networks (the networks of a point stacked, seeds first), are `nets.w1.npy`, or
 * `nets.3.w1.npy` for the point of index 3, row-major, where something is swept.
 */
export const npyFiles = async (evaluator: Pick<Evaluator, 'ask'>, outcome: Outcome): Promise<ArrayFile[]> => {
  if (outcome.status !== 'ok') return [];
  const { key, axes } = outcome;
  const files = fieldArrays(outcome).map((array) => ({ name: `${key}.${array.name}`, array }));
  const points = sizeOf(axes);
  const gaps = new Set(outcome.gaps?.map(({ point }) => point));
  for (let point = 0; point < points; point++) {
    const arrays = await evaluator.ask('arrays', key, { point });
    if (arrays.length === 0 && !gaps.has(point)) break;
    files.push(...arrays.map((array) => ({ name: [key, ...(axes.length > 0 ? [point] : []), array.name].join('.'), array })));
  }
  return files.map(({ name, array }) => ({ name: `${clean(name)}.npy`, bytes: npyBytes(array) }));
};
