import { Problem } from '$lib/base/problem';
import { StandIn } from '$lib/graph/stand-in';
import { defineKind, pointwise } from '../cell-kind';
import { anything, show, text } from '../parameter';
import { isValue, summarise } from '../values';
import { finite } from './arithmetic';

/** Bias and variance are seen in pairs of networks: their scatter wants two pairs that are not the same. */
const tooFew = (name: string): string =>
  name === 'bias.stderr' || name === 'variance.stderr'
    ? `${name}: fewer than three networks have no standard error of it; train three or more (seeds: 3)`
    : `${name}: one network has no standard error; train two or more (seeds: 2)`;

const ofAndName = {
  positional: ['of', 'name'],
  parameters: { of: anything({ meaning: 'the value' }), name: text({ meaning: 'the field' }) },
} as const;

/** `cell.field`, `cell.field.stderr`: a number of a value by its name. */
export const fieldKind = defineKind({
  name: '.',
  standIns: true,
  purpose: 'function',
  meaning: 'a field of a value',
  example: 'err.test',
  ...ofAndName,
  digest: (value: number | string | boolean) => JSON.stringify(value),
  compute: pointwise(({ of, name }) => {
    const summary = summarise(of);
    const fields = new Map(Object.entries(summary.fields));
    const absent = new Map(Object.entries(summary.absent ?? {}));
    const value = fields.get(name);
    if (value !== undefined) return finite(value, () => name);
    if (name.endsWith('.stderr') && fields.has(name.slice(0, -'.stderr'.length)))
      throw new Problem(
        isValue(of, 'network ensemble') || (of instanceof StandIn && of.of === 'network ensemble')
          ? tooFew(name)
          : `${name}: this value is exact, it has no standard error`,
        {
          path: ['name'],
        },
      );
    const why = absent.get(name.replace(/\.stderr$/, ''));
    if (why !== undefined) throw new Problem(`${name}: ${why}`, { path: ['name'] });
    const known = [...fields.keys()].filter((field) => !field.endsWith('.stderr'));
    throw new Problem(`there is no field ${name} in ${show(of)}${known.length > 0 ? `; there are ${known.join(', ')}` : ''}`, {
      path: ['name'],
    });
  }),
});

/** What a plot wants to know beside a number: its standard error, and whether theory or networks speak. */
export interface Provenance {
  readonly stderr: number | undefined;
  readonly mark: 'line' | 'points';
}

const markOf = (of: unknown): Provenance['mark'] =>
  isValue(of, 'errors', 'network ensemble') ? of.mark : ((of instanceof StandIn ? of.mark : undefined) ?? 'line');

const none: Provenance = { stderr: undefined, mark: 'line' };

/** The provenance of `cell.field`; anything else has none. Made by the compiler beside the arguments of `plot`. */
export const provenanceKind = defineKind({
  name: '.provenance',
  standIns: true,
  purpose: 'function',
  meaning: 'standard error and origin of a field',
  example: '',
  ...ofAndName,
  digest: (value: Provenance) => JSON.stringify(value),
  compute: pointwise(({ of, name }): Provenance => {
    if (name === '') return none;
    const stderr = new Map(Object.entries(summarise(of).fields)).get(`${name}.stderr`);
    return { stderr: typeof stderr === 'number' ? stderr : undefined, mark: markOf(of) };
  }),
});
