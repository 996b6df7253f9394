import type { Formula } from '$lib/sheet/formula';
import type { CellKind } from '../cell-kind';
import { theoryNames } from '../theory-parameters';
import { parameterOf, matchArguments } from './arguments';

/** What is needed to follow a formula through the sheet. */
export interface Surroundings {
  readonly kinds: ReadonlyMap<string, CellKind>;
  /** The formula of the cell of this name or address. */
  formulaOf(name: string): Formula | undefined;
}

const together = (all: readonly (ReadonlySet<string> | undefined)[]): ReadonlySet<string> | undefined =>
  all.every((some) => some !== undefined) ? new Set(all.flatMap((some) => [...some])) : undefined;

/**
 * The theories that a formula may stand for, before anything runs: it is the name of one, a choice or an axis of such names, or something
 * made by a theory (a kernel, a coupling). Undefined where that cannot be told.
 */
const theoriesOf = (
  formula: Formula,
  surroundings: Surroundings,
  seen: ReadonlySet<string> = new Set(),
): ReadonlySet<string> | undefined => {
  const of = (inner: Formula): ReadonlySet<string> | undefined => theoriesOf(inner, surroundings, seen);
  switch (formula.type) {
    case 'string':
      return new Set([formula.value]);
    case 'list':
      return together(formula.items.map(of));
    case 'select':
      return of(formula.of);
    case 'reference': {
      const { name } = formula;
      const inner = seen.has(name) ? undefined : surroundings.formulaOf(name);
      return inner && theoriesOf(inner, surroundings, new Set([...seen, name]));
    }
    case 'call': {
      const { name, positional } = formula;
      if (name === 'each') return together(positional.map(of));
      if (name === 'choice') return together(positional.slice(1).map(of));
      const kind = surroundings.kinds.get(name);
      return kind && chosenTheories(kind, formula, surroundings, seen);
    }
    default:
      return undefined;
  }
};

/** The theories that a call of this kind may be computed by; undefined where that cannot be told, or where theories do not matter. */
export const chosenTheories = (
  kind: CellKind,
  call: Extract<Formula, { type: 'call' }>,
  surroundings: Surroundings,
  seen: ReadonlySet<string> = new Set(),
): ReadonlySet<string> | undefined => {
  if (kind.theoryFrom === undefined) return undefined;
  const [formula] = matchArguments(kind, call).given.get(kind.theoryFrom)?.formulas ?? [];
  if (formula) return theoriesOf(formula, surroundings, seen);
  const fallback = parameterOf(kind, kind.theoryFrom)?.fallback;
  return typeof fallback === 'string' ? new Set([fallback]) : undefined;
};

/** Whether one of the theories, where they are known, uses a parameter. What is no theory's name is told of where the theory is read. */
export const isUsed = ({ theories }: { readonly theories?: readonly string[] }, chosen: ReadonlySet<string> | undefined): boolean =>
  theories === undefined || chosen === undefined || [...chosen].some((name) => !theoryNames.includes(name) || theories.includes(name));

const quoted = (names: Iterable<string>): string => [...names].map((name) => `"${name}"`).join(', ');

/** Why a parameter that no chosen theory uses may not be given. */
export const unusedText = (name: string, users: readonly string[], chosen: ReadonlySet<string>): string => {
  const those = chosen.size === 1 ? `theory ${quoted(chosen)} does not use it` : `none of the theories ${quoted(chosen)} uses it`;
  return `${name}: ${those}; it is a parameter of theory ${quoted(users)}`;
};
