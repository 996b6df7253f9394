import { Problem } from '$lib/base/problem';
import type { Argument, Formula, Span } from '$lib/sheet/formula';
import type { CellKind } from '../cell-kind';
import type { Parameter } from '../parameter';
import { suggest } from './suggest';

/** What a call gives one parameter: one formula, or several where the parameter is variadic. */
export interface Given {
  readonly formulas: readonly Formula[];
  readonly list: boolean;
  readonly span: Span;
}

/** A Problem that knows where in the text it is. */
export interface Misplaced {
  readonly problem: Problem;
  readonly span: Span;
}

/** The parameter of a name that a sheet gave: only one that the kind has itself, never what every object has (`toString`). */
export const parameterOf = ({ parameters }: CellKind, name: string): Parameter<unknown> | undefined =>
  Object.hasOwn(parameters, name) ? parameters[name] : undefined;

/** Matches the arguments of a call to the parameters of its kind; what does not fit is said of its own place. */
export const matchArguments = (
  kind: CellKind,
  call: Extract<Formula, { type: 'call' }>,
): { given: Map<string, Given>; wrong: Misplaced | undefined } => {
  const given = new Map<string, Given>();
  let wrong: Misplaced | undefined;
  const complain = (message: string, span: Span, path: readonly string[] = []): void => {
    wrong ??= { problem: new Problem(message, { path }), span };
  };
  const last = kind.positional.at(-1);
  const many: Formula[] = [];
  call.positional.forEach((formula, index) => {
    const name = kind.positional[index];
    if (kind.variadic && last !== undefined && (name === last || name === undefined)) {
      many.push(formula);
      given.set(last, { formulas: many, list: true, span: { from: many[0]?.span.from ?? 0, to: formula.span.to } });
    } else if (name === undefined) {
      const takes = kind.positional.length === 0 ? 'no parameter without a name' : `at most ${kind.positional.join(', ')} without a name`;
      complain(`${kind.name} takes ${takes}`, formula.span);
    } else given.set(name, { formulas: [formula], list: false, span: formula.span });
  });
  for (const argument of call.named) {
    const parameter = parameterOf(kind, argument.name);
    if (!parameter || parameter.hidden) complain(unknownParameter(kind, argument), argument.nameSpan, [argument.name]);
    else if (given.has(argument.name)) complain(`${argument.name}: is given twice`, argument.nameSpan, [argument.name]);
    else given.set(argument.name, { formulas: [argument.value], list: false, span: argument.value.span });
  }
  for (const [name, parameter] of Object.entries(kind.parameters))
    if (!given.has(name) && !parameter.optional && !parameter.hidden && parameter.fallback === undefined)
      complain(`${name}: is required; must be ${parameter.expected}`, call.nameSpan, [name]);
  return { given, wrong };
};

const unknownParameter = (kind: CellKind, { name }: Argument): string => {
  const known = Object.keys(kind.parameters).filter((each) => !kind.parameters[each]?.hidden);
  return `${name}: ${kind.name} has no such parameter${suggest(name, known) || `; it has ${known.join(', ')}`}`;
};
