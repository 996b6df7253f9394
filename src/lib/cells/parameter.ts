import * as v from 'valibot';
import { text, type ValueParameter, optional } from '$lib/base/parameter';
import type { Field } from '$lib/graph/kind';

export { article, integer, number, oneOf, optional, readParameter, show, text, boolean, type Control } from '$lib/base/parameter';

/** One parameter of a kind: what it may be, what it means, what it is when the sheet does not say, and how the kind takes it. */
export interface Parameter<T> extends ValueParameter<T> {
  /** The values of cells it may be, by their types; absent where it is no such value. */
  readonly accepts?: readonly string[];
  /** Taken as a whole field rather than point by point. */
  readonly whole?: boolean;
  /** A list whose items may be missing for a while: one that is not there yet is undefined. */
  readonly spare?: boolean;
  /** Names an axis: `over: delta`. */
  readonly axis?: boolean;
  /** Filled in by the compiler; a sheet cannot give it. */
  readonly hidden?: boolean;
  /** The theories that use it; absent where all do, or where it is no matter of theories. */
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

/** Anything at all; the kind looks for itself. */
export const anything = (common: {
  readonly meaning: string;
  readonly fallback?: unknown;
  readonly expected?: string;
}): Parameter<unknown> => ({
  schema: v.unknown(),
  expected: common.expected ?? 'a value',
  ...common,
});

/** A parameter taken as a whole field. */
export const whole = <T>(parameter: Parameter<T>): Parameter<T> => ({ ...parameter, whole: true });

/** One field as a whole; a list of fields is none. */
export const fieldOf = (common: { readonly meaning: string; readonly expected?: string }): Parameter<Field> => ({
  schema: v.custom<Field>((value) => typeof value === 'object' && value !== null && 'axes' in value && 'points' in value),
  whole: true,
  ...common,
  expected: common.expected ?? 'a value or a field',
});

/** A list of whole fields, without those that are not there yet. */
export const spare = <T>(parameter: Parameter<T>): Parameter<T> => ({ ...parameter, spare: true });

/** The name of an axis. */
export const axisName = (meaning: string): Parameter<string | undefined> => ({
  ...optional(text({ meaning }), 'the only axis'),
  expected: 'the name of an axis',
  axis: true,
});

/** A parameter the compiler fills in. */
export const hidden = <T>(parameter: Parameter<T>): Parameter<T> => ({ ...parameter, hidden: true });
