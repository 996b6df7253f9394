import { show } from '$lib/cells/parameter';
import { namedKinds } from '$lib/cells/registry';
import type { KindReport } from './protocol';

/** The kinds as the palette, the completion and the documentation know them. */
export const kindReports = (): KindReport[] =>
  namedKinds.map(({ name, purpose, meaning, example, makes, recipes, equations, positional, theoryFrom, parameters }) => ({
    name,
    purpose,
    meaning,
    example,
    ...(makes !== undefined && { makes }),
    recipes,
    equations,
    positional,
    ...(theoryFrom !== undefined && { theoryFrom }),
    parameters: Object.entries(parameters)
      .filter(([, parameter]) => !parameter.hidden)
      .map(([parameterName, parameter]) => ({
        name: parameterName,
        expected: parameter.expected,
        meaning: parameter.meaning,
        defaultText: parameter.fallbackText ?? (parameter.fallback === undefined ? '' : show(parameter.fallback)),
        ...(parameter.accepts && { accepts: parameter.accepts }),
        ...(parameter.theories && { theories: parameter.theories }),
        required: !parameter.optional && parameter.fallback === undefined,
      })),
  }));
