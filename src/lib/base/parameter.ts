import * as v from 'valibot';
import { Problem } from '$lib/base/problem';

/** How a parameter is set by hand. */
export type Control =
  | { readonly type: 'number'; readonly integer: boolean; readonly above?: number; readonly min?: number; readonly max?: number }
  | { readonly type: 'enum'; readonly values: readonly string[] }
  | { readonly type: 'boolean' };

/** A parameter that a sheet can give: its type and range, its default, its meaning. */
export interface ValueParameter<T> {
  readonly schema: v.GenericSchema<unknown, T>;
  /** As people read it: `number > 0`. */
  readonly expected: string;
  readonly meaning: string;
  /** As formulas and legends have it: `N`; the name of the parameter when not given. */
  readonly symbol?: string;
  /** How it is best set by hand; absent: by writing. */
  readonly control?: Control;
  /** Absent: the parameter is required, or `optional`. */
  readonly fallback?: T;
  readonly optional?: boolean;
  /** How the default reads where it is not a plain value (`the source's`). */
  readonly fallbackText?: string;
}

/** Parameters by the names that a sheet gives them. */
export type ValueParameters = Readonly<Record<string, ValueParameter<unknown>>>;

interface Common<T> {
  readonly meaning: string;
  readonly fallback?: T;
}

interface NumberRange extends Common<number> {
  readonly above?: number;
  readonly min?: number;
  readonly max?: number;
}

const rangeText = (noun: string, { above, min, max }: NumberRange): string => {
  if (above !== undefined) return max === undefined ? `${noun} > ${above}` : `${noun} > ${above} and ≤ ${max}`;
  if (min !== undefined) return max === undefined ? `${noun} ≥ ${min}` : `${noun} from ${min} to ${max}`;
  return max === undefined ? noun : `${noun} ≤ ${max}`;
};

const inRange = (value: number, { above, min, max }: NumberRange): boolean =>
  (above === undefined || value > above) && (min === undefined || value >= min) && (max === undefined || value <= max);

const ends = ({ above, min, max }: NumberRange) => ({
  ...(above !== undefined && { above }),
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
});

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** A finite number within bounds. */
export const number = (range: NumberRange): ValueParameter<number> => ({
  schema: v.custom<number>((value) => isNumber(value) && inRange(value, range)),
  expected: rangeText('a number', range),
  control: { type: 'number', integer: false, ...ends(range) },
  ...range,
});

/** A whole number within bounds. */
export const integer = (range: NumberRange): ValueParameter<number> => ({
  schema: v.custom<number>((value) => isNumber(value) && Number.isSafeInteger(value) && inRange(value, range)),
  expected: rangeText('a whole number', range),
  control: { type: 'number', integer: true, ...ends(range) },
  ...range,
});

/** One of some texts. */
export const oneOf = <const W extends string>(values: readonly W[], common: Common<W>): ValueParameter<W> => ({
  schema: v.picklist(values),
  expected: values.length === 1 ? `"${values.join('')}"` : `one of ${values.map((value) => `"${value}"`).join(', ')}`,
  control: { type: 'enum', values },
  ...common,
});

export const text = (common: Common<string>): ValueParameter<string> => ({ schema: v.string(), expected: 'a text in quotes', ...common });

export const boolean = (common: Common<boolean>): ValueParameter<boolean> => ({
  schema: v.boolean(),
  expected: 'true or false',
  control: { type: 'boolean' },
  ...common,
});

/** A parameter that may be left out and then is undefined; `fallbackText` says what happens. */
export const optional = <T>(parameter: ValueParameter<T>, fallbackText: string): ValueParameter<T | undefined> => ({
  ...parameter,
  schema: v.optional(parameter.schema),
  optional: true,
  fallbackText,
});

/** A value as people would write it, short. */
export const show = (value: unknown): string => {
  if (typeof value === 'string') return `"${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.slice(0, 6).map(show).join(', ')}${value.length > 6 ? ', …' : ''}]`;
  if (value !== null && typeof value === 'object' && 'type' in value && typeof value.type === 'string') return article(value.type);
  if (value !== null && typeof value === 'object' && 'axes' in value) return 'a field';
  return value === undefined ? 'nothing' : 'something else';
};

/** `a dataset`, `an errors value`. */
export const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

/** Reads one parameter, or says what was expected: `gamma: must be a number > 0, got -1`. */
export const readParameter = (name: string, parameter: ValueParameter<unknown>, value: unknown): unknown => {
  if (value === undefined) {
    if (parameter.optional) return undefined;
    if (parameter.fallback !== undefined) return parameter.fallback;
    throw new Problem(`${name}: is required; must be ${parameter.expected}`);
  }
  const result = v.safeParse(parameter.schema, value);
  if (result.success) return result.output;
  throw new Problem(`${name}: must be ${parameter.expected}, got ${show(value)}`, { path: [name] });
};
