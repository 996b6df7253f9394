import { Problem } from '$lib/base/problem';
import { atOnce, part, stretches, type Steps } from '$lib/base/steps';
import { canonical, hashText } from './hash';
import type { Input, NodeDefinition, Registry } from './kind';
import { cycles } from './order';

/** A definition as read: what it takes from, and what can be said to be wrong with it before anything runs. */
export interface Diagnosed {
  readonly definition: NodeDefinition;
  /** Ids of the nodes it takes from, each once; none when it has a fault, for then it takes nothing. */
  readonly inputs: readonly string[];
  readonly fault: Problem | undefined;
  /** Equal exactly when nothing about the node itself was edited. */
  readonly identity: string;
}

/** Ids of the nodes in an input. */
export const nodesOf = (input: Input): string[] =>
  input.type === 'node' ? [input.node] : input.type === 'list' ? input.items.flatMap(nodesOf) : [];

// The order of the inputs is part of it: it is the order of the axes of the result.
const identityOf = ({ kind, inputs, axisName, nested }: NodeDefinition, fault: Problem | undefined): string =>
  hashText(
    canonical([
      kind,
      Object.entries(inputs),
      axisName,
      nested && [nested.kind, nested.nth],
      fault && [fault.message, fault.path, fault.place],
    ]),
  );

/** A longer cycle is told by its beginning. */
const MOST_STEPS = 20;

/** Definitions that are read without a look up. */
const STRETCH = 64;

/** Reads definitions: finds unknown kinds and nodes, and cycles. Two of one id are a bug of the caller and throw. */
export const diagnose = (definitions: readonly NodeDefinition[], registry: Registry): Map<string, Diagnosed> =>
  atOnce(diagnosing(definitions, registry));

/** The same in steps of some milliseconds each; only the search for cycles is one. */
export function* diagnosing(definitions: readonly NodeDefinition[], registry: Registry): Steps<Map<string, Diagnosed>> {
  const each = (from: number, to: number, work: (definition: NodeDefinition) => void): Steps<void> =>
    part(
      stretches(definitions.length, STRETCH, (first, end) => {
        definitions.slice(first, end).forEach(work);
      }),
      from,
      to,
    );
  const inputs = new Map<string, string[]>();
  yield* each(0, 0.2, ({ id, inputs: given }) => inputs.set(id, [...new Set(Object.values(given).flatMap(nodesOf))]));
  if (inputs.size !== definitions.length) throw new Error('two nodes have the same id');
  const circles = cycles(inputs);
  const titles = new Map(definitions.map(({ id, title }) => [id, title ?? id]));
  /** `a → b → a`: several nodes of one title in a row are one step. */
  const along = (whole: readonly string[]): string => {
    const circle = whole.length > MOST_STEPS ? [...whole.slice(0, MOST_STEPS), '…', ...whole.slice(-1)] : whole;
    const steps = circle.slice(1).map((id) => titles.get(id) ?? id);
    const distinct = steps.filter((title, i) => i === 0 || title !== steps[i - 1]);
    const last = distinct.at(-1) ?? '';
    return [last, ...(distinct.length > 1 && distinct[0] === last ? distinct.slice(1) : distinct)].join(' → ');
  };
  const faultOf = ({ id, kind, problem }: NodeDefinition): Problem | undefined => {
    const circle = circles.get(id);
    if (circle) return new Problem(`cycle: ${along(circle)}`);
    if (problem) return problem;
    if (!registry.has(kind)) return new Problem(`there is no kind called ${kind}`);
    const unknown = inputs.get(id)?.find((input) => !inputs.has(input));
    return unknown === undefined ? undefined : new Problem(`there is nothing called ${unknown}`);
  };
  const diagnosed = new Map<string, Diagnosed>();
  yield* each(0.4, 1, (definition) => {
    const fault = faultOf(definition);
    const takes = fault ? [] : (inputs.get(definition.id) ?? []);
    diagnosed.set(definition.id, { definition, inputs: takes, fault, identity: identityOf(definition, fault) });
  });
  return diagnosed;
}
