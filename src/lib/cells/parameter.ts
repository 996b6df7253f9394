import * as v from 'valibot';
import { text, type ValueParameter, optional } from '$lib/base/parameter';
import type { Field } from '$lib/graph/kind';

export { article, integer, number, oneOf, optional, readParameter, show, text, boolean, type Control } from '$lib/base/parameter';

/** One parameter of a kind: its type and range, its meaning, its default, and how the kind reads it. */
export interface Parameter<T> extends ValueParameter<T> {
  /** Types of cell values that it accepts; absent where it takes none. */
  readonly accepts?: readonly string[];
  /** Passed as a whole field, not point by point. */
  readonly whole?: boolean;
  /** A list of optional inputs: an item that is not computed yet is undefined. */
  readonly optionalItems?: boolean;
  /** Names an axis: `over: delta`. */
  readonly axis?: boolean;
  /** Filled in by the compiler; a sheet cannot give it. */
  readonly hidden?: boolean;
  /** The theories that use it; absent where all use it, or where the kind has no theories. */
  readonly theories?: readonly string[];
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** The values a kind computes with. */
export type Parsed<P extends Parameters> = { readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

/** Of which hidden layer a figure is. */
export const layer: Parameter<number | undefined> = {
  schema: v.optional(v.custom<number>((value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1)),
  expected: 'a whole number ≥ 1',
  control: { type: 'number', integer: true, min: 1 },
  meaning: 'of which hidden layer, counted from 1',
  optional: true,
  fallbackText: 'the last',
};

/** Any value; the kind checks it. */
export const anything = (common: {
  readonly meaning: string;
  readonly fallback?: unknown;
  readonly expected?: string;
}): Parameter<unknown> => ({
  schema: v.unknown(),
  expected: common.expected ?? 'a value',
  ...common,
});

/** The same parameter, passed as a whole field. */
export const whole = <T>(parameter: Parameter<T>): Parameter<T> => ({ ...parameter, whole: true });

/** One whole field; a list of fields is refused. */
export const fieldOf = (common: { readonly meaning: string; readonly expected?: string }): Parameter<Field> => ({
  schema: v.custom<Field>((value) => typeof value === 'object' && value !== null && 'axes' in value && 'points' in value),
  whole: true,
  ...common,
  expected: common.expected ?? 'a value or a field',
});

/** The same list, of optional inputs: items that are not computed yet are left out. */
export const optionalItems = <T>(parameter: Parameter<T>): Parameter<T> => ({ ...parameter, optionalItems: true });

/** The name of an axis. */
export const axisName = (meaning: string): Parameter<string | undefined> => ({
  ...optional(text({ meaning }), 'the only axis'),
  expected: 'the name of an axis',
  axis: true,
});

/** A parameter the compiler fills in. */
export const hidden = <T>(parameter: Parameter<T>): Parameter<T> => ({ ...parameter, hidden: true });
