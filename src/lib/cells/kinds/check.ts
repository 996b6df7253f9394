import type { BinaryOperator } from '$lib/sheet/formula';
import type { Field } from '$lib/graph/kind';
import { Problem } from '$lib/base/problem';
import { defineKind, pointwise } from '../cell-kind';
import { alignFields } from '../operators/align';
import { applyOperator } from '../operators/arithmetic';
import { anything, hidden, show, text, whole } from '../parameter';
import type { CheckValue } from '../values';

/** One side as the summary shows it: a number where there are no axes, else a list over them. */
const side = (name: string, field: Field): Record<string, number | number[]> => {
  const numbers = field.points.filter((value): value is number => typeof value === 'number');
  if (numbers.length < field.points.length) return {};
  return { [name]: field.axes.length === 0 ? (numbers[0] ?? NaN) : numbers };
};

/** A sheet's own test: passes when the condition holds at every point. */
export const check = defineKind({
  name: 'check',
  version: 1,
  keeps: [],
  purpose: 'check',
  meaning: 'passes when the condition holds at every point',
  example: 'check(min(err.test) < 0.9 * err.test[delta: 0.01])',
  recipes: [{ name: 'verdict', formula: 'check(min(err.test) < 0.5)' }],
  positional: ['condition'],
  parameters: { condition: whole(anything({ meaning: 'true or false', expected: 'a comparison' })) },
  digest: (value: CheckValue) => JSON.stringify(value),
  compute: pointwise(({ condition }): CheckValue => {
    const wrong = (condition as Field).points.find((value) => typeof value !== 'boolean');
    if (wrong !== undefined) throw new Problem(`condition: must be true or false, got ${show(wrong)}`, { path: ['condition'] });
    const pass = (condition as Field).points.every((value) => value === true);
    return { type: 'check', pass, summary: { fields: { pass } } };
  }),
});

/** `check(left < right)`: the compiler takes the comparison apart so that both sides can be shown. */
export const checkComparison = defineKind({
  name: 'check…',
  version: 1,
  keeps: [],
  purpose: 'check',
  meaning: check.meaning,
  example: check.example,
  positional: ['left', 'right'],
  parameters: {
    left: whole(anything({ meaning: 'left side' })),
    right: whole(anything({ meaning: 'right side' })),
    operator: hidden(text({ meaning: 'how they are compared' })),
  },
  digest: (value: CheckValue) => JSON.stringify(value),
  compute: pointwise(({ left, right, operator }): CheckValue => {
    const { points } = alignFields([left as Field, right as Field]);
    const pass = points.every(([a, b]) => applyOperator(operator as BinaryOperator, a, b) === true);
    return { type: 'check', pass, summary: { fields: { pass, ...side('left', left as Field), ...side('right', right as Field) } } };
  }),
});
