import * as v from 'valibot';
import { Problem } from '$lib/base/problem';
import { defineKind, pointwise } from '../cell-kind';
import { anything, show, type Parameter } from '../parameter';

type Option = number | string | boolean;

const options: Parameter<Option[]> = {
  schema: v.pipe(v.array(v.union([v.number(), v.string(), v.boolean()])), v.minLength(1)),
  expected: 'a list of numbers, texts or booleans',
  meaning: 'what to choose from',
};

/** One of a list. */
export const choice = defineKind({
  name: 'choice',
  purpose: 'input',
  meaning: 'one of a list, to pick',
  example: 'choice("erf", ["erf", "relu", "tanh"])',
  positional: ['value', 'options'],
  parameters: { value: anything({ meaning: 'the one chosen', expected: 'one of the options' }), options },
  digest: (value: Option) => JSON.stringify(value),
  compute: pointwise(({ value, options: list }): Option => {
    const found = list.find((option) => option === value);
    if (found === undefined)
      throw new Problem(`value: must be one of ${list.map(show).join(', ')}, got ${show(value)}`, { path: ['value'] });
    return found;
  }),
});
