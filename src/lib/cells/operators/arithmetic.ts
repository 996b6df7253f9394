import { Problem } from '$lib/base/problem';
import type { BinaryOperator } from '$lib/sheet/formula';
import { defineKind, pointwise } from '../cell-kind';
import { anything, show } from '../parameter';

/** `a + b` and its kin: numbers in, a number (or a boolean) out; `==` and `!=` also compare texts and booleans. */

type Scalar = number | string | boolean;

const arithmetic: Partial<Record<BinaryOperator, (a: number, b: number) => Scalar>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const isScalar = (value: unknown): value is Scalar => ['number', 'string', 'boolean'].includes(typeof value);

/** A result that is not a finite number is a Problem: not-a-number never travels on. */
export const finite = <T>(value: T, what: () => string): T => {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Problem(`${what()} is not a finite number`);
  return value;
};

/** `left operator right` on bare values. */
export const applyOperator = (operator: BinaryOperator, left: unknown, right: unknown): Scalar => {
  if (operator === '==' || operator === '!=') {
    if (!isScalar(left) || !isScalar(right))
      throw new Problem(`${operator}: compares numbers, texts or booleans, got ${show(left)} and ${show(right)}`);
    return (left === right) === (operator === '==');
  }
  const compute = arithmetic[operator];
  if (!compute) throw new Error(`no such operator: ${operator}`);
  for (const [side, value] of [
    ['left', left],
    ['right', right],
  ] as const)
    if (typeof value !== 'number') throw new Problem(`${side} of ${operator}: must be a number, got ${show(value)}`, { path: [side] });
  return finite(compute(left as number, right as number), () => `${show(left)} ${operator} ${show(right)}`);
};

const side = anything({ meaning: 'an operand', expected: 'a number' });

const operators: readonly BinaryOperator[] = ['+', '-', '*', '/', '^', '<', '<=', '>', '>=', '==', '!='];

export const arithmeticKinds = operators.map((operator) =>
  defineKind({
    name: operator,
    purpose: 'function',
    meaning: 'arithmetic or comparison',
    example: `1 ${operator} 2`,
    positional: ['left', 'right'],
    parameters: { left: side, right: side },
    digest: (value: Scalar) => JSON.stringify(value),
    compute: pointwise(({ left, right }) => applyOperator(operator, left, right)),
  }),
);
