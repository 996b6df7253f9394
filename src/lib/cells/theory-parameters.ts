import * as v from 'valibot';
import type { SourceParameters, Theory, TheoryParameters } from '$lib/theory/theory';
import { readParameter, type Parameter, type Parameters } from './parameter';
import { theories } from './theories';

export const theoryNames: readonly string[] = theories.map(({ name }) => name);

/** The theory with this name, or the theory that made a kernel. */
export const theoryNamed = (theory: string): Theory => {
  const found = theories.find(({ name }) => name === theory);
  if (!found) throw new Error(`there is no theory ${theory}`);
  return found;
};

/** One parameter for all theories that use it: a value is allowed if at least one of them allows it. */
const merged = (name: string, role: keyof TheoryParameters): Parameter<unknown> => {
  const users = theories.filter(({ parameters }) => Object.hasOwn(parameters[role], name));
  const variants = [...new Set(users.map(({ parameters }) => parameters[role][name]))].filter((variant) => variant !== undefined);
  const [first] = variants;
  if (!first) throw new Error(`no theory has a parameter ${name}`);
  if (variants.some(({ fallback, optional }) => fallback !== first.fallback || optional !== first.optional))
    throw new Error(`the default of ${name} differs between theories`);
  return {
    ...first,
    ...(variants.length > 1 && {
      schema: v.union(variants.map(({ schema }) => schema)),
      expected: [...new Set(variants.map(({ expected }) => expected))].join(' or '),
      meaning: [...new Set(variants.map(({ meaning }) => meaning))].join('; '),
    }),
    ...(users.length < theories.length && { theories: users.map((user) => user.name) }),
  };
};

/** The parameters of all theories as parameters of a kind: each says which theories use it. */
export const theoryParameters = (role: keyof TheoryParameters): Parameters => {
  const names = new Set(theories.flatMap(({ parameters }) => Object.keys(parameters[role])));
  return Object.fromEntries([...names].map((name) => [name, merged(name, role)]));
};

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
 * The parameters given to a kind, under the names that theories use (`weightDecay`), without those that are undefined.
 * @throws Problem where this theory does not allow a value that others allow.
 */
export const toldTo = (
  theory: Theory,
  role: keyof TheoryParameters,
  given: Readonly<Record<string, unknown>>,
): Partial<SourceParameters> => {
  for (const [name, parameter] of Object.entries(theory.parameters[role]))
    if (given[name] !== undefined) readParameter(name, parameter, given[name]);
  return Object.fromEntries(
    Object.keys(theoryParameters(role)).flatMap((name) => (given[name] === undefined ? [] : [[camelCase(name), given[name]]])),
  );
};
