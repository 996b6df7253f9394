import { show } from '$lib/cells/parameter';
import { namedKinds } from '$lib/cells/registry';
import type { KindReport } from './protocol';

/** The kinds as the palette, the completion and the documentation know them. */
export const kindReports = (): KindReport[] =>
  namedKinds.map(({ name, purpose, meaning, example, makes, recipes, equations, positional, parameters }) => ({
    name,
    purpose,
    meaning,
    example,
    ...(makes !== undefined && { makes }),
    recipes,
    equations,
    positional,
    parameters: Object.entries(parameters)
      .filter(([, parameter]) => !parameter.hidden)
      .map(([parameterName, parameter]) => ({
        name: parameterName,
        expected: parameter.expected,
        meaning: parameter.meaning,
        defaultText: parameter.fallbackText ?? (parameter.fallback === undefined ? '' : show(parameter.fallback)),
        ...(parameter.accepts && { accepts: parameter.accepts }),
        required: !parameter.optional && parameter.fallback === undefined,
      })),
  }));
