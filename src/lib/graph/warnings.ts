/** What a reader of a value must be warned of, and whose warning it is. */
export interface Warning {
  /** Title of the node that first said it (`NodeDefinition.title`). */
  readonly of: string;
  readonly text: string;
}

export type Warnings = readonly Warning[];

export const noWarnings: Warnings = [];

/** What the inputs of a node warn of. */
export interface Inherited {
  /** At a point, those of one input left out. */
  warnings(point: number, without?: string): Warnings;
  /** At one point of an input wanted whole. */
  warningsAt(input: string, index: number): Warnings;
  /** Whether a value is one of those at the inputs of a point, handed on as it is. */
  handsOn(point: number, value: unknown): boolean;
}

const nameOf = ({ of, text }: Warning): string => JSON.stringify([of, text]);

/** The warnings of several values together, each once, in the order of their first appearance. */
export function together(lists: readonly Warnings[]): Warnings {
  const some = lists.filter((list) => list.length > 0);
  const [first] = some;
  if (!first) return noWarnings;
  // Most fields carry one list for all their points.
  if (some.every((list) => list === first)) return first;
  const byName = new Map<string, Warning>();
  for (const list of new Set(some)) for (const warning of list) if (!byName.has(nameOf(warning))) byName.set(nameOf(warning), warning);
  return [...byName.values()];
}

/** A text equal for equal warnings at all points; empty where there are none. */
export const warningsKey = (points: readonly Warnings[]): string =>
  points.every((list) => list.length === 0) ? '' : JSON.stringify(points.map((list) => list.map(nameOf)));
