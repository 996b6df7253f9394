import type { Axis } from '$lib/graph/kind';
import type { FieldValues } from '$lib/worker/protocol';
import { numberText } from './number-text';
import { checkResult, type Outcome } from './outcome';

/** A text as it is but short and on one line; a number to the digits it is good for. */
const short = (value: unknown, good?: number): string => {
  if (typeof value === 'number') return numberText(value, good);
  const text = String(value).replaceAll(/\s+/g, ' ');
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** One value, or the span of a list of numbers; points of a sweep that have no such field, as those of another theory, are counted out. */
const spanOf = (values: FieldValues): string => {
  if (!Array.isArray(values)) return short(values);
  const all = values as readonly (number | string | boolean | null | undefined)[];
  const list = all.filter((value) => value !== undefined && value !== null);
  if (list.length < all.length) return `${spanOf(list)} at ${list.length} of ${all.length} points`;
  const numbers = list.filter(isNumber);
  if (numbers.length < list.length || numbers.length === 0)
    return (
      list
        .slice(0, 4)
        .map((value) => short(value))
        .join(', ') + (list.length > 4 ? ', …' : '')
    );
  const least = numbers.reduce((a, b) => Math.min(a, b));
  const most = numbers.reduce((a, b) => Math.max(a, b));
  // Enough digits to tell the ends apart, to a hundredth of what is between them.
  return least === most ? short(least) : `${short(least, (most - least) / 100)} … ${short(most, (most - least) / 100)}`;
};

const over = (axes: readonly Axis[]): string =>
  axes.length === 0 ? '' : ` over ${axes.map(({ name, values }) => `${name} (${values.length})`).join(' × ')}`;

/** The values of a cell in words; a standard error stands behind what it is of. */
const fieldsText = (fields: Readonly<Record<string, FieldValues>>): string =>
  Object.entries(fields)
    .filter(([name]) => !name.endsWith('.stderr'))
    .map(([name, values]) => {
      const error = fields[`${name}.stderr`];
      const title = name === 'value' ? '' : `${name} `;
      if (typeof values !== 'number' || typeof error !== 'number') return `${title}${spanOf(values)}`;
      return `${title}${short(values, error / 10)} ± ${Number(error.toPrecision(2))}`;
    })
    .join(', ');

const checkText = (passed: boolean, fields: Readonly<Record<string, FieldValues>>): string => {
  const { left, right } = fields;
  // Two numbers that differ are told apart, however little.
  const apart = isNumber(left) && isNumber(right) ? Math.abs(left - right) / 10 : undefined;
  const side = (value: FieldValues): string => (isNumber(value) ? short(value, apart) : spanOf(value));
  const sides = left === undefined || right === undefined ? '' : ` (left ${side(left)}, right ${side(right)})`;
  return `${passed ? 'pass' : 'FAIL'}${sides}`;
};

const stateText = (outcome: Outcome): string => {
  if (outcome.status === 'waiting') return outcome.on.length > 0 ? `waiting for ${outcome.on.join(', ')}` : 'waiting';
  if (outcome.status === 'error') {
    const place = outcome.line === undefined ? '' : `line ${outcome.line}, column ${outcome.column ?? 1}: `;
    return `error: ${place}${outcome.message.replaceAll(/\s+/g, ' ')}`;
  }
  const passed = checkResult(outcome);
  const text = passed === undefined ? fieldsText(outcome.fields) + over(outcome.axes) : checkText(passed, outcome.fields);
  const say = (what: string, list: readonly string[]): string => list.map((each) => `; ${what}: ${each.replaceAll(/\s+/g, ' ')}`).join('');
  return `${text === '' ? 'ok' : text}${say('warning', outcome.warnings)}${say('note', outcome.notes ?? [])}`;
};

/** One line a cell, in columns: key, kind, milliseconds, what became of it. */
export const reportLines = (outcomes: readonly Outcome[]): string[] => {
  const width = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, text.length), 0);
  const keys = width(outcomes.map(({ key }) => key));
  const kinds = width(outcomes.map(({ kind }) => kind));
  const times = width(outcomes.map(({ milliseconds }) => String(milliseconds)));
  return outcomes.map((outcome) => {
    const time = String(outcome.milliseconds).padStart(times);
    return `${outcome.key.padEnd(keys)}  ${outcome.kind.padEnd(kinds)}  ${time} ms  ${stateText(outcome)}`;
  });
};
