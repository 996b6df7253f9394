import type { BinaryOperator } from '$lib/sheet/formula';
import { Problem } from '$lib/base/problem';
import { describeGaps, gapsIn, isGap } from '$lib/graph/gap';
import type { Field } from '$lib/graph/kind';
import { defineKind, pointwise } from '../cell-kind';
import { alignFields } from '../operators/align';
import { applyOperator } from '../operators/arithmetic';
import { fieldOf, hidden, show, text } from '../parameter';
import type { CheckValue, FieldNumbers } from '../values';

/** One side as the summary shows it: a number where there are no axes, else a list over them, with `null` at gaps. */
const side = (name: string, field: Field): FieldNumbers => {
  if (!field.points.every((value) => typeof value === 'number' || isGap(value))) return {};
  const numbers = field.points.map((value) => (typeof value === 'number' ? value : null));
  return { [name]: field.axes.length === 0 ? (numbers[0] ?? NaN) : numbers };
};

/** What came of a condition at all its points. Where there is no value nothing is known, so that a check with gaps does not pass. */
const verdict = (points: readonly unknown[], sides: FieldNumbers = {}): CheckValue => {
  const some = gapsIn(points).length > 0;
  const holds = points.filter((value) => !isGap(value)).every((value) => value === true);
  const pass = holds && !some;
  const told = `${holds ? 'holds' : 'fails'} where there is a value, and does not pass: there is none at ${describeGaps(points)}`;
  return { type: 'check', pass, summary: { fields: { pass, ...sides }, ...(some && { warnings: [told] }) } };
};

/** A sheet's own test: passes when the condition holds at every point. */
export const check = defineKind({
  name: 'check',
  purpose: 'check',
  meaning: 'passes when the condition holds at every point',
  example: 'check(min(err.test) < 0.9 * err.test[delta: 0.01])',
  recipes: [{ name: 'verdict', formula: 'check(min(err.test) < 0.5)' }],
  positional: ['condition'],
  parameters: { condition: fieldOf({ meaning: 'true or false', expected: 'a comparison' }) },
  digest: (value: CheckValue) => JSON.stringify(value),
  compute: pointwise(({ condition }): CheckValue => {
    const wrong = condition.points.find((value) => typeof value !== 'boolean' && !isGap(value));
    if (wrong !== undefined) throw new Problem(`condition: must be true or false, got ${show(wrong)}`, { path: ['condition'] });
    return verdict(condition.points);
  }),
});

/** `check(left < right)`: the compiler takes the comparison apart so that both sides can be shown. */
export const checkComparison = defineKind({
  name: 'check…',
  purpose: 'check',
  meaning: check.meaning,
  example: check.example,
  positional: ['left', 'right'],
  parameters: {
    left: fieldOf({ meaning: 'left side', expected: 'a number or a field' }),
    right: fieldOf({ meaning: 'right side', expected: 'a number or a field' }),
    operator: hidden(text({ meaning: 'how they are compared' })),
  },
  digest: (value: CheckValue) => JSON.stringify(value),
  compute: pointwise(({ left, right, operator }): CheckValue => {
    const { points } = alignFields([left, right]);
    const held = points.map(([a, b]) => (isGap(a) ? a : isGap(b) ? b : applyOperator(operator as BinaryOperator, a, b)));
    return verdict(held, { ...side('left', left), ...side('right', right) });
  }),
});
