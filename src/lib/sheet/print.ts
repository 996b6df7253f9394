import { printArea } from './address';
import type { Area } from './document';
import type { Argument, BinaryOperator, Formula } from './formula';
import { printString } from './text';

/** How tightly each form binds; a part that binds less than its place asks for gets parentheses. */
const COMPARISON = 1;
const SUM = 2;
const PRODUCT = 3;
const NEGATION = 4;
const POWER = 5;
const POSTFIX = 6;
const ATOM = 7;

const BINDING: Readonly<Record<BinaryOperator, number>> = {
  '<': COMPARISON,
  '<=': COMPARISON,
  '>': COMPARISON,
  '>=': COMPARISON,
  '==': COMPARISON,
  '!=': COMPARISON,
  '+': SUM,
  '-': SUM,
  '*': PRODUCT,
  '/': PRODUCT,
  '^': POWER,
};

function binding(formula: Formula): number {
  switch (formula.type) {
    case 'binary':
      return BINDING[formula.operator];
    case 'negate':
      return NEGATION;
    case 'number':
      return formula.value < 0 || Object.is(formula.value, -0) ? NEGATION : ATOM;
    default:
      return ATOM;
  }
}

/**
 * A formula as canonical text: one blank around operators and after commas and colons, parentheses only where they are needed, strings
 * in double quotes. Reading the text gives the same tree, but for the spans; a number below zero is read as a negation.
 *
 * @throws RangeError for a number that is not finite, which no formula read from a text holds
 */
export const printFormula = (formula: Formula): string => print(formula, 0);

function print(formula: Formula, atLeast: number): string {
  const text = plain(formula);
  return binding(formula) < atLeast ? `(${text})` : text;
}

function plain(formula: Formula): string {
  switch (formula.type) {
    case 'number':
      return printNumber(formula.value);
    case 'string':
      return printString(formula.value);
    case 'boolean':
      return String(formula.value);
    case 'reference':
      return formula.name;
    case 'list':
      return `[${formula.items.map(printFormula).join(', ')}]`;
    case 'field':
      // `1.x` would be read as the number `1.` and a name.
      return `${print(formula.of, formula.of.type === 'number' ? ATOM + 1 : POSTFIX)}.${formula.name}`;
    case 'select':
      return `${print(formula.of, POSTFIX)}[${formula.selectors.map(printArgument).join(', ')}]`;
    case 'negate':
      return `-${print(formula.of, NEGATION)}`;
    case 'call':
      return `${formula.name}(${[...formula.positional.map(printFormula), ...formula.named.map(printArgument)].join(', ')})`;
    case 'binary':
      return printBinary(formula);
  }
}

function printBinary({ operator, left, right }: Extract<Formula, { type: 'binary' }>): string {
  const own = BINDING[operator];
  if (operator === '^') return `${print(left, POSTFIX)} ^ ${print(right, NEGATION)}`;
  return `${print(left, own === COMPARISON ? SUM : own)} ${operator} ${print(right, own + 1)}`;
}

const printArgument = (argument: Argument): string => `${argument.name}: ${printFormula(argument.value)}`;

/** The shortest text that reads as this number, without the `+` of JavaScript's exponents. */
export function printNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError('a formula holds finite numbers only');
  return (Object.is(value, -0) ? '-0' : String(value)).replace('e+', 'e');
}

/** What a cell line is made of; `formula` is text as typed. */
export interface CellParts {
  readonly name?: string | undefined;
  readonly area?: Area | undefined;
  readonly formula: string;
}

/** A cell as a canonical line, without the end of line: `name @A1:C3 = formula`. */
export function printCell({ name, area, formula }: CellParts): string {
  const head = [...(name === undefined ? [] : [name]), ...(area ? [`@${printArea(area)}`] : [])];
  return `${head.join(' ')} = ${formula}`;
}
