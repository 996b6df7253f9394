import { Problem } from '$lib/base/problem';
import { Gap } from '$lib/graph/gap';

/**
 * Plain data as JSON, exactly: numbers that JSON has no word for, `undefined`, arrays of doubles, problems and gaps are objects with one
 * name that begins with `$`. Everything else that is not plain has no form.
 */

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const special: readonly (readonly [number, string])[] = [
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
  [-0, '-0'],
];

const ofNumber = (value: number): Json => {
  const word = special.find(([number]) => Object.is(number, value))?.[1];
  return word === undefined ? value : { $number: word };
};

const ofProblem = ({ message, path, place }: Problem): Json => ({
  message,
  path: [...path],
  ...(place && { place: { line: place.line, column: place.column, length: place.length } }),
});

/** Throws `notPlain` for what is no plain data. */
const notPlain = new Error('no plain data');

const encode = (value: unknown): Json => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return ofNumber(value);
  if (value === undefined) return { $undefined: true };
  if (Array.isArray(value)) return Array.from(value as unknown[], encode);
  if (value instanceof Float64Array) return { $doubles: Array.from(value, ofNumber) };
  if (value instanceof Problem) return { $problem: ofProblem(value) };
  if (value instanceof Gap) return { $gap: value.reason };
  if (typeof value !== 'object') throw notPlain;
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || Object.keys(value).some((name) => name.startsWith('$'))) throw notPlain;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, encode(part)]));
};

/** The JSON of plain data, undefined for everything else. */
export const encodePlain = (value: unknown): Json | undefined => {
  try {
    return encode(value);
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
};

interface PlainProblem {
  readonly message: string;
  readonly path: readonly string[];
  readonly place?: { readonly line: number; readonly column: number; readonly length: number };
}

/** A problem as `encodePlain` wrote it. */
export const decodeProblem = (problem: PlainProblem): Problem =>
  new Problem(problem.message, { path: problem.path, ...(problem.place && { place: problem.place }) });

/** What `encodePlain` was given. */
export const decodePlain = (json: Json): unknown => {
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return (json as readonly Json[]).map(decodePlain);
  const [[name, part] = ['', null]] = Object.entries(json);
  switch (name) {
    case '$number':
      return special.find(([, word]) => word === part)?.[0];
    case '$undefined':
      return undefined;
    case '$doubles':
      return Float64Array.from((part as readonly Json[]).map((one) => decodePlain(one) as number));
    case '$problem':
      return decodeProblem(part as unknown as PlainProblem);
    case '$gap':
      return new Gap(part as string);
    default:
      return Object.fromEntries(Object.entries(json).map(([key, one]) => [key, decodePlain(one)]));
  }
};
