import { Problem } from '$lib/base/problem';
import { isLostToZero } from '$lib/base/written';
import type { TreeCursor } from '@lezer/common';
import type { Argument, BinaryOperator, Formula, Span } from './formula';
import { readString } from './text';
import { isClosed } from './tokens';

/** A problem with its place as offsets in the text, before line and column are known. */
export class Misreading extends Error {
  constructor(
    readonly problem: Problem,
    readonly span: Span,
  ) {
    super(problem.message);
  }
}

const refuse = (message: string, span: Span): never => {
  throw new Misreading(new Problem(message), span);
};

/**
 * The formula at the cursor, which stands on an expression of a tree without errors; the cursor is left where it was.
 *
 * @param text the line that was parsed
 * @param offset where that line begins in the sheet; added to every span
 * @throws Misreading for what the grammar lets pass: an unclosed string, a number too large, comparisons in a chain, a parameter given
 *   twice
 */
export function formulaAt(cursor: TreeCursor, text: string, offset: number): Formula {
  const span = { from: cursor.from + offset, to: cursor.to + offset };
  const written = (): string => text.slice(cursor.from, cursor.to);
  const children = (): Formula[] => childrenOf(cursor, () => (isExpression(cursor.name) ? formulaAt(cursor, text, offset) : undefined));
  const only = (): Formula => children()[0] ?? refuse('formula: cannot be read', span);
  switch (cursor.name) {
    case 'Number':
      return { type: 'number', value: numberOf(written(), span), span };
    case 'String':
      if (!isClosed(written())) refuse(`expected '"' to close the string that begins here`, span);
      return { type: 'string', value: readString(written()), span };
    case 'Boolean':
      return { type: 'boolean', value: written() === 'true', span };
    case 'Reference':
      return { type: 'reference', name: written(), span };
    case 'List':
      return { type: 'list', items: children(), span };
    case 'Parenthesized':
      return only();
    case 'Negation':
      return { type: 'negate', of: only(), span };
    case 'Field':
      return { type: 'field', of: only(), ...nameIn(cursor, 'FieldName', text, offset), span };
    case 'Selection':
      return { type: 'select', of: only(), selectors: namedIn(cursor, 'Selector', text, offset), span };
    case 'Call':
      return {
        type: 'call',
        ...nameIn(cursor, 'CallName', text, offset),
        positional: positionalIn(cursor, text, offset),
        named: namedIn(cursor, 'NamedArgument', text, offset),
        span,
      };
    case 'Binary':
      return binary(cursor, text, offset, span);
    default:
      return refuse(`formula: cannot be read at ${cursor.name}`, span);
  }
}

const EXPRESSIONS = 'Number String Boolean List Reference Call Field Selection Parenthesized Negation Binary'.split(' ');

/** Whether a node of the grammar is a formula. */
export const isExpression = (name: string): boolean => EXPRESSIONS.includes(name);

function childrenOf<Value>(cursor: TreeCursor, take: () => Value | undefined): Value[] {
  const values: Value[] = [];
  if (!cursor.firstChild()) return values;
  do {
    const value = take();
    if (value !== undefined) values.push(value);
  } while (cursor.nextSibling());
  cursor.parent();
  return values;
}

function nameIn(cursor: TreeCursor, node: string, text: string, offset: number): { name: string; nameSpan: Span } {
  const found = childrenOf(cursor, () =>
    cursor.name === node
      ? { name: text.slice(cursor.from, cursor.to), nameSpan: { from: cursor.from + offset, to: cursor.to + offset } }
      : undefined,
  )[0];
  return found ?? refuse('formula: cannot be read', { from: cursor.from + offset, to: cursor.to + offset });
}

function positionalIn(cursor: TreeCursor, text: string, offset: number): Formula[] {
  let named = false;
  return childrenOf(cursor, () => {
    if (cursor.name === 'NamedArgument') named = true;
    if (!isExpression(cursor.name)) return undefined;
    if (named) {
      refuse('arguments without a name come before those with one, as in slider(2, min: 0.1)', {
        from: cursor.from + offset,
        to: cursor.to + offset,
      });
    }
    return formulaAt(cursor, text, offset);
  });
}

function namedIn(cursor: TreeCursor, node: 'NamedArgument' | 'Selector', text: string, offset: number): Argument[] {
  const given = new Set<string>();
  return childrenOf(cursor, () => {
    if (cursor.name !== node) return undefined;
    const named = nameIn(cursor, node === 'Selector' ? 'AxisName' : 'ArgumentName', text, offset);
    if (given.has(named.name)) refuse(`${named.name}: must be given once, is given twice`, named.nameSpan);
    given.add(named.name);
    const value = childrenOf(cursor, () => (isExpression(cursor.name) ? formulaAt(cursor, text, offset) : undefined))[0];
    return { ...named, value: value ?? refuse('formula: cannot be read', named.nameSpan) };
  });
}

const COMPARISONS: readonly string[] = ['<', '<=', '>', '>=', '==', '!='];
const OPERATORS: readonly string[] = ['+', '-', '*', '/', '^', ...COMPARISONS];

const isOperator = (sign: string): sign is BinaryOperator => OPERATORS.includes(sign);

function binary(cursor: TreeCursor, text: string, offset: number, span: Span): Formula {
  const [sign] = childrenOf(cursor, () => {
    const operator = text.slice(cursor.from, cursor.to);
    return !isExpression(cursor.name) && isOperator(operator)
      ? { operator, span: { from: cursor.from + offset, to: cursor.to + offset } }
      : undefined;
  });
  const chained = childrenOf(cursor, () => (cursor.name === 'Binary' && cursor.node.getChild('Comparison') ? true : undefined));
  if (sign && chained.length > 0 && COMPARISONS.includes(sign.operator)) {
    refuse('comparisons cannot follow one another; write parentheses, as in (a < b) == (b < c)', sign.span);
  }
  const [left, right] = childrenOf(cursor, () => (isExpression(cursor.name) ? formulaAt(cursor, text, offset) : undefined));
  if (!sign || !left || !right) return refuse('formula: cannot be read', span);
  return { type: 'binary', operator: sign.operator, left, right, span };
}

function numberOf(written: string, span: Span): number {
  const value = Number(written);
  if (!Number.isFinite(value)) refuse(`number: must be at most 1.7976931348623157e308, got ${written.slice(0, 40)}`, span);
  if (isLostToZero(written)) refuse(`number: must be 0 or at least 5e-324, got ${written.slice(0, 40)}`, span);
  return value;
}
